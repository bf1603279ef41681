import { type Agent, openTroupe, type Plan, type Store, type Troupe } from 'troupe';
import { gitProject } from 'troupe/git';
import { levelStore } from 'troupe/level';
import { type CrashableRun, startRun } from '../crash-simulation.ts';
import { quietGit } from '../scenario-repository.ts';
import { accepted, type CommandAnswer, type FileChange, type PlanCommands } from './driver.ts';
import { createLibraryDriver, type LibraryDriver, type RestartableDriver } from './library.ts';

export interface CrashTestSetup {
  root: string;
  store: string;
  sandboxes: string;
  agents: Record<string, Agent>;
  env: Record<string, string>;
  concurrency?: number;
}

/** A program that crashes after every commit it makes, and is started again each time by a user who repeats the command. */
export interface CrashDriver extends LibraryDriver {
  /** Number of crashes. */
  readonly crashes: number;
}

/** Opening Troupe is one commit, so the second is the first that makes progress; now and then the first is already the last. */
const commitsInRun = (run: number) => (run % 4 === 3 ? 1 : 2);

/** A scenario that needs more runs makes no progress. */
const runsMax = 1000;

/** Opens Troupe as the scenario's program does. */
export const openForScenario = (
  { agents, env, concurrency }: CrashTestSetup,
  given: Pick<Parameters<typeof openTroupe>[0], 'store' | 'project' | 'clock'>,
): Promise<Troupe> => openTroupe({ ...given, agents, env, ...(concurrency === undefined ? {} : { concurrency }) });

export const scenarioProject = ({ root, sandboxes, env }: CrashTestSetup) =>
  gitProject(root, { sandboxes, env: { ...env, ...quietGit } });

export function createCrashDriver(setup: CrashTestSetup): CrashDriver {
  const runs = createRuns(setup, () => library.abandon());
  const library = createLibraryDriver(async () => openForScenario(setup, await runs.current()));
  const { retryAfterCrash } = runs;
  return {
    get crashes() {
      return runs.crashes();
    },
    troupe: () => retryAfterCrash(library.troupe),
    plan: () => retryAfterCrash(library.plan),
    ...repeatedCommands(runs, library),
    status: () => retryAfterCrash(library.status),
    subplans: () => retryAfterCrash(library.subplans),
    conflicts: () => retryAfterCrash(library.conflicts),
    checks: () => retryAfterCrash(library.checks),
    findings: () => retryAfterCrash(library.findings),
    decisionTypes: () => retryAfterCrash(library.decisionTypes),
    message: () => retryAfterCrash(library.message),
    changedPaths: () => retryAfterCrash(library.changedPaths),
    diff: () => retryAfterCrash(library.diff),
    restart: async () => undefined,
    close: () => runs.close(library.close),
  };
}

/** The runs of the program, each of which ends by a crash. */
interface Runs {
  /** Returns the current run; a new one after a crash. */
  current(): Promise<CrashableRun>;
  /** Does something within one run; null when the run crashed meanwhile. */
  inOneRun<Result>(act: () => Promise<Result>): Promise<{ result: Result } | null>;
  /** Does something again until no crash interrupts it. */
  retryAfterCrash<Result>(act: () => Promise<Result>): Promise<Result>;
  /** Number of crashes. */
  crashes(): number;
  close(closeProgram: () => Promise<unknown>): Promise<void>;
}

function createRuns(setup: CrashTestSetup, crashed: () => void): Runs {
  const rows: Promise<Store> = levelStore(setup.store)();
  let current: CrashableRun | null = null;
  let count = 0;
  let crashes = 0;
  const currentRun = async (): Promise<CrashableRun> => {
    if (current !== null && !current.crashed) return current;
    if (current !== null) {
      await current.exited;
      crashes += 1;
      crashed();
    }
    if (count === runsMax) throw new Error(`It does not end: ${count} lives were not enough`);
    current = startRun({ store: await rows, project: scenarioProject(setup), commits: commitsInRun(count++) });
    return current;
  };
  async function inOneRun<Result>(act: () => Promise<Result>): Promise<{ result: Result } | null> {
    const { exited } = await currentRun();
    return Promise.race([act().then(result => ({ result })), exited.then(() => null)]);
  }
  return {
    current: currentRun,
    inOneRun,
    async retryAfterCrash(act) {
      for (;;) {
        const done = await inOneRun(act);
        if (done !== null) return done.result;
      }
    },
    crashes: () => crashes,
    async close(closeProgram) {
      if (current !== null && !current.crashed) await inOneRun(closeProgram);
      await (await rows).close();
    },
  };
}

