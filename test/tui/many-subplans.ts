/** The output of `troupe ui` to a terminal while a plan with many subplans is working, chunk by chunk. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/adapters/clocks/system-clock.ts';
import { memoryStore } from '../../src/durable.ts';
import { type Agent, openTroupe } from '../../src/index.ts';
import { keyBindings } from '../../src/tui/keys.ts';
import { createTerminalScreen } from '../../src/tui/terminal-screen.ts';
import { loadUi } from '../../src/tui.ts';
import { inMemoryProject } from '../host/in-memory-project.ts';
import { fakeScreen } from './fake-screen.ts';

export const screenSize = { columns: 130, rows: 36 };

export interface ManySubplansOutput {
  /** Until the plan was done. */
  chunks: string[];
  totalMs: number;
  /** The same for the same screen when it is redrawn at the end. */
  redraw: string[];
}

/** @throws {Error} when the plan does not complete */
export async function renderManySubplans(subplans: number): Promise<ManySubplansOutput> {
  const root = mkdtempSync(join(tmpdir(), 'troupe-crowded-'));
  let start = () => {};
  const started = new Promise<void>(resolve => {
    start = resolve;
  });
  const agents = { player: spawningAgent(subplans, started) };
  const { startUi } = await loadUi();
  try {
    await using troupe = await openTroupe({ store: memoryStore(), project: inMemoryProject(root), agents });
    await troupe.actions.create({
      name: 'crowd',
      description: `A crowd ${'of which much is to be said '.repeat(9)}`,
      executionActor: 'player',
      subplans: { maxParallel: 50 },
    });
    const plan = await troupe.use({ action: 'crowd' });
    await plan.waitUntilIdle();
    await plan.execute();
    const fake = fakeScreen(screenSize);
    const stage = createTerminalScreen(fake.screen.stdout);
    stage.enter();
    const ends = new AbortController();
    const unexpected = () => Promise.reject(new Error('not expected'));
    const done = startUi({
      ...{
        troupe,
        screen: fake.screen,
        terminal: stage,
        clock: systemClock(),
        keys: keyBindings,
        theme: 'dark',
        screenReader: false,
      },
      signal: ends.signal,
      services: () => ({
        ...{
          folder: root,
          copy: () => {},
          notify: () => {},
          edit: unexpected,
          shell: unexpected,
          editText: unexpected,
        },
        ...{ loadAction: unexpected, inspect: unexpected, save: unexpected, editConflict: unexpected },
      }),
    });
    await fake.wrote('A crowd');
    fake.stdin.write('2z');
    await fake.wrote('Tree of');
    const startedAt = performance.now();
    start();
    const { phase, state, errorMessage } = await plan.waitUntilIdle();
    if (state !== 'complete') throw new Error(`The plan is ${phase} ${state}: ${errorMessage}`);
    const tookMs = performance.now() - startedAt;
    await fake.wrote('result to look at');
    const chunks = fake.chunks();
    fake.stdin.write('\f');
    await fake.wrote('result to look at', { times: 2 });
    const redrawn = fake.chunks().slice(chunks.length);
    ends.abort();
    await done;
    return { chunks, totalMs: tookMs, redraw: redrawn };
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

/** Spawns ten groups when allowed, each of which spawns its share of the rest; the leaves do nothing. */
function spawningAgent(subplans: number, started: Promise<void>): Agent {
  const groups = Math.min(subplans, 10);
  return {
    check: async () => {},
    async run({ role, plan, call }) {
      if (role === 'execution' && plan.depth === 0) await started;
      const count = [groups, Math.floor(subplans / groups) - 1][plan.depth] ?? 0;
      for (let part = 0; role === 'execution' && part < count; part++) {
        const goal = `part ${part}`;
        await call('builtin/plan-subplan', { planId: plan.planId, goal, resourceScopes: ['.'], parallel: true });
      }
      return { decisions: [], summary: '' };
    },
  };
}
