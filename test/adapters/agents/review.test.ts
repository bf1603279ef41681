/** The reviewer and the author of the commit message, with every kind of agent. */
import { describe, expect, test } from 'vitest';
import { commandAgent } from '../../../src/adapters/agents/command.ts';
import { buildPrompt } from '../../../src/adapters/agents/prompt.ts';
import { scriptAgent } from '../../../src/adapters/agents/script.ts';
import { stepsAgent } from '../../../src/adapters/agents/steps.ts';
import { systemClock } from '../../../src/adapters/clocks/system-clock.ts';
import { runProcess } from '../../../src/adapters/process/run.ts';
import type { AgentRole } from '../../../src/model/agent.ts';
import { AgentStep } from '../../../src/model/agent.ts';
import { Watchdogs } from '../../../src/model/watchdogs.ts';
import type { Agent } from '../../../src/ports/agent.ts';
import { planSpec } from '../../fixtures.ts';
import { createToolHarness, type ToolHarness } from '../tool-harness.ts';

const sh = (program: string) =>
  commandAgent({
    argv: ['sh', '-c', program],
    env: {},
    watchdogs: Watchdogs.parse({ totalSeconds: 20, graceSeconds: 0.3 }),
    actionDir: '/',
    hostEnv: { PATH: process.env.PATH ?? '' },
    clock: systemClock(),
    run: runProcess,
  });
const steps = (...list: unknown[]) => stepsAgent(list.map(step => AgentStep.parse(step)));

/** Returns the answer of an agent in a role, through tools that are guarded for that role. */
async function ask(harness: ToolHarness, agent: Agent, role: AgentRole, diff = 'diff --git a/a b/a\n+b\n') {
  const call = harness.runner({ agentRole: role });
  return agent.run(harness.task({ role, diff, call }));
}

const finding = { severity: 'blocking', path: 'a', line: 2, text: 'it is wrong' };
const recorded = [
  {
    type: 'validation_response',
    question: 'Review of a:2: blocking',
    chosenOption: 'it is wrong',
    payload: { finding },
  },
];

describe('A reviewer [R177]', () => {
  test('with declared steps reports findings in a review, and in no other role', async () => {
    await using harness = await createToolHarness();
    const agent = steps({ finding }, { write: { path: 'a', content: 'b' } });
    await ask(harness, agent, 'review');
    expect(harness.decisions).toMatchObject(recorded);
    expect(harness.lines).toEqual(['step 1: blocking a:2: it is wrong']);
    await ask(harness, agent, 'execution');
    expect(harness.decisions).toHaveLength(1);
    expect(harness.calls.map(({ tool }) => tool)).toEqual(['builtin/finding', 'builtin/write']);
  });

  test('that is a script gets the diff and reports findings', async () => {
    const source = `export default async ({ diff, finding }) =>
      diff.includes('+b') && { summary: await finding({ severity: 'blocking', path: 'a', line: 2, text: 'it is wrong' }) };`;
    await using home = await createToolHarness({ 'agent.mjs': source });
    await using harness = await createToolHarness();
    const { summary } = await ask(harness, scriptAgent({ module: './agent.mjs', actionDir: home.directory }), 'review');
    expect(harness.decisions).toMatchObject(recorded);
    expect(summary).toBe(harness.decisions[0]?.decisionId);
  });

  test('that is a program gets the diff in its prompt and reports findings as lines of JSON', async () => {
    await using harness = await createToolHarness();
    const agent = sh(`grep -q '^+b' || exit 9; echo '${JSON.stringify({ finding })}'`);
    await ask(harness, agent, 'review');
    expect(harness.decisions).toMatchObject(recorded);
  });

  test('that is a program must report explicitly that it found nothing', async () => {
    await using harness = await createToolHarness();
    await ask(harness, sh(`echo '{"type": "result", "summary": "fine"}'`), 'review');
    expect(harness.decisions).toEqual([]);
    await expect(ask(harness, sh('echo "This is broken."'), 'review')).rejects.toMatchObject({
      code: 'AGENT_FAILED',
      message: expect.stringContaining('sh gave no review'),
    });
  });

  test.each([
    [{ severity: 'bad', text: 'x' }, 'finding.severity'],
    [{ severity: 'note', text: ' ' }, 'a finding says what it is about'],
    [{ severity: 'note', text: 'x', line: 0 }, 'finding.line'],
    [{ severity: 'note', text: 'x', file: 'a' }, 'unknown key'],
  ])('that reports %j gets an error with the reason', async (value, words) => {
    await using harness = await createToolHarness();
    await expect(ask(harness, sh(`echo '${JSON.stringify({ finding: value })}'`), 'review')).rejects.toMatchObject({
      code: 'INVALID_DECISION',
      message: expect.stringContaining(words),
    });
  });

  test('fails if a finding is cut off, instead of ignoring it', async () => {
    await using harness = await createToolHarness();
    await expect(ask(harness, sh(`echo '{"finding": {"severity": "block'`), 'review')).rejects.toMatchObject({
      code: 'INVALID_DECISION',
      message: expect.stringContaining('looks like a finding'),
    });
  });

  test.each([
    ['write', { path: 'a', content: 'b' }, 'the reviewActor only looks'],
    ['run', { argv: ['true'] }, 'the reviewActor only looks'],
    ['checkpoint', { label: 'here' }, 'the reviewActor only looks'],
    ['plan-subplan', { planId: 'x', goal: 'y' }, 'the reviewActor plans no subplans'],
  ])('cannot call %s', async (tool, input, words) => {
    await using harness = await createToolHarness();
    await expect(harness.runner({ agentRole: 'review' })(tool, input)).rejects.toMatchObject({
      code: 'TOOL_REFUSED',
      message: expect.stringContaining(words),
    });
  });

  test('is the only role that reports findings', async () => {
    await using harness = await createToolHarness();
    await expect(harness.runner({ agentRole: 'execution' })('finding', finding)).rejects.toMatchObject({
      code: 'TOOL_REFUSED',
      message: expect.stringContaining('only the reviewActor reports findings'),
    });
  });
});

