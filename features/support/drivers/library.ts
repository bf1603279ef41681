import { type Agent, Fault, openTroupe, type Plan, type Troupe } from 'troupe';
import { gitProject } from 'troupe/git';
import { levelStore } from 'troupe/level';
import { quietGit } from '../repository.ts';
import { type Answer, type Driver, obeyed, type Reverted } from './driver.ts';

export interface LibraryOptions {
  root: string;
  store: string;
  sandboxes: string;
  agents: Record<string, Agent>;
  env: Record<string, string>;
  concurrency?: number;
}

/** A program that embeds Troupe through its doors. */
export interface LibraryDriver extends Driver {
  troupe(): Promise<Troupe>;
  plan(): Promise<Plan>;
}

export function libraryDriver(options: LibraryOptions): LibraryDriver {
  const { root, store, sandboxes, agents, env, concurrency } = options;
  let opened: Promise<Troupe> | null = null;
  let planId: string | undefined;

  const troupe = (): Promise<Troupe> => {
    opened ??= openTroupe({
      store: levelStore(store),
      project: gitProject(root, { sandboxes, env: { ...env, ...quietGit } }),
      agents,
      env,
      ...(concurrency === undefined ? {} : { concurrency }),
    });
    return opened;
  };
  const plan = async () => (await troupe()).plan(planId);
  const close = async () => {
    const open = opened;
    opened = null;
    await (await open)?.close();
  };

  /** Gives a command and waits until the plan rests again. */
  const command = (give: (plan: Plan) => Promise<void>) =>
    answered(async () => {
      const handle = await plan();
      await give(handle);
      await handle.settled();
    });

  return {
    troupe,
    plan,
    use: (action, { goal, profile }) =>
      answered(async () => {
        const host = await troupe();
        const created = await host.actions.create(action);
        const made = await host.use({
          action: created.name,
          ...(goal === undefined ? {} : { goal }),
          ...(profile === undefined ? {} : { profile }),
        });
        planId = made.id;
        await made.settled();
      }),
    execute: () => command(handle => handle.execute()),
    apply: target => command(handle => handle.apply({ target })),
    resolve: (path, side) => command(handle => handle.resolve(path, side)),
    revert: guidance => command(handle => handle.revert(guidance)),
    prompt: guidance => answered(async () => (await plan()).prompt(guidance)),
    pause: () => command(handle => handle.pause()),
    resume: () => command(handle => handle.resume()),
    cancel: reason => command(handle => handle.cancel(reason)),
    async rollback(wanted) {
      let changes: Reverted[] = [];
      const answer = await answered(async () => {
        const handle = await plan();
        const known = await handle.checkpoints();
        const found = known.find(({ trigger, label }) => trigger === wanted || label === wanted);
        changes = (await handle.rollback(found?.checkpointId ?? wanted)).changes;
      });
      return { ...answer, changes };
    },
    async standing() {
      const { phase, state, error, ways } = await (await plan()).record();
      return { phase, state, error: error?.code ?? null, told: JSON.stringify(error), ways };
    },
    async subplans() {
      const { subplanStatuses } = await (await plan()).record();
      return subplanStatuses.map(({ goal, state }) => ({ goal, state }));
    },
    async conflicts() {
      const open = (await (await plan()).conflicts()).filter(({ resolution }) => resolution === null);
      return open.map(({ path, theirs }) => ({ path, broughtBy: theirs.goals }));
    },
    async checks() {
      const { validationResults } = await (await plan()).record();
      return validationResults.map(({ name, passed }) => ({ name, passed }));
    },
    changed: async () => (await (await plan()).changes()).map(({ path }) => path).sort(),
    diff: async () => (await plan()).diff(),
    restart: close,
    close,
  };
}

async function answered(act: () => Promise<void>): Promise<Answer> {
  try {
    await act();
    return obeyed;
  } catch (thrown) {
    if (!Fault.is(thrown)) throw thrown;
    return { code: thrown.code, message: thrown.message, hints: thrown.hints };
  }
}
