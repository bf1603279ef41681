/** Starting git is the largest cost of a small plan: the starts are counted, so that none is added unnoticed. */
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { expect, test } from 'vitest';
import { memoryStore } from '../../src/durable.ts';
import { gitProject } from '../../src/git.ts';
import { type Agent, openTroupe, type Troupe } from '../../src/index.ts';
import { gitEnvironment, withGitFixture } from '../adapters/project/git/git-fixture.ts';

/** The second plan of a process: what is started once per process, such as `cat-file --batch-command`, does not count. */
const startsMax = 12;

const idle: Agent = { check: async () => {}, run: async () => ({ decisions: [], summary: 'did nothing' }) };

/** Starts a program that writes a file named after the goal. */
const runner: Agent = {
  check: async () => {},
  usesDirectory: false,
  async run({ plan, call }) {
    await call('builtin/run', { argv: ['sh', '-c', `echo made > ${plan.description}.txt`] });
    return { decisions: [], summary: 'ran' };
  },
};

async function runPlan(troupe: Troupe, action = 'local/idle'): Promise<string> {
  const plan = await troupe.use({ action, profile: 'full-auto', allowEmpty: true, start: true });
  for (;;) {
    const { phase, state } = await plan.waitUntilIdle();
    if (state !== 'complete') return state;
    if (phase === 'execute') await plan.apply({ target: { kind: 'branch', branch: `b/${plan.id}` } });
    else await plan.execute();
  }
}

/** Opens Troupe on a repository of its own; `starts` returns the git commands that it started so far. */
function withCountedStarts(body: (troupe: Troupe, starts: () => string[]) => Promise<void>) {
  return withGitFixture(async ({ home, root }) => {
    const log = join(home, 'starts');
    writeFileSync(log, '');
    const real = execFileSync('sh', ['-c', 'command -v git'], { encoding: 'utf8' }).trim();
    writeFileSync(join(home, 'git'), `#!/bin/sh\necho "$GIT_DIR $*" >> '${log}'\nexec '${real}' "$@"\n`);
    chmodSync(join(home, 'git'), 0o755);
    const env = { ...gitEnvironment(home), PATH: `${home}${delimiter}${process.env.PATH}` };
    const project = gitProject(root, { env, sandboxes: join(home, 'w') });
    await using troupe = await openTroupe({ store: memoryStore(), project, agents: { idle, runner }, env });
    await troupe.actions.create({ name: 'idle', description: 'Idle', strategyActor: 'idle', executionActor: 'idle' });
    await body(troupe, () => readFileSync(log, 'utf8').trimEnd().split('\n'));
  });
}

const hasShell = process.platform !== 'win32';

test.runIf(hasShell)(
  `A plan that does nothing starts git at most ${startsMax} times [R310]`,
  withCountedStarts(async (troupe, starts) => {
    expect(await runPlan(troupe)).toBe('applied');
    const before = starts().length;
    expect(await runPlan(troupe)).toBe('applied');
    const ofPlan = starts().slice(before);
    expect(ofPlan.length, ofPlan.join('\n')).toBeLessThanOrEqual(startsMax);
    expect(ofPlan.length).toBeGreaterThan(0);
  }),
);

test.runIf(hasShell)(
  'The files of a subplan that starts a program are captured once [R317]',
  withCountedStarts(async (troupe, starts) => {
    const steps = ['one', 'two', 'three'].map(goal => ({ subplan: { goal, executionActor: 'runner' } }));
    await troupe.actions.create({
      name: 'split',
      description: 'Split',
      strategyActor: 'idle',
      executionActor: { kind: 'steps', steps },
    });
    expect(await runPlan(troupe, 'local/split')).toBe('applied');
    const counts = new Map<string, number>();
    for (const words of starts().filter(words => words.includes(' add --all '))) {
      const [folder = ''] = words.split(' ');
      counts.set(folder, (counts.get(folder) ?? 0) + 1);
    }
    // Those of the strategy agent and of the root plan, and three.
    expect(counts.size).toBe(5);
    const several = [...counts.values()].filter(count => count > 1);
    expect(several.length).toBeLessThanOrEqual(1);
  }),
);

test.runIf(hasShell)(
  'Listing unused data starts git as often however many plans have finished [R314]',
  withCountedStarts(async (troupe, starts) => {
    const list = async () => {
      // The actors of the plan may still be ending; a plan is archived once they have.
      await expect
        .poll(async () => (await troupe.cleanUp({ maxBytes: 0, dryRun: true })).kept.plans, { interval: 20 })
        .toBe(0);
      await troupe.cleanUp({ dryRun: false });
      const before = starts().length;
      const { kept } = await troupe.cleanUp();
      return { plans: kept.plans, started: starts().slice(before) };
    };
    await runPlan(troupe);
    const first = await list();
    await runPlan(troupe);
    await runPlan(troupe);
    const later = await list();
    expect([first.plans, later.plans]).toEqual([1, 3]);
    expect(later.started.length, later.started.join('\n')).toBe(first.started.length);
  }),
);
