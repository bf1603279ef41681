import { describe, expect, test } from 'vitest';
import { createRawOutput } from '../../../src/adapters/agents/raw-output.ts';
import { createRedactor } from '../../../src/model/redactor.ts';
import { fakeSecrets } from '../../model/fake-secrets.ts';

function logged(...messages: unknown[]): string[] {
  const lines: string[] = [];
  const output = createRawOutput(line => lines.push(line));
  for (const message of messages) output.write(typeof message === 'string' ? message : JSON.stringify(message));
  output.close();
  return lines;
}

const chunk = (text: string, sessionUpdate = 'agent_message_chunk') => ({
  jsonrpc: '2.0',
  method: 'session/update',
  params: { sessionId: 's', update: { sessionUpdate, content: { type: 'text', text } } },
});
const delta = (content: string) => ({ type: 'message', role: 'assistant', content, delta: true });

const secret = fakeSecrets.find(([kind]) => kind === 'GitHub')?.[1] ?? '';
const pieces = ['say ', secret.slice(0, 9), secret.slice(9), ' now'];

describe('The original output of an agent', () => {
  test.each([
    ['the Agent Client Protocol', chunk],
    ['Gemini CLI', delta],
  ])('has no secret that was printed in pieces: %s [R182]', (_, write) => {
    const [line = '', ...more] = logged(...pieces.map(piece => write(piece)));
    expect(more).toEqual([]);
    expect(JSON.parse(line)).toEqual(write(`say ${secret} now`));
    expect(createRedactor().text(line)).toContain('say [GitHub token] now');
  });

  test('has no secret in the unfinished messages of pi [R182]', () => {
    const update = (text: string) =>
      `{"type":"message_update","partial":{"content":[{"type":"text","text":"${text}"}]}}`;
    const end = `{"type":"message_end","text":"${secret}"}`;
    expect(logged(update(secret.slice(0, 9)), update(secret), end)).toEqual([end]);
  });

  test('keeps the order of texts and other messages, and lines that are no pieces as they are', () => {
    const call = { method: 'session/update', params: { update: { sessionUpdate: 'tool_call', title: 'a_chunk"' } } };
    const broken = '{"sessionUpdate": "agent_message_chunk"';
    const image = { params: { update: { sessionUpdate: 'agent_message_chunk', content: { type: 'image' } } } };
    const ended = { type: 'message', content: 'whole', delta: false };
    expect(
      logged(chunk('a'), chunk('b'), call, chunk('c', 'agent_thought_chunk'), chunk('d'), broken, image, ended),
    ).toEqual([
      ...[chunk('ab'), call, chunk('c', 'agent_thought_chunk'), chunk('d')].map(message => JSON.stringify(message)),
      broken,
      ...[image, ended].map(message => JSON.stringify(message)),
    ]);
  });

  test('logs a long text in parts, without dividing a word', () => {
    const words = Array.from({ length: 30_000 }, (_, at) => `word${at} `);
    const lines = logged(...words.map(delta));
    const texts = lines.map(line => (JSON.parse(line) as { content: string }).content);
    expect(texts.join('')).toBe(words.join(''));
    expect(texts.length).toBeGreaterThan(3);
    for (const text of texts) expect(text.endsWith(' ')).toBe(true);
  });
});
