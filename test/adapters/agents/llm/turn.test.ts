/** An answer of a model as it is read from its stream. */
import { describe, expect, it } from 'vitest';
import { CutStreamError, readTurn, turnUsage } from '../../../../src/adapters/agents/llm/turn.ts';
import type { LanguageModelV3StreamPart } from '../../../../src/libraries/anthropic.ts';

const finish = (unified: string, raw: string | undefined, input: object = {}, output: object = {}) => ({
  type: 'finish',
  finishReason: { unified, raw },
  usage: { inputTokens: input, outputTokens: output },
});

async function read(...parts: object[]) {
  const texts: string[] = [];
  const stream = new ReadableStream<LanguageModelV3StreamPart>({
    start(controller) {
      for (const part of parts) controller.enqueue(part as LanguageModelV3StreamPart);
      controller.close();
    },
  });
  const turn = await readTurn(stream, { onText: text => texts.push(text), onPart: () => undefined });
  return { ...turn, texts };
}

describe('An answer of a model', () => {
  it('has texts and calls with what the provider adds, without empty texts and what the provider ran itself', async () => {
    const signed = (signature: string) => ({ providerMetadata: { tiny: { [signature]: 1 } } });
    const turn = await read(
      { type: 'text-start', id: '1', ...signed('a') },
      { type: 'text-delta', id: '1', delta: 'Hi' },
      { type: 'text-delta', id: 'never started', delta: 'lost' },
      { type: 'text-end', id: '1', ...signed('b') },
      { type: 'text-start', id: '2' },
      { type: 'text-end', id: '2' },
      { type: 'tool-call', toolCallId: 'c', toolName: 'list', input: '{}', ...signed('d') },
      { type: 'tool-call', toolCallId: 'e', toolName: 'search', input: '{}', providerExecuted: true },
      finish('stop', 'stop'),
    );
    expect(turn.parts).toEqual([
      { type: 'text', text: 'Hi', metadata: { tiny: { a: 1, b: 1 } } },
      { type: 'tool-call', id: 'c', name: 'list', input: '{}', metadata: { tiny: { d: 1 } } },
    ]);
    expect(turn.texts.join('')).toBe('Hi\n\n');
  });

  it.each([
    ['no counts', {}, {}, { input: 0, cacheRead: 0, cacheWrite: 0, output: 0 }],
    [
      'a total',
      { total: 9, cacheRead: 2, cacheWrite: 3 },
      { total: 4 },
      { input: 4, cacheRead: 2, cacheWrite: 3, output: 4 },
    ],
    ['a total below its parts', { total: 1, cacheRead: 2 }, {}, { input: 0, cacheRead: 2, cacheWrite: 0, output: 0 }],
    ['a count without the cache', { total: 9, noCache: 5 }, {}, { input: 5, cacheRead: 0, cacheWrite: 0, output: 0 }],
  ])('counts the tokens that the provider reports: %s', async (_, input, output, tokens) => {
    expect((await read(finish('stop', 'stop', input, output))).tokens).toEqual(tokens);
  });

  it.each([
    ['without an end', [], 'the answer broke off'],
    ['with an end of no known reason', [finish('other', undefined)], 'the answer broke off'],
    ['with an error that has a name', [finish('error', 'overload')], 'the answer ended with overload'],
    ['with an error that has none', [finish('error', undefined)], 'the answer ended with an error'],
  ])('is cut %s', async (_, parts, message) => {
    const error = await read(...parts).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(CutStreamError);
    expect(error).toMatchObject({ message });
  });

  it('may end for a reason of the provider, and fails with the error in its stream', async () => {
    expect((await read(finish('other', 'pause'))).finish).toBe('other');
    const broken = new Error('broken');
    await expect(read({ type: 'error', error: broken })).rejects.toBe(broken);
  });

  it('has a cost if the price is known', () => {
    const tokens = { input: 1_000_000, cacheRead: 0, cacheWrite: 0, output: 0 };
    expect(turnUsage({ tokens }, undefined)).toEqual({ tokens: 1_000_000 });
    expect(turnUsage({ tokens }, { input: 3, output: 15 })).toEqual({ tokens: 1_000_000, usd: 3 });
  });
});
