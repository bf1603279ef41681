/** The tools that a model has in its role, and what it reads as the result of a call. */
import { describe, expect, it } from 'vitest';
import { createModelTools } from '../../../../src/adapters/agents/llm/model-tools.ts';
import type { AgentTask } from '../../../../src/ports/agent.ts';

function toolsOf(changes: { role: AgentTask['role']; depth?: number; results?: Record<string, unknown> }) {
  const { role, depth = 0, results = {} } = changes;
  const calls: unknown[] = [];
  const task = {
    ...{ role, plan: { depth, depthMax: 1 } },
    tools: [{ name: 'notes/add', description: 'Add a note.', input: {} }],
    call: async (tool: string, input: unknown) => {
      calls.push([tool, input]);
      return results[tool];
    },
  } as unknown as AgentTask;
  const made = createModelTools(task);
  const names = made.tools.map(({ name }) => name);
  const call = async (name: string, input: Record<string, unknown> = {}) =>
    made.tools.find(tool => tool.name === name)?.call(input);
  return { made, names, call, calls };
}

describe('The tools of a model', () => {
  it('fit its role, and how many levels of plans are left', () => {
    expect(toolsOf({ role: 'execution' }).names).toEqual(
      expect.arrayContaining(['write', 'checkpoint', 'plan_subplan']),
    );
    const deepest = toolsOf({ role: 'execution', depth: 1 }).names;
    expect(deepest).toContain('decide');
    expect(deepest).not.toContain('plan_subplan');
    const review = toolsOf({ role: 'review' }).names;
    expect(review).toEqual(expect.arrayContaining(['read', 'report_finding']));
    expect(review).not.toContain('write');
    expect(toolsOf({ role: 'apply' }).names).toContain('commit_message');
  });

  it.each([
    ['a whole file', { content: 'one', encoding: 'utf8', bytes: 3, truncated: false }, 'one'],
    [
      'the start of a file',
      { content: 'one', encoding: 'utf8', bytes: 9, truncated: true },
      'one\n[There is more: the file has 9 bytes.]',
    ],
    [
      'a file that is no text',
      { content: 'AA==', encoding: 'base64', bytes: 1, truncated: false },
      'This is no text; it has 1 bytes.',
    ],
  ])('read gives %s', async (_, result, text) => {
    const { call, calls } = toolsOf({ role: 'execution', results: { 'builtin/read': result } });
    expect(await call('read', { path: 'a' })).toBe(text);
    expect(calls).toEqual([['builtin/read', { bytesMax: 48_000, path: 'a' }]]);
  });

  it('run gives the end of a program with its output', async () => {
    const run = (exitCode: number | null, signal: string | null) =>
      toolsOf({ role: 'execution', results: { 'builtin/run': { exitCode, signal, output: 'words' } } }).call('run');
    expect(await run(1, null)).toBe('exit code 1\nwords');
    expect(await run(null, 'SIGKILL')).toBe('ended by SIGKILL\nwords');
  });

  it('of other kinds give their result as JSON, or as the text that a server gives', async () => {
    const results = {
      'builtin/list': { entries: [] },
      'builtin/ask-person': { answer: 'yes' },
      'notes/add': { text: 'Added' },
    };
    const { call, names } = toolsOf({ role: 'strategy', results });
    expect(await call('list')).toBe('{"entries":[]}');
    expect(await call(names.at(-1) as string)).toBe('Added');
    expect(await call('ask_person', { question: 'Go on?' })).toBe('{"answer":"yes"}');
  });

  it('keep the commit message that the model gives', async () => {
    const { made, call } = toolsOf({ role: 'apply' });
    expect(made.message).toBeNull();
    expect(await call('commit_message', { subject: 'Add a note', body: '' })).toBe('Taken.');
    expect(made.message).toMatchObject({ subject: 'Add a note' });
  });
});
