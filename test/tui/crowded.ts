/** What `troupe ui` writes to a terminal while a plan with many subplans is at work, chunk by chunk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/system-clock.ts';
import { loadUi } from '../../src/cli/load-ui.ts';
import { memoryStore } from '../../src/durable.ts';
import { type Agent, openTroupe } from '../../src/index.ts';
import { bindings } from '../../src/tui/keys.ts';
import { stageOn } from '../../src/tui/screen.ts';
import { stillProject } from '../host/still-project.ts';
import { fakeScreen } from './fake-screen.ts';

export const size = { columns: 130, rows: 36 };

export interface Crowded {
  /** Until the plan was done. */
  chunks: string[];
  tookMs: number;
  /** The same, of the same screen drawn anew at the end. */
  anew: string[];
}

/** @throws {Error} when the plan does not end well */
export async function crowded(subplans: number): Promise<Crowded> {
  const root = mkdtempSync(join(tmpdir(), 'troupe-crowded-'));
  let begin = () => {};
  const begun = new Promise<void>(resolve => {
    begin = resolve;
  });
  const agents = { player: player(subplans, begun) };
  const { startUi } = await loadUi();
  try {
    await using troupe = await openTroupe({ store: memoryStore(), project: stillProject(root), agents });
    await troupe.actions.create({
      name: 'crowd',
      description: `A crowd ${'of which much is to be said '.repeat(9)}`,
      executionActor: 'player',
      subplans: { maxParallel: 50 },
    });
    const plan = await troupe.use({ action: 'crowd' });
    await plan.settled();
    await plan.execute();
    const fake = fakeScreen(size);
    const stage = stageOn(fake.screen.stdout);
    stage.enter();
    const ends = new AbortController();
    const nobody = () => Promise.reject(new Error('nobody asked for this'));
    const done = startUi({
      ...{ troupe, screen: fake.screen, stage, clock: systemClock(), keys: bindings, theme: 'dark', spoken: false },
      signal: ends.signal,
      outside: () => ({
        ...{ folder: root, copy: () => {}, notify: () => {}, edit: nobody, shell: nobody, rewrite: nobody },
        ...{ action: nobody, inspect: nobody, save: nobody, settle: nobody },
      }),
    });
    await fake.wrote('A crowd');
    fake.stdin.write('2z');
    await fake.wrote('Tree of');
    const began = performance.now();
    begin();
    const { phase, state, errorMessage } = await plan.settled();
    if (state !== 'complete') throw new Error(`The plan is ${phase} ${state}: ${errorMessage}`);
    const tookMs = performance.now() - began;
    await fake.wrote('result to look at');
    const chunks = fake.chunks();
    fake.stdin.write('\f');
    await fake.wrote('result to look at', { times: 2 });
    const anew = fake.chunks().slice(chunks.length);
    ends.abort();
    await done;
    return { chunks, tookMs, anew };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Spawns ten groups once it may, each of which spawns its share of the rest; below it does nothing. */
function player(subplans: number, begun: Promise<void>): Agent {
  const groups = Math.min(subplans, 10);
  return {
    check: async () => {},
    async run({ role, plan, call }) {
      if (role === 'execution' && plan.depth === 0) await begun;
      const count = [groups, Math.floor(subplans / groups) - 1][plan.depth] ?? 0;
      for (let part = 0; role === 'execution' && part < count; part++) {
        const goal = `part ${part}`;
        await call('builtin/plan-subplan', { planId: plan.planId, goal, resourceScopes: ['.'], parallel: true });
      }
      return { decisions: [], summary: '' };
    },
  };
}
