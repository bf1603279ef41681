import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type CommandOptions, commandAgent } from '../../../src/adapters/agents/command.ts';
import { withSecondTry } from '../../../src/adapters/agents/second-try.ts';
import { systemClock } from '../../../src/adapters/clocks/system-clock.ts';
import { runProcess } from '../../../src/adapters/process/run.ts';
import { Watchdogs } from '../../../src/model/watchdogs.ts';
import type { Agent, AgentTask } from '../../../src/ports/agent.ts';
import { planSpec } from '../../fixtures.ts';
import { createToolHarness } from '../tool-harness.ts';

const strategist = (script: string, changes: Partial<CommandOptions> = {}) =>
  withSecondTry(
    commandAgent({
      argv: ['sh', '-c', script],
      env: {},
      watchdogs: Watchdogs.parse({ totalSeconds: 20, graceSeconds: 0.3 }),
      actionDir: '/',
      hostEnv: { PATH: process.env.PATH ?? '' },
      clock: systemClock(),
      run: runProcess,
      ...changes,
    }),
  );

/** Keeps each prompt, and answers with the file `first`, then with the file `second`. */
const answering = `
  n=first; test -e prompt-first && n=second
  cat > prompt-$n; cat $n
`;
const subplan = (words: Record<string, unknown>) => JSON.stringify({ subplan: words });
const good = [
  subplan({ key: 'a', goal: 'First', resourceScopes: ['a'] }),
  subplan({ goal: 'Second', resourceScopes: ['b'], dependsOn: ['a'] }),
];

const asStrategist = (files: Record<string, string>, plan = planSpec()) =>
  createToolHarness(files, { plan, phase: 'strategize', agentRole: 'strategy' });

describe('A strategist', () => {
  test.each([
    ['is not JSON', `${good[0]}\n{"subplan": {"goal": `, 'is not JSON'],
    ['lacks a required field', `${good[0]}\n{"subplan": {"key": "b"}}`, 'subplan.goal'],
    ['names a missing subplan', subplan({ goal: 'x', resourceScopes: ['x'], dependsOn: ['y'] }), 'depends on "y"'],
    ['uses a key twice', `${good[0]}\n${good[0]}`, 'Two subplans have the key "a"'],
    ['names no such project', subplan({ goal: 'x', projectRef: 'lib' }), 'the plan has no project lib'],
    ['leaves its scope', `${good[0]}\n${subplan({ goal: 'x', resourceScopes: ['../y'] })}`, 'resourceScopes'],
  ])('whose answer %s is asked once more with the reason, and only the second answer counts [R229]', async (_, first, reason) => {
    await using harness = await asStrategist({ first, second: good.join('\n') });
    await strategist(answering).run(harness.task({ role: 'strategy' }));
    expect(harness.decisions.map(({ chosenOption }) => chosenOption)).toEqual(['First', 'Second']);
    expect(await harness.read('prompt-first')).not.toContain('# Problem');
    const again = await harness.read('prompt-second');
    expect(again).toContain('# Problem\nYour answer could not be used');
    expect(again).toContain(reason);
    expect(harness.lines.join('\n')).toContain('is asked for once more');
  });

  test('gets all errors of its answer at once [R229]', async () => {
    const first = [subplan({ key: 'b' }), '{"decision": {"question": "q"}}'].join('\n');
    await using harness = await asStrategist({ first, second: '' });
    await strategist(answering).run(harness.task({ role: 'strategy' }));
    expect(await harness.read('prompt-second')).toMatch(/subplan\.goal.*; .*decision\.choose/);
  });

  test('fails after a second invalid answer, and nothing is recorded [R229]', async () => {
    const bad = `${good[0]}\n{"subplan": {"key": "b"}}`;
    await using harness = await asStrategist({ first: bad, second: bad });
    const run = strategist(answering).run(harness.task({ role: 'strategy' }));
    await expect(run).rejects.toMatchObject({ code: 'INVALID_DECISION' });
    expect(harness.decisions).toEqual([]);
  });

  test('is asked to plan without subplans at the maximum depth [R229]', async () => {
    await using harness = await asStrategist(
      { first: good.join('\n'), second: '' },
      planSpec({ depth: 2, depthMax: 2 }),
    );
    await strategist(answering).run(harness.task({ role: 'strategy' }));
    expect(await harness.read('prompt-first')).toContain('Print no subplan');
    expect(await harness.read('prompt-second')).toContain('do without subplans');
  });
});

test('An agent that executes is not asked again, because its files already exist [R229]', async () => {
  await using harness = await createToolHarness({ first: '{"subplan": {"key": "b"}}', second: '' });
  const run = strategist(answering).run(harness.task());
  await expect(run).rejects.toMatchObject({ code: 'INVALID_DECISION' });
  await expect(harness.read(join('prompt-second'))).rejects.toThrow();
});

test('A second try passes on how its calls are found again and end [R345]', async () => {
  const given: unknown[] = [];
  const options = { foundBy: 'content', signal: new AbortController().signal } as const;
  const asking: Agent = {
    check: async () => {},
    async run({ call }) {
      await call('builtin/ask-person', { question: 'Which?' }, options);
      return { decisions: [], summary: '' };
    },
  };
  await using harness = await createToolHarness();
  const call: AgentTask['call'] = async (...words) => given.push(words[2]);
  await withSecondTry(asking).run(harness.task({ role: 'strategy', call }));
  expect(given).toEqual([options]);
});
