import { describe, expect, test } from 'vitest';
import { parseAgentLine } from '../../../src/adapters/agents/parse-agent-line.ts';

describe('A line of output', () => {
  test('is ignored unless it is JSON in a known format', () => {
    for (const line of ['', 'Compiling…', '{', '{"note": 1', '{}', '{"type": "log", "usage": {"tokens": 3}}', '[1]']) {
      expect(parseAgentLine(line), line).toBeNull();
    }
  });

  test('that starts as a decision but cannot be parsed is an error, so that the decision is not lost', () => {
    for (const line of ['{"decision": {"question": ', '{"finding": {', '  { "subplan" : oh']) {
      expect(() => parseAgentLine(line)).toThrow(/^A line that looks like a (decision|subplan|finding) is not JSON: /);
    }
    expect(parseAgentLine(' {"decision": null} ')).toEqual({ kind: 'decision', value: null });
    expect(parseAgentLine('{"subplan": {"goal": "g"}}')).toEqual({ kind: 'subplan', value: { goal: 'g' } });
  });

  test('reports usage in our format, or in that of other programs that print JSON', () => {
    const used = (usage: object, more: object = {}) => parseAgentLine(JSON.stringify({ usage, ...more }));
    expect(used({ tokens: 5, usd: 0.25 })).toEqual({ kind: 'usage', usage: { tokens: 5, usd: 0.25 } });
    expect(used({ input_tokens: 2 })).toEqual({ kind: 'usage', usage: { tokens: 2 } });
    expect(used({ output_tokens: 3 }, { total_cost_usd: 0.5 })).toEqual({
      kind: 'usage',
      usage: { tokens: 3, usd: 0.5 },
    });
    // An invalid amount is ignored, not counted as zero.
    expect(used({ tokens: -1, usd: 'much' })).toEqual({ kind: 'usage', usage: {} });
    expect(parseAgentLine('{"usage": "a lot"}')).toEqual({ kind: 'usage', usage: {} });
  });

  test('marks the work as done, with an optional summary', () => {
    expect(parseAgentLine('{"type": "done"}')).toEqual({ kind: 'done', summary: null, usage: {} });
    expect(parseAgentLine('{"type": "result", "result": "All well", "total_cost_usd": 1}')).toEqual({
      kind: 'done',
      summary: 'All well',
      usage: { usd: 1 },
    });
    expect(parseAgentLine('{"type": "turn.completed", "summary": {"not": "text"}}')).toMatchObject({ summary: null });
  });
});
