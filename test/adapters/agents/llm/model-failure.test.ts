/** What a failed request to a model reports, by what was thrown. */
import { describe, expect, it } from 'vitest';
import { type ModelIdentity, modelFailure } from '../../../../src/adapters/agents/llm/model-failure.ts';

const model: ModelIdentity = { name: 'local tiny', baseUrl: undefined, key: null, keyVariable: null };
const now = Date.parse('2026-01-01T00:00:00Z');
const failureOf = (thrown: unknown, identity: Partial<ModelIdentity> = {}) =>
  modelFailure({ ...model, ...identity }, thrown, now);

describe('A failed request to a model', () => {
  it.each([
    ['a text', 'It broke', 'It broke'],
    ['a number', 17, '17'],
    ['an object with a message', { message: 'It broke' }, 'It broke'],
    ['an error inside an object', { error: { message: 'Inner' } }, 'Inner'],
    ['an object with nothing but a body', { responseBody: '<html>' }, '<html>'],
    ['an object without words', { odd: 1 }, '{"odd":1}'],
    ['an error with a cause', new Error('Outer', { cause: new Error('inner') }), 'Outer: inner'],
    ['an error whose cause has no words', new Error('Outer', { cause: new Error('') }), 'Outer'],
  ])('has the words of %s', (_, thrown, words) => {
    const { error, isTransient, overflow } = failureOf(thrown);
    expect(error).toMatchObject({
      code: 'AGENT_FAILED',
      message: `The connection to local tiny broke: ${words}`,
      where: 'local tiny',
    });
    expect({ isTransient, overflow }).toEqual({ isTransient: true, overflow: null });
  });

  it('names the variable of a refused key, or asks for one, and never shows the key', () => {
    const thrown = { statusCode: 401, message: 'no key like k-123' };
    expect(failureOf(thrown).error).toMatchObject({
      code: 'AGENT_UNAVAILABLE',
      message: 'local tiny refused the key: name a variable with a key in keyEnv: no key like k-123',
    });
    const { error } = failureOf(thrown, { key: 'k-123', keyVariable: 'TINY_KEY' });
    expect(error.message).toBe('local tiny refused the key: check TINY_KEY: no key like …');
    expect(error.hints).toContain('export TINY_KEY=…');
    expect(failureOf(thrown, { key: '' }).error.message).toContain('k-123');
    expect(failureOf({ statusCode: 400, message: 'API key not valid' }).error.code).toBe('AGENT_UNAVAILABLE');
  });

  it('is a rate limit by its words too, with the time of its end if it has one', () => {
    expect(failureOf('too many requests').error).toMatchObject({ code: 'RATE_LIMITED', details: {} });
    const limited = { statusCode: 429, message: 'usage limit, resets at 2026-01-01T01:00:00Z' };
    expect(failureOf(limited).error.details).toEqual({ status: 429, resetAt: '2026-01-01T01:00:00Z' });
  });

  it('is of a model that cannot be reached, at its address if it has one of its own', () => {
    const refused = () => new Error('fetch failed', { cause: Object.assign(new Error(''), { code: 'ECONNREFUSED' }) });
    expect(failureOf(refused()).error.message).toBe(
      'local tiny cannot be reached at its address: ECONNREFUSED fetch failed',
    );
    expect(failureOf(refused(), { baseUrl: 'http://localhost:1' }).error).toMatchObject({
      code: 'AGENT_UNAVAILABLE',
      message: 'local tiny cannot be reached at http://localhost:1: ECONNREFUSED fetch failed',
    });
  });

  it.each([
    [413, 'Payload', 'Payload'],
    [400, 'prompt is too long', 'prompt is too long'],
    [400, 'no such model', null],
    [500, 'prompt is too long', null],
  ])('with status %i and the words %j is too long for the model as they say', (statusCode, message, overflow) => {
    expect(failureOf({ statusCode, message }).overflow).toBe(overflow);
  });

  it.each([
    [{ 'retry-after-ms': '1500' }, 1.5],
    [{ 'retry-after-ms': '-1', 'retry-after': '3' }, 3],
    [{ 'retry-after': 'Thu, 01 Jan 2026 00:00:20 GMT' }, 20],
    [{ 'retry-after': 'Wed, 31 Dec 2025 00:00:00 GMT' }, 0],
    [{ 'retry-after': 'soon' }, null],
    [{ 'retry-after': 5 }, null],
  ])('is tried again after the time in the headers %j', (responseHeaders, seconds) => {
    expect(failureOf({ statusCode: 503, message: 'Busy', responseHeaders }).afterSeconds).toBe(seconds);
  });
});