describe('The author of the commit message [R178]', () => {
  const message = { subject: 'Add a', body: 'It was missing.' };

  test('with declared steps has arguments and goal filled in, and the last step counts', async () => {
    const plan = planSpec({ arguments: { name: 'a' }, description: 'Greet' });
    await using harness = await createToolHarness({}, { plan });
    const agent = steps(
      { message: { subject: 'not this' } },
      { message: { subject: 'Add {{name}}', body: '{{goal}}' } },
    );
    expect((await ask(harness, agent, 'apply')).message).toEqual({ subject: 'Add a', body: 'Greet' });
    expect((await ask(harness, agent, 'execution')).message).toBeUndefined();
    const broken = planSpec({ arguments: { name: 'a\nb' } });
    await using other = await createToolHarness({}, { plan: broken });
    await expect(ask(other, agent, 'apply')).rejects.toMatchObject({ code: 'INVALID_ACTION' });
  });

  test('that is a script returns the message', async () => {
    const source = 'export default ({ diff }) => ({ message: { subject: "Add " + diff.length } });';
    await using home = await createToolHarness({ 'agent.mjs': source });
    await using harness = await createToolHarness();
    const agent = scriptAgent({ module: './agent.mjs', actionDir: home.directory });
    expect((await ask(harness, agent, 'apply', '1234')).message).toEqual({ subject: 'Add 4', body: '' });
  });

  test('that is a program prints the message as JSON, and messages in other formats are ignored', async () => {
    await using harness = await createToolHarness();
    const noise = `echo '{"type": "assistant", "message": {"content": []}}'`;
    const agent = sh(`${noise}; echo '${JSON.stringify({ message })}'; ${noise}`);
    expect((await ask(harness, agent, 'apply')).message).toEqual(message);
    expect((await ask(harness, sh(noise), 'apply')).message).toBeUndefined();
    await expect(ask(harness, sh(`printf '%s\\n' '{"message": {"subject": "a\\nb"}}'`), 'apply')).rejects.toMatchObject(
      {
        message: expect.stringContaining('a subject is one line'),
      },
    );
  });
});

test('The prompt of a reviewer and of a message author has the changes and the expected answer', async () => {
  await using harness = await createToolHarness();
  const review = buildPrompt(harness.task({ role: 'review', diff: 'DIFF' })).text;
  expect(review).toContain('# Changes\nDIFF\n');
  expect(review).toContain('{"finding": ');
  const apply = buildPrompt(harness.task({ role: 'apply', diff: 'DIFF' })).text;
  expect(apply).toContain('# Changes\nDIFF\n');
  expect(apply).toContain('{"message": ');
  expect(buildPrompt(harness.task({ role: 'execution' })).text).not.toContain('# Changes');
  for (const way of ['lines', 'tools'] as const) {
    const judge = buildPrompt(harness.task({ role: 'review', diff: 'DIFF', choices: [1, 3] }), null, way).text;
    expect(judge).toContain('Choose the best of the 2 attempts at the goal: 1, 3.');
    expect(judge).toContain(way === 'lines' ? '"text": "attempt K: …"' : 'the tool report_finding');
    expect(judge).not.toContain('files with the changes');
  }
});
