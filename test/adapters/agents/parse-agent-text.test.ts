import { describe, expect, it } from 'vitest';
import { createAgentTextReader } from '../../../src/adapters/agents/parse-agent-text.ts';

function messagesIn(text: string) {
  const reader = createAgentTextReader();
  return [...text.split('\n').flatMap(line => reader.read(line)), ...reader.close()];
}

const subplan = (goal: string) => ({ kind: 'subplan', value: { goal } });

describe('A report in the text of an agent', () => {
  it('is found on a line, in a list, in backquotes and in a code fence [R222]', () => {
    const text = [
      'I split it:',
      '{"subplan": {"goal": "a"}}',
      '- {"subplan": {"goal": "b"}}',
      '2. `{"subplan": {"goal": "c"}}`',
      '```json',
      '{"subplan": {"goal": "d"}}',
      '```',
      'That is {all}.',
    ].join('\n');
    expect(messagesIn(text)).toEqual(['a', 'b', 'c', 'd'].map(subplan));
  });

  it('is found when it spans several lines [R222]', () => {
    const text = JSON.stringify({ subplan: { goal: 'a' } }, null, 2);
    expect(messagesIn(`${text}\n${text}\n{"subplan": {\n  "goal": "b"}\n}\nend`)).toEqual(['a', 'a', 'b'].map(subplan));
  });

  it('is found after braces that are not JSON [R222]', () => {
    expect(messagesIn('{\n  braces of a program\n```\n{"subplan": {"goal": "a"}}')).toEqual([subplan('a')]);
    expect(messagesIn('{\nnot JSON\n{"subplan": {"goal": "a"}}')).toEqual([subplan('a')]);
    const long = `{\n${'x\n'.repeat(300)}{"subplan": {"goal": "a"}}`;
    expect(messagesIn(long)).toEqual([subplan('a')]);
  });

  it('that starts as a decision but is cut off is an error, so that the decision is not lost [R222]', () => {
    expect(() => messagesIn('{"decision": {"question": "Why?",\nand so on')).toThrow(
      /looks like a decision is not JSON/,
    );
  });
});