/**
 * When the program crashes during a command, checks whether the command was recorded; if not, repeats it, which may
 * report that it was recorded after all.
 */
async function retryCommand<Result extends CommandAnswer>(
  { inOneRun, retryAfterCrash }: Runs,
  give: () => Promise<Result>,
  { where, after }: { where: () => Promise<unknown>; after: () => Promise<Result> },
): Promise<Result> {
  const before = await retryAfterCrash(where);
  for (let again = false; ; again = true) {
    const done = await inOneRun(give);
    const known = again && ['LOCK_CONFLICT', 'CONFLICT_RESOLVED'].includes(done?.result.code ?? '');
    if (done !== null && !known) return done.result;
    if (known || (await retryAfterCrash(where)) !== before) return retryAfterCrash(after);
  }
}

type RepeatedCommands = PlanCommands & Pick<CrashDriver, 'use' | 'executeUntil' | 'resolveWithText'>;

/** Every command, given again after a crash unless it was recorded. */
function repeatedCommands(runs: Runs, library: RestartableDriver): RepeatedCommands {
  const position = async () => lastSeq(await library.plan());
  const waitUntilIdle = async () => {
    await (await library.plan()).waitUntilIdle();
    return accepted;
  };
  /** Returns the plan's position once nothing continues by itself. */
  const positionWhenIdle = async () => {
    await waitUntilIdle();
    return position();
  };
  const command = (give: () => Promise<CommandAnswer>) =>
    retryCommand(runs, give, { where: positionWhenIdle, after: waitUntilIdle });
  return {
    use: repeatedUse(runs, library, waitUntilIdle),
    execute: () => command(library.execute),
    executeUntil: sign =>
      retryCommand(runs, () => library.executeUntil(sign), {
        where: position,
        async after() {
          await library.troupe();
          await sign;
          return accepted;
        },
      }),
    apply: target => command(() => library.apply(target)),
    applyPart: part => command(() => library.applyPart(part)),
    resolve: (path, side) => command(() => library.resolve(path, side)),
    resolveWithText: (path, words) => command(() => library.resolveWithText(path, words)),
    revert: guidance => command(() => library.revert(guidance)),
    prompt: guidance => command(() => library.prompt(guidance)),
    approve: always => command(() => library.approve(always)),
    deny: reason => command(() => library.deny(reason)),
    answerQuestion: text => command(() => library.answerQuestion(text)),
    pause: () => command(library.pause),
    resume: () => command(library.resume),
    // A cancelled agent may work forever.
    cancel: reason => retryCommand(runs, () => library.cancel(reason), { where: position, after: waitUntilIdle }),
    rollback: checkpoint =>
      retryCommand(runs, () => library.rollback(checkpoint), {
        where: positionWhenIdle,
        after: async () => ({ ...accepted, changes: await lastRollback(await library.plan()) }),
      }),
    correct: (chosen, guidance, mode) => command(() => library.correct(chosen, guidance, mode)),
  };
}

/** Storing an action and making a plan are two commands, each of which may be interrupted. */
function repeatedUse(
  runs: Runs,
  library: RestartableDriver,
  waitUntilIdle: () => Promise<CommandAnswer>,
): CrashDriver['use'] {
  return async (action, options) => {
    const actions = async () => (await library.troupe()).actions.list();
    const plans = async () => (await library.troupe()).list({ all: true });
    const stored = await retryCommand(runs, () => library.store(action), {
      where: async () => (await actions()).length,
      after: async () => accepted,
    });
    if (stored.code !== null) return stored;
    return retryCommand(runs, () => library.make(action.name, options), {
      where: async () => (await plans()).length,
      async after() {
        library.usePlan((await plans()).at(-1)?.planId ?? '');
        return waitUntilIdle();
      },
    });
  };
}

/** Returns the latest position in the plan's own history. */
async function lastSeq(plan: Plan): Promise<string> {
  let last = '';
  for await (const { planId, seq } of plan.events({ signal: AbortSignal.abort() })) if (planId === plan.id) last = seq;
  return last;
}

/** The result of the last rollback in the plan's history. */
async function lastRollback(plan: Plan): Promise<FileChange[]> {
  let changes: FileChange[] = [];
  for await (const event of plan.events({ signal: AbortSignal.abort() }))
    if (event.type === 'plan.rolled_back') changes = event.changes;
  return changes;
}
