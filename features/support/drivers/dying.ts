import { type Agent, openTroupe, type Store, type Troupe } from 'troupe';
import { gitProject } from 'troupe/git';
import { levelStore } from 'troupe/level';
import { begin, type Life } from '../mortality.ts';
import { quietGit } from '../repository.ts';
import { type Answer, obeyed, type Reverted } from './driver.ts';
import { type LibraryDriver, libraryDriver } from './library.ts';

export interface Ground {
  root: string;
  store: string;
  sandboxes: string;
  agents: Record<string, Agent>;
  env: Record<string, string>;
  concurrency?: number;
}

/** A program that dies after every commit it makes, is started again each time, and has somebody who does not give up. */
export interface DyingDriver extends LibraryDriver {
  /** How often it died. */
  readonly deaths: number;
}

/** Opening Troupe is one commit of itself, so the second is the first that goes on; now and then even the first is the last. */
const commitsOf = (life: number) => (life % 4 === 3 ? 1 : 2);

/** A scenario that takes more lives makes no progress. */
const livesMax = 1000;

/** Troupe as the scenario's program opens it. */
export const opening = (
  { agents, env, concurrency }: Ground,
  given: Pick<Parameters<typeof openTroupe>[0], 'store' | 'project' | 'clock'>,
): Promise<Troupe> => openTroupe({ ...given, agents, env, ...(concurrency === undefined ? {} : { concurrency }) });

export const projectOf = ({ root, sandboxes, env }: Ground) =>
  gitProject(root, { sandboxes, env: { ...env, ...quietGit } });

export function dyingDriver(ground: Ground): DyingDriver {
  const rows: Promise<Store> = levelStore(ground.store)();
  let life: Life | null = null;
  let lives = 0;
  let deaths = 0;

  const hands = libraryDriver(async () => opening(ground, await living()));

  /** The life at hand; a new one after a death. */
  async function living(): Promise<Life> {
    if (life !== null && !life.dead) return life;
    if (life !== null) {
      await life.died;
      deaths += 1;
      hands.forget();
    }
    if (lives === livesMax) throw new Error(`It does not end: ${lives} lives were not enough`);
    life = begin({ store: await rows, project: projectOf(ground), commits: commitsOf(lives++) });
    return life;
  }

  /** Does something within one life; null when the life ended over it. */
  async function inOneLife<Result>(act: () => Promise<Result>): Promise<{ result: Result } | null> {
    const { died } = await living();
    return Promise.race([act().then(result => ({ result })), died.then(() => null)]);
  }

  async function survive<Result>(act: () => Promise<Result>): Promise<Result> {
    for (;;) {
      const done = await inOneLife(act);
      if (done !== null) return done.result;
    }
  }

  /** How far the plan's own history goes. */
  async function position(): Promise<string> {
    const plan = await hands.plan();
    let last = '';
    for await (const { planId, seq } of plan.events({ signal: AbortSignal.abort() }))
      if (planId === plan.id) last = seq;
    return last;
  }

  const settle = async () => {
    await (await hands.plan()).settled();
    return obeyed;
  };

  /**
   * Somebody who gives a command, and whose program dies over it, looks whether it arrived; if not, they give it again,
   * and are told when it had arrived after all.
   */
  async function insist<Result extends Answer>(
    give: () => Promise<Result>,
    { where, after }: { where: () => Promise<unknown>; after: () => Promise<Result> },
  ): Promise<Result> {
    const before = await survive(where);
    for (let again = false; ; again = true) {
      const done = await inOneLife(give);
      const known = again && ['LOCK_CONFLICT', 'CONFLICT_RESOLVED'].includes(done?.result.code ?? '');
      if (done !== null && !known) return done.result;
      if (known || (await survive(where)) !== before) return survive(after);
    }
  }

  /** Where the plan stands once nothing goes on by itself. */
  const rest = async () => {
    await settle();
    return position();
  };
  const command = (give: () => Promise<Answer>) => insist(give, { where: rest, after: settle });

  return {
    get deaths() {
      return deaths;
    },
    troupe: () => survive(hands.troupe),
    plan: () => survive(hands.plan),
    async use(action, options) {
      const actions = async () => (await hands.troupe()).actions.list();
      const plans = async () => (await hands.troupe()).plans({ all: true });
      const stored = await insist(() => hands.store(action), {
        where: async () => (await actions()).length,
        after: async () => obeyed,
      });
      if (stored.code !== null) return stored;
      return insist(() => hands.make(action.name, options), {
        where: async () => (await plans()).length,
        async after() {
          hands.adopt((await plans()).at(-1)?.planId ?? '');
          return settle();
        },
      });
    },
    execute: () => command(hands.execute),
    launch: sign =>
      insist(() => hands.launch(sign), {
        where: position,
        async after() {
          await hands.troupe();
          await sign;
          return obeyed;
        },
      }),
    apply: target => command(() => hands.apply(target)),
    applyPart: part => command(() => hands.applyPart(part)),
    resolve: (path, side) => command(() => hands.resolve(path, side)),
    rewrite: (path, words) => command(() => hands.rewrite(path, words)),
    revert: guidance => command(() => hands.revert(guidance)),
    prompt: guidance => command(() => hands.prompt(guidance)),
    approve: always => command(() => hands.approve(always)),
    deny: reason => command(() => hands.deny(reason)),
    pause: () => command(hands.pause),
    resume: () => command(hands.resume),
    // What is cancelled may be at work for ever.
    cancel: reason => insist(() => hands.cancel(reason), { where: position, after: settle }),
    rollback: checkpoint =>
      insist(() => hands.rollback(checkpoint), {
        where: rest,
        after: async () => ({ ...obeyed, changes: await lastReturn() }),
      }),
    correct: (chosen, guidance, mode) => command(() => hands.correct(chosen, guidance, mode)),
    standing: () => survive(hands.standing),
    subplans: () => survive(hands.subplans),
    conflicts: () => survive(hands.conflicts),
    checks: () => survive(hands.checks),
    findings: () => survive(hands.findings),
    decisionTypes: () => survive(hands.decisionTypes),
    message: () => survive(hands.message),
    changed: () => survive(hands.changed),
    diff: () => survive(hands.diff),
    restart: async () => undefined,
    async close() {
      if (life !== null && !life.dead) await inOneLife(hands.close);
      await (await rows).close();
    },
  };

  /** What the last going back did, as it stands in the plan's history. */
  async function lastReturn(): Promise<Reverted[]> {
    let changes: Reverted[] = [];
    for await (const event of (await hands.plan()).events({ signal: AbortSignal.abort() }))
      if (event.type === 'plan.rolled_back') changes = event.changes;
    return changes;
  }
}
