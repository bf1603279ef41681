import { symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { manualClock } from '../../../../src/adapters/clocks/manual-clock.ts';
import { planSpec } from '../../../fixtures.ts';
import { roleIn, tryAcpAgent } from './try-acp-agent.ts';

const selected = (optionId: string) =>
  expect.objectContaining({ result: { outcome: { outcome: 'selected', optionId } } });
const isCancelled = expect.objectContaining({ result: { outcome: { outcome: 'cancelled' } } });
const edit = (path: string) => ({ ask: { kind: 'edit', title: `Edit ${path}`, locations: [{ path }] } });
const kinds = (...names: string[]) => names.map(kind => ({ ...{ kind, optionId: `o-${kind}`, name: kind } }));

describe('An ACP agent', () => {
  test('gets the prompt in a session in the sandbox, and what it says is the log and its summary', async () => {
    await using trial = await tryAcpAgent([
      { say: 'I look around.\nI ' },
      { say: 'am done.' },
      { write: ['b.txt', 'new'] },
    ]);
    const answer = await trial.run({ guidance: ['Be brief'] });
    expect(answer).toEqual({ decisions: [], summary: 'I look around.\nI am done.' });
    expect(await trial.harness.read('b.txt')).toBe('new');
    expect(trial.harness.lines).toEqual(['session s-1', 'I look around.', 'I am done.']);
    const received = await trial.received();
    expect(received.map(({ method }) => method)).toEqual(['initialize', 'session/new', 'session/prompt']);
    expect(received[1]).toMatchObject({ params: { cwd: trial.harness.directory, mcpServers: [{ name: 'troupe' }] } });
    expect(JSON.stringify(received[2])).toContain('# Guidance\\n- Be brief');
  });

  test('plans in its text as other agents do in their output [R222]', async () => {
    const updates = [
      'I split it:\n{"decision": {"question": "Split?", "choose": "Yes", "confidence": 0.6}}\n```json\n{"subplan": {"key": "a",',
      ' "goal": "First", "resourceScopes": ["a"]}}\n```\n{"subplan": {"goal": "Second", "resourceScopes": ["b"], "dependsOn": ["a"]}}',
    ];
    await using trial = await tryAcpAgent(
      updates.map(say => ({ say })),
      { harness: roleIn.strategy },
    );
    await trial.run({ role: 'strategy' });
    const [choice, first, second] = trial.harness.decisions;
    expect(choice).toMatchObject({ chosenOption: 'Yes', confidence: 0.6 });
    expect(first).toMatchObject({ payload: { goal: 'First' } });
    expect(second).toMatchObject({ payload: { goal: 'Second', dependencies: [first?.decisionId] } });
  });

  test('reports findings in its text', async () => {
    const finding = '{"finding": {"severity": "blocking", "path": "a.txt", "line": 1, "text": "It is wrong"}}';
    await using trial = await tryAcpAgent([{ say: finding }], { harness: roleIn.review });
    await trial.run({ role: 'review' });
    expect(trial.harness.calls).toMatchObject([{ tool: 'builtin/finding', input: { text: 'It is wrong' } }]);
  });

  test('shows what it does while it works [R230]', async () => {
    const call = (fields: object) => ({ update: { sessionUpdate: 'tool_call', ...fields } });
    const change = (fields: object) => ({ update: { sessionUpdate: 'tool_call_update', ...fields } });
    await using trial = await tryAcpAgent([
      call({ toolCallId: '1', title: 'Edit', kind: 'edit', status: 'pending' }),
      change({ toolCallId: '1', locations: [{ path: 'src/a.ts' }] }),
      change({ toolCallId: '1', status: 'completed' }),
      call({ toolCallId: '2', title: '`npm test`', kind: 'execute' }),
      change({ toolCallId: '2', status: 'failed' }),
      call({ toolCallId: '3', title: 'List', kind: 'search', rawInput: { pattern: '**/*.ts' } }),
      call({ toolCallId: '4', title: 'Read a file', kind: 'read' }),
      change({ toolCallId: '4', status: 'completed' }),
      call({ toolCallId: '5', title: 'Delete', kind: 'delete', rawInput: { path: 'b.ts' } }),
    ]);
    await trial.run();
    expect(trial.harness.lines.slice(1)).toEqual([
      'edits src/a.ts',
      'runs npm test',
      'failed: runs npm test',
      'searches **/*.ts',
      'Read a file',
      'deletes b.ts',
    ]);
  });
});

describe('A permission for an ACP agent', () => {
  test('is given by the kind of the option, and never for always [R232]', async () => {
    await using trial = await tryAcpAgent([edit('a.txt'), { ...edit('a.txt'), anyway: true }]);
    await trial.run();
    expect(await trial.answers()).toEqual([selected('x2'), selected('x2')]);
  });

  test('is cancelled where no option fits the answer [R232]', async () => {
    const step = { ask: { ...edit('a.txt').ask, options: kinds('allow_always', 'reject_always') }, anyway: true };
    const refused = { ask: { ...edit('../b').ask, options: kinds('allow_once', 'reject_always') }, anyway: true };
    await using trial = await tryAcpAgent([step, refused]);
    await trial.run();
    expect(await trial.answers()).toEqual([isCancelled, isCancelled]);
  });

  const changing = ['edit', 'delete', 'move', 'execute', 'other', 'switch_mode'];
  const looking = ['read', 'search', 'fetch', 'think'];
  const askFor = (kind: string) => ({ ask: { kind, title: kind, locations: [{ path: 'a.txt' }] }, anyway: true });

  test.each([
    'strategy',
    'review',
  ] as const)('to change or run anything is refused to a %s agent, whatever its mode [R232]', async role => {
    const end = { say: '{"type": "result"}', anyway: true };
    const steps = [...changing.map(askFor), ...looking.map(askFor), end];
    await using trial = await tryAcpAgent(steps, { harness: roleIn[role] });
    const answer = await trial.run({ role });
    expect(await trial.answers()).toEqual([
      ...changing.map(() => selected('x3')),
      ...looking.map(() => selected('x2')),
    ]);
    expect(answer.refused?.actions).toContain('edits a.txt');
  });

  test('is judged by the guards, as a call of the tool that does the same [R232]', async () => {
    const { guards } = planSpec().profileSnapshot;
    const run = { ask: { kind: 'execute', title: 'Run', rawInput: { command: 'npm test' } }, anyway: true };
    const steps = [askFor('edit'), run, askFor('delete'), askFor('unknown-kind')];
    await using trial = await tryAcpAgent(steps, { harness: { guards: { ...guards, denyTools: ['run'] } } });
    const { refused } = await trial.run();
    expect(await trial.answers()).toEqual([selected('x2'), selected('x3'), selected('x2'), selected('x3')]);
    expect(refused).toEqual({ actions: ['runs npm test', 'uses unknown-kind'], permissions: null });
    expect(trial.harness.lines.join('\n')).toContain('builtin/run is on the denylist');
  });

  test('that needs approval waits for a person, while no time runs [R232]', async () => {
    const asked: string[] = [];
    const plan = planSpec({ approvalModes: { execute: { writeFiles: 'ask' }, timeoutSeconds: 60 } });
    const clock = manualClock();
    await using trial = await tryAcpAgent([edit('a.txt'), { ...edit('b.txt'), anyway: true }], {
      clock,
      harness: {
        plan,
        async approve({ words }) {
          asked.push(words);
          clock.advance(100_000);
          return { verdict: asked.length === 1 ? 'approved' : 'denied', reason: 'no' };
        },
      },
    });
    await trial.run();
    expect(asked).toEqual(['edit a.txt', 'edit b.txt']);
    expect(await trial.answers()).toEqual([selected('x2'), selected('x3')]);
  });

  test('to change a file outside of the sandbox is refused [R232]', async () => {
    const outside = ['/etc/passwd', '../b.txt', '.git/config', 'link/b.txt'];
    await using trial = await tryAcpAgent(outside.map(path => ({ ...edit(path), anyway: true })));
    await symlink(tmpdir(), join(trial.harness.directory, 'link'));
    await trial.run();
    expect(await trial.answers()).toEqual(outside.map(() => selected('x3')));
  });
});

describe('Files for an ACP agent', () => {
  const read = (path: string, more: object = {}) => ({ request: 'fs/read_text_file', params: { path, ...more } });
  const write = (path: string, content = 'new') => ({ request: 'fs/write_text_file', params: { path, content } });

  test('are read from the sandbox, and a missing one is a resource that is not found [R233]', async () => {
    await using trial = await tryAcpAgent([
      read('a.txt'),
      read('a.txt', { line: 2, limit: 1 }),
      read('missing.txt'),
      read('/etc/passwd'),
      read('.'),
    ]);
    await trial.run();
    expect(await trial.answers()).toMatchObject([
      { result: { content: 'one\ntwo\nthree\n' } },
      { result: { content: 'two' } },
      { error: { code: -32002 } },
      { error: { code: -32602 } },
      { error: { code: -32602 } },
    ]);
  });

  test('are written to the sandbox, with the folders they need [R233]', async () => {
    await using trial = await tryAcpAgent([write('deep/b.txt'), write('/tmp/b.txt'), write('../c.txt')]);
    await trial.run();
    expect(await trial.harness.read('deep/b.txt')).toBe('new');
    expect(await trial.answers()).toMatchObject([
      { result: {} },
      { error: { code: -32602 } },
      { error: { code: -32602 } },
    ]);
  });

  test('are not written by an agent that only looks [R233]', async () => {
    await using trial = await tryAcpAgent([write('a.txt')], { harness: roleIn.strategy });
    const { refused } = await trial.run({ role: 'strategy' });
    expect(await trial.answers()).toMatchObject([{ error: { message: expect.stringContaining('builtin/write') } }]);
    expect(await trial.harness.read('a.txt')).toContain('one');
    expect(refused?.actions).toEqual(['writes a.txt']);
  });

  test('are written without a second question after the edit was permitted [R233]', async () => {
    const asked: string[] = [];
    const plan = planSpec({ approvalModes: { execute: { writeFiles: 'ask' }, timeoutSeconds: 60 } });
    await using trial = await tryAcpAgent([edit('a.txt'), write('a.txt'), write('b.txt')], {
      harness: {
        plan,
        async approve({ words }) {
          asked.push(words);
          return { verdict: 'approved', reason: '' };
        },
      },
    });
    await trial.run();
    expect(asked).toEqual(['edit a.txt', 'write b.txt']);
  });
});
