/** Random machines: nested, parallel and history states, timers, effects, and children that come and go. */
import { type AnyActorLogic, type AnyStateMachine, setup } from 'xstate';
import { effect } from '../../src/durable/effect.ts';

export const randomEvents = ['E0', 'E1', 'E2', 'E3', 'OUT', 'IN'] as const;

let runs = 0;

/** Records a step with a result of its own at each run, and then works for ever. */
const work = effect<unknown, never>(async ({ step, key }) => {
  await step('begun', async () => `${key} ${runs++}`);
  return new Promise(() => {});
});

interface RandomContext {
  n: number;
  seen: string[];
  kids: string[];
}

export function randomMachine(random: () => number, depth: number): AnyStateMachine {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
  const names = depth > 0 ? ['count', 'later', 'spawn', 'spawn', 'stop', 'forward', 'forward'] : ['count', 'later'];
  const on = (targets: readonly string[]) =>
    Object.fromEntries(
      ['E0', 'E1', 'E2', 'E3']
        .filter(() => random() < 0.7)
        .map(type => [
          type,
          { ...(random() < 0.6 ? { target: pick(targets) } : {}), actions: [pick(names), pick(names), 'count'] },
        ]),
    );
  const region = (name: string) => {
    const inner = [0, 1, 2].map(at => `${name}${at}`);
    const state = (id: string) => ({
      id,
      on: on(inner.map(each => `#${each}`)),
      ...(random() < 0.4 ? { invoke: { src: 'work', id: `work ${id}`, input: { id } } } : {}),
      ...(random() < 0.3 ? { after: { 400: { target: `#${pick(inner)}`, actions: 'count' } } } : {}),
    });
    return { initial: `${name}0`, states: Object.fromEntries(inner.map(id => [id, state(id)])) };
  };
  const last = { id: 'last', type: 'history', history: random() < 0.5 ? 'deep' : 'shallow' };
  const parallel = { type: 'parallel', states: { x: region('x'), y: region('y'), last } };
  const nested = { initial: 'x', states: { x: region('x'), last } };
  const ends = depth === 0 && random() < 0.5;
  const config = {
    id: 'random',
    context: { n: 0, seen: [], kids: [] },
    initial: 'home',
    states: {
      home: random() < 0.5 ? parallel : nested,
      away: { on: { IN: '#last' } },
      over: { type: 'final' },
    },
    on: { OUT: '.away', ...(ends ? { E3: '.over' } : {}), 'xstate.done.actor.*': { actions: 'forget' } },
  };
  const actors: Record<string, AnyActorLogic> = { work };
  if (depth > 0) actors.child = randomMachine(random, depth - 1);
  return createWithActions(actors).createMachine(config as never) as never;
}

const createWithActions = (actors: Record<string, AnyActorLogic>) => {
  const base = setup({ types: {} as { context: RandomContext }, actors });
  return base.extend({
    actions: {
      count: base.assign({
        n: ({ context }) => context.n + 1,
        seen: ({ context, event }) => [...context.seen.slice(-3), event.type],
      }),
      later: base.enqueueActions(({ enqueue, context: { n } }) => {
        const id = n % 4 === 0 ? `timer/${n % 3}` : `t${n % 3}`;
        enqueue.raise({ type: `E${n % 4}` }, { delay: 100 + 50 * (n % 7), id });
        if (n % 5 === 0) enqueue.cancel('timer/0');
      }),
      spawn: base.enqueueActions(({ enqueue, context: { n, kids } }) => {
        enqueue.spawnChild('child', { id: `c${n}` });
        enqueue.assign({ n: n + 1, kids: [...kids, `c${n}`] });
      }),
      stop: base.enqueueActions(({ enqueue, context: { kids } }) => {
        if (kids[0] === undefined) return;
        enqueue.stopChild(kids[0]);
        enqueue.assign({ kids: kids.slice(1) });
      }),
      forget: base.assign({
        kids: ({ context, event }) => context.kids.filter(kid => kid !== (event as { actorId?: string }).actorId),
      }),
      forward: base.enqueueActions(({ enqueue, context: { kids }, event }) => {
        const kid = kids.at(-1);
        if (kid !== undefined && /^E\d$/.test(event.type)) enqueue.sendTo(kid, { type: event.type });
      }),
    },
  });
};
