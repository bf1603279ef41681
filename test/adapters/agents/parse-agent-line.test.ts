import { describe, expect, test } from 'vitest';
import { parseAgentLine } from '../../../src/adapters/agents/parse-agent-line.ts';

describe('A line of a program', () => {
  test('is noise unless it is JSON that says something to us', () => {
    for (const line of ['', 'Compiling…', '{', '{"note": 1', '{}', '{"type": "log", "usage": {"tokens": 3}}', '[1]']) {
      expect(parseAgentLine(line), line).toBeNull();
    }
  });

  test('that begins as a decision and cannot be read is an error, for the decision would be lost', () => {
    for (const line of ['{"decision": {"question": ', '{"finding": {', '  { "subplan" : oh']) {
      expect(() => parseAgentLine(line)).toThrow(/^A line that looks like a (decision|subplan|finding) is not JSON: /);
    }
    expect(parseAgentLine(' {"decision": null} ')).toEqual({ kind: 'decision', value: null });
    expect(parseAgentLine('{"subplan": {"goal": "g"}}')).toEqual({ kind: 'subplan', value: { goal: 'g' } });
  });

  test('tells what was used in our words, or in those of programs that report in JSON', () => {
    const used = (usage: object, more: object = {}) => parseAgentLine(JSON.stringify({ usage, ...more }));
    expect(used({ tokens: 5, usd: 0.25 })).toEqual({ kind: 'usage', usage: { tokens: 5, usd: 0.25 } });
    expect(used({ input_tokens: 2 })).toEqual({ kind: 'usage', usage: { tokens: 2 } });
    expect(used({ output_tokens: 3 }, { total_cost_usd: 0.5 })).toEqual({
      kind: 'usage',
      usage: { tokens: 3, usd: 0.5 },
    });
    // What is no amount is passed over, not taken for nothing.
    expect(used({ tokens: -1, usd: 'much' })).toEqual({ kind: 'usage', usage: {} });
    expect(parseAgentLine('{"usage": "a lot"}')).toEqual({ kind: 'usage', usage: {} });
  });

  test('closes the work, with a summary where there is one', () => {
    expect(parseAgentLine('{"type": "done"}')).toEqual({ kind: 'done', summary: null, usage: {} });
    expect(parseAgentLine('{"type": "result", "result": "All well", "total_cost_usd": 1}')).toEqual({
      kind: 'done',
      summary: 'All well',
      usage: { usd: 1 },
    });
    expect(parseAgentLine('{"type": "turn.completed", "summary": {"not": "text"}}')).toMatchObject({ summary: null });
  });
});
