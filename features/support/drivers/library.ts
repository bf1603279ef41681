import { type Plan, type Troupe, TroupeError } from 'troupe';
import type { ActionDraft } from '../action-draft.ts';
import {
  accepted,
  type CommandAnswer,
  type FileChange,
  type PlanCommands,
  type PlanDriver,
  type PlanViews,
  type UseDraft,
} from './driver.ts';

/** A program that embeds Troupe through its entry points. */
export interface LibraryDriver extends PlanDriver {
  troupe(): Promise<Troupe>;
  plan(): Promise<Plan>;
  /** Executes the plan and waits for the signal, not for the result. */
  executeUntil(sign: Promise<unknown>): Promise<CommandAnswer>;
  /** Resolves a conflict with custom text. */
  resolveWithText(path: string, words: string): Promise<CommandAnswer>;
}

/** What a program needs to continue after a crash; see `crash.ts`. */
export interface RestartableDriver extends LibraryDriver {
  /** Drops a Troupe that will never answer again. */
  abandon(): void;
  /** Uses this plan from now on. */
  usePlan(planId: string): void;
  /** The two parts of `use`. */
  store(action: ActionDraft): Promise<CommandAnswer>;
  make(action: string, options: UseDraft): Promise<CommandAnswer>;
}

export function createLibraryDriver(open: () => Promise<Troupe>): RestartableDriver {
  let opened: Promise<Troupe> | null = null;
  let planId: string | undefined;

  const troupe = (): Promise<Troupe> => {
    opened ??= open();
    return opened;
  };
  const plan = async () => (await troupe()).get(planId);
  const close = async () => {
    const open = opened;
    opened = null;
    await (await open)?.close();
  };

  const store = (action: ActionDraft) =>
    toAnswer(async () => {
      await (await troupe()).actions.create(action);
    });
  const make = (action: string, { goal, profile }: UseDraft) =>
    toAnswer(async () => {
      const goalAndProfile = { ...(goal === undefined ? {} : { goal }), ...(profile === undefined ? {} : { profile }) };
      const made = await (await troupe()).use({ action, ...goalAndProfile });
      planId = made.id;
      await made.waitUntilIdle();
    });

  return {
    troupe,
    plan,
    abandon() {
      opened = null;
    },
    usePlan(id) {
      planId = id;
    },
    executeUntil: sign =>
      toAnswer(async () => {
        await (await plan()).execute();
        await sign;
      }),
    store,
    make,
    async use(action, options) {
      const answer = await store(action);
      return answer.code === null ? make(action.name, options) : answer;
    },
    ...planCommands(plan),
    ...planViews(plan),
    restart: close,
    close,
  };
}

/** The commands of the current plan. */
function planCommands(plan: () => Promise<Plan>): PlanCommands & Pick<LibraryDriver, 'resolveWithText'> {
  /** Sends a command and waits until the plan waits or ends. */
  const command = (give: (plan: Plan) => Promise<void>) =>
    toAnswer(async () => {
      const handle = await plan();
      await give(handle);
      await handle.waitUntilIdle();
    });
  return {
    execute: () => command(handle => handle.execute()),
    apply: target => command(handle => handle.apply({ target })),
    applyPart: part => command(handle => handle.apply('only' in part ? { only: [part.only] } : part)),
    resolve: (path, side) => command(handle => handle.conflicts.resolve(path, side)),
    resolveWithText: (path, words) =>
      command(handle => handle.conflicts.resolve(path, { content: Buffer.from(words) })),
    revert: guidance => command(handle => handle.revert(guidance)),
    prompt: guidance => toAnswer(async () => (await plan()).prompt(guidance)),
    approve: always =>
      command(async handle => {
        await handle.approve({ always });
      }),
    deny: reason =>
      command(async handle => {
        await handle.deny({ reason });
      }),
    answerQuestion: text =>
      command(async handle => {
        await handle.answer(text);
      }),
    pause: () => command(handle => handle.pause()),
    resume: () => command(handle => handle.resume()),
    cancel: reason => command(handle => handle.cancel(reason)),
    async rollback(wanted) {
      let changes: FileChange[] = [];
      const answer = await toAnswer(async () => {
        const handle = await plan();
        const known = await handle.checkpoints.list();
        const found = known.find(({ trigger, label }) => trigger === wanted || label === wanted);
        changes = (await handle.rollback(found?.checkpointId ?? wanted)).changes;
      });
      return { ...answer, changes };
    },
    correct: (chosen, guidance, mode) =>
      command(async handle => {
        const found = (await handle.decisions()).find(({ chosenOption }) => chosenOption === chosen);
        await handle.correct(found?.decisionId ?? chosen, { guidance, mode });
      }),
  };
}

/** What is seen of the current plan. */
function planViews(plan: () => Promise<Plan>): PlanViews {
  return {
    async status() {
      const { phase, state, error, availableCommands, spent } = await (await plan()).record();
      return {
        phase,
        state,
        error: error?.code ?? null,
        errorText: JSON.stringify(error),
        availableCommands,
        callsSpent: spent.toolCalls,
      };
    },
    async subplans() {
      const { subplanStatuses } = await (await plan()).record();
      return subplanStatuses.map(({ goal, state }) => ({ goal, state }));
    },
    async conflicts() {
      const open = (await (await plan()).conflicts.list()).filter(({ resolution }) => resolution === null);
      return open.map(({ path, theirs }) => ({ path, goals: theirs.goals }));
    },
    async checks() {
      const { validationResults } = await (await plan()).record();
      return validationResults.map(({ name, passed }) => ({ name, passed }));
    },
    decisionTypes: async () => (await (await plan()).decisions()).map(({ type }) => type),
    findings: async () => (await (await plan()).record()).findings ?? [],
    message: async () => (await (await plan()).previewApply()).message,
    changedPaths: async () => (await (await plan()).changes()).map(({ path }) => path).sort(),
    diff: async () => (await plan()).diff(),
  };
}

async function toAnswer(act: () => Promise<void>): Promise<CommandAnswer> {
  try {
    await act();
    return accepted;
  } catch (thrown) {
    if (!TroupeError.is(thrown)) throw thrown;
    return { code: thrown.code, message: thrown.message, hints: thrown.hints };
  }
}
