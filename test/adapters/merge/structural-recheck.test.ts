import { describe, expect, test } from 'vitest';
import { findSyntaxError, recheckStructure } from '../../../src/adapters/merge/structural-recheck.ts';
import { WorkMovedToThread } from '../../../src/adapters/merge/text/work-budget.ts';

type Text = string | Buffer | null;
const bytes = (text: Text) => (typeof text === 'string' ? Buffer.from(text) : text);
const input = (content: string | Buffer, base: Text, ours: Text, theirs: Text, path = 'a.json') => ({
  path,
  content: Buffer.from(content),
  base: bytes(base),
  ours: bytes(ours),
  theirs: bytes(theirs),
});
const notText = Buffer.from([0x7b, 0xff, 0x7d]);
/** More than a check of structure reads. */
const large = Buffer.alloc(9_000_000, 0x20);

describe('The check of a file that git merged', () => {
  test.each([
    ['the same by keys', '{"a":1,"b":2}\n', '{}\n', '{"a":1}\n', '{"b":2}\n'],
    ['a file that only one side has', '{"a":1}\n', null, '{"a":1}\n', null],
    ['content that is not text', notText, '{}\n', '{"a":1}\n', '{"b":2}\n'],
    ['a file that one side already broke', '{"a":', '{}', '{"a":', '{}'],
    ['a file that both sides added', '{"a":1,"b":2}\n', null, '{"a":1}\n', '{"b":2}\n'],
  ])('finds nothing: %s', (_, content, base, ours, theirs) => {
    expect(recheckStructure(input(content, base, ours, theirs))).toBeNull();
    expect(findSyntaxError(input(content, base, ours, theirs))).toBeNull();
  });

  test.each([
    ['deleted by ours', '{"a":1}\n', null, '{"a":2}\n'],
    ['deleted by theirs', '{"a":1}\n', '{"a":2}\n', null],
    ['added by both', null, '{"a":1}\n', '{"a":2}\n'],
  ])('finds a file that does not parse: %s', (_, base, ours, theirs) => {
    const merge = input('{"a":', base, ours, theirs);
    expect(recheckStructure(merge)).toMatchObject({ problem: 'it does not parse as JSON' });
    expect(findSyntaxError(merge)).toBe('it does not parse as JSON');
  });

  test('is left to lines for a file beyond the budget, and one that only one side has', () => {
    for (const theirs of [null, '{}']) {
      const merge = input(large, '{}', '{}', theirs);
      expect(recheckStructure(merge)).toEqual({ pastBudget: true });
      expect(findSyntaxError(merge)).toBeNull();
    }
  });

  test('continues in another thread when it takes too long in this one', () => {
    const merge = input('{"a":1}', '{}', '{"a":1}', '{}');
    expect(() => recheckStructure(merge, 1)).toThrow(WorkMovedToThread);
    expect(() => findSyntaxError(merge, 1)).toThrow(WorkMovedToThread);
  });
});
