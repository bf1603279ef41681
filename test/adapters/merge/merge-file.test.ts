import { describe, expect, test } from 'vitest';
import { type FileMerge, mergeFile } from '../../../src/merge.ts';

const bytes = (text: string) => Buffer.from(text, 'latin1');
const text = (content: Uint8Array) => Buffer.from(content).toString('latin1');
const numbered = (count: number, end = '\n') => Array.from({ length: count }, (_, i) => `line ${i + 1}${end}`);
const changed = (lines: string[], edits: Record<number, string>) =>
  lines.map((line, i) => edits[i + 1] ?? line).join('');

function merge(base: string | null, ours: string, theirs: string, path = 'a.txt'): FileMerge {
  return mergeFile({ path, base: base === null ? null : bytes(base), ours: bytes(ours), theirs: bytes(theirs) });
}

describe('mergeFile merges as git does', () => {
  const base = numbered(20).join('');
  const withEdits = (edits: Record<number, string>) => changed(numbered(20), edits);

  test('changes in different places are both kept', () => {
    const merged = merge(base, withEdits({ 5: 'five\n' }), withEdits({ 15: 'fifteen\n' }));
    expect(merged).toMatchObject({ clean: true, conflicts: [], engine: 'node-diff3' });
    expect(text(merged.content)).toBe(withEdits({ 5: 'five\n', 15: 'fifteen\n' }));
  });

  test('changes of neighbouring lines conflict', () => {
    const merged = merge(base, withEdits({ 5: 'five\n' }), withEdits({ 6: 'six\n' }));
    expect(merged.clean).toBe(false);
    expect(merged.conflicts).toHaveLength(1);
    expect(merged.conflicts[0]).toMatchObject({
      kind: 'content',
      base: { start: 4, length: 2 },
      ours: { start: 4, length: 2 },
      theirs: { start: 4, length: 2 },
    });
    expect(text(merged.conflicts[0]?.ours.content ?? bytes(''))).toBe('five\nline 6\n');
  });

  test('one unchanged line between two changes is enough to merge', () => {
    const merged = merge(base, withEdits({ 5: 'five\n' }), withEdits({ 7: 'seven\n' }));
    expect(text(merged.content)).toBe(withEdits({ 5: 'five\n', 7: 'seven\n' }));
    expect(merged.clean).toBe(true);
  });

  test('the same change on both sides is one change', () => {
    const merged = merge(base, withEdits({ 5: 'five\n', 1: 'one\n' }), withEdits({ 5: 'five\n', 20: 'end\n' }));
    expect(text(merged.content)).toBe(withEdits({ 1: 'one\n', 5: 'five\n', 20: 'end\n' }));
  });

  test('different lines inserted at one place conflict, equal lines do not', () => {
    expect(merge(base, `${base}ours\n`, `${base}theirs\n`).clean).toBe(false);
    const both = merge(base, `top\n${base}more\n`, `${base}more\n`);
    expect(text(both.content)).toBe(`top\n${base}more\n`);
  });

  test('a line deleted by one side and changed by the other conflicts', () => {
    const merged = merge(base, withEdits({ 5: '' }), withEdits({ 5: 'five\n' }));
    expect(merged.conflicts[0]).toMatchObject({ ours: { length: 0 }, theirs: { length: 1 }, base: { length: 1 } });
    expect(text(merged.content)).toContain(
      'line 4\n<<<<<<< ours\n||||||| base\nline 5\n=======\nfive\n>>>>>>> theirs\nline 6\n',
    );
  });

  test('a side without changes yields to the other without a merge, binary or not', () => {
    expect(merge('a\0', 'a\0', 'b\0')).toMatchObject({ clean: true, engine: 'trivial', content: bytes('b\0') });
    expect(merge('a\0', 'b\0', 'a\0')).toMatchObject({ clean: true, engine: 'trivial', content: bytes('b\0') });
    expect(merge('a\0', 'b\0', 'b\0')).toMatchObject({ clean: true, engine: 'trivial', content: bytes('b\0') });
    expect(merge(null, 'b', 'b')).toMatchObject({ clean: true, engine: 'trivial', content: bytes('b') });
  });

  test('re-indenting a block conflicts with an edit in it', () => {
    const indented = numbered(20).map(line => `  ${line}`);
    expect(merge(base, indented.join(''), withEdits({ 9: 'nine\n' })).clean).toBe(false);
  });
});

describe('mergeFile keeps conflicts small', () => {
  test('lines at the ends of a conflict that are equal on both sides are not part of it', () => {
    const merged = merge('x\nmiddle\ny\n', 'x\nsame\nours\nalso\ny\n', 'x\nsame\ntheirs\nalso\ny\n');
    expect(text(merged.content)).toBe(
      'x\nsame\n<<<<<<< ours\nours\n||||||| base\nmiddle\n=======\ntheirs\n>>>>>>> theirs\nalso\ny\n',
    );
  });

  test('two additions are split only at a longer stretch of equal lines', () => {
    const far = merge(null, 'a\n1\n2\n3\n4\nb\n', 'A\n1\n2\n3\n4\nB\n');
    expect(far.conflicts.map(hunk => [hunk.kind, hunk.ours.start, hunk.theirs.length])).toEqual([
      ['add/add', 0, 1],
      ['add/add', 5, 1],
    ]);
    const near = merge(null, 'a\n1\n2\n3\nb\n', 'A\n1\n2\n3\nB\n');
    expect(near.conflicts).toHaveLength(1);
    expect(near.conflicts[0]?.ours).toMatchObject({ start: 0, length: 5 });
  });

  test('additions with equal ends conflict only in between', () => {
    const merged = merge('', 'a\nb\nc\nd\ne\nours\nz\n', 'a\nb\nc\nd\ne\ntheirs\nz\n');
    expect(text(merged.content)).toBe(
      'a\nb\nc\nd\ne\n<<<<<<< ours\nours\n||||||| base\n=======\ntheirs\n>>>>>>> theirs\nz\n',
    );
  });

  test('markers have the given names', () => {
    const merged = mergeFile({
      path: 'a',
      base: bytes('b\n'),
      ours: bytes('o\n'),
      theirs: bytes('t\n'),
      labels: { ours: 'Rename the parser', theirs: 'Add an option', base: '' },
    });
    expect(text(merged.content)).toBe('<<<<<<< Rename the parser\no\n|||||||\nb\n=======\nt\n>>>>>>> Add an option\n');
  });
});

describe('mergeFile preserves bytes', () => {
  test('CRLF files and their markers keep CRLF', () => {
    const lines = numbered(9, '\r\n');
    const merged = merge(lines.join(''), changed(lines, { 2: 'two\r\n' }), changed(lines, { 8: 'eight\r\n' }));
    expect(text(merged.content)).toBe(changed(lines, { 2: 'two\r\n', 8: 'eight\r\n' }));
    const conflict = merge('a\r\n', 'b\r\n', 'c\r\n');
    expect(text(conflict.content)).toBe('<<<<<<< ours\r\nb\r\n||||||| base\r\na\r\n=======\r\nc\r\n>>>>>>> theirs\r\n');
  });

  test('changing all line endings on one side conflicts with an edit of the other', () => {
    const merged = merge('a\nb\nc\n', 'a\r\nb\r\nc\r\n', 'a\nB\nc\n');
    expect(merged.clean).toBe(false);
  });

  test('mixed line endings stay mixed', () => {
    const merged = merge('a\r\nb\nc\r\nd\ne\r\n', 'A\r\nb\nc\r\nd\ne\r\n', 'a\r\nb\nc\r\nd\nE\n');
    expect(text(merged.content)).toBe('A\r\nb\nc\r\nd\nE\n');
  });

  test('a single carriage return does not end a line', () => {
    expect(merge('a\rb\rc', 'A\rb\rc', 'a\rb\rC').clean).toBe(false);
  });

  test.each([
    ['added by one side', 'a\nb\nc', 'A\nb\nc', 'a\nb\nc\n', 'A\nb\nc\n'],
    ['removed by one side', 'a\nb\nc\n', 'A\nb\nc\n', 'a\nb\nc', 'A\nb\nc'],
    ['missing on all sides', 'a\nb\nc\nd', 'A\nb\nc\nd', 'a\nb\nC\nd', 'A\nb\nC\nd'],
  ])('the newline at the end of the file is merged like any other difference: %s', (_, base, ours, theirs, answer) => {
    const merged = merge(base, ours, theirs);
    expect([merged.clean, text(merged.content)]).toEqual([true, answer]);
  });

  test('a marker after a last line without newline starts on its own line', () => {
    expect(text(merge('a', 'b', 'c').content)).toBe('<<<<<<< ours\nb\n||||||| base\na\n=======\nc\n>>>>>>> theirs\n');
  });

  test('bytes that are not UTF-8 are preserved', () => {
    const merged = merge('\xff\xfe\n1\n2\n\x80\n', '\xff\xfd\n1\n2\n\x80\n', '\xff\xfe\n1\n2\n\xc3\n');
    expect(text(merged.content)).toBe('\xff\xfd\n1\n2\n\xc3\n');
  });

  test('a file with a NUL among its first bytes is never merged as text', () => {
    const merged = merge('a\n1\n2\n\0\n', 'A\n1\n2\n\0\n', 'a\n1\n2\n\0b\n');
    expect(merged).toMatchObject({ clean: false, engine: 'none', content: bytes('A\n1\n2\n\0\n') });
    expect(merged.conflicts.map(({ kind }) => kind)).toEqual(['binary']);
  });

  test('a NUL far from the start does not make a file binary, as in git', () => {
    const filler = 'x'.repeat(9000);
    expect(merge(`a\n${filler}\n\0\n`, `A\n${filler}\n\0\n`, `a\n${filler}\n\0\nb\n`).clean).toBe(true);
  });

  test('a missing base means that both sides added the file', () => {
    const merged = merge(null, 'a\n', 'b\n');
    expect(merged.conflicts[0]).toMatchObject({
      kind: 'add/add',
      base: { length: 0 },
      message: 'both sides added a.txt',
    });
  });

  test('an empty file yields to lines, whether it existed before or was added, as in git', () => {
    expect(merge('', '', 'b\n')).toMatchObject({ clean: true, content: bytes('b\n'), engine: 'trivial' });
    expect(merge(null, '', 'b\n')).toMatchObject({ clean: true, content: bytes('b\n'), engine: 'node-diff3' });
  });
});

describe('mergeFile checks the structure of JSON', () => {
  const json = (...pairs: string[]) => `{\n${pairs.map(pair => `  ${pair}`).join(',\n')}\n}\n`;
  const middle = ['"b": 2', '"c": [{ "a": "\\"}" }]', '"d": 4'];

  test('a key that each side adds at a different place is a conflict, although the lines merge', () => {
    const base = json('"a": 1', ...middle, '"z": 1');
    const ours = json('"a": 1', '"new": 1', ...middle, '"z": 1');
    const theirs = json('"a": 1', ...middle, '"n\\u0065w": 2', '"z": 1');
    expect(merge(base, ours, theirs, 'notes.txt').clean).toBe(true);
    const merged = merge(base, ours, theirs, 'data.JSON');
    expect(merged.conflicts.map(({ kind }) => kind)).toEqual(['structure', 'structure']);
    expect(merged.conflicts[0]?.message).toBe(
      'the lines of data.JSON merge, but then it has the key "new" twice in one object',
    );
    expect(text(merged.content)).toContain('"a": 1,\n<<<<<<< ours\n');
  });

  test('a merge that no longer parses is a conflict', () => {
    const base = ['[', '1', ' ', ',', '  ', '2', '   ', ',', '    ', '3', ']'];
    const without = (...gone: number[]) => base.filter((_, i) => !gone.includes(i)).join('\n');
    const merged = merge(base.join('\n'), without(1, 3), without(3, 5), 'list.json');
    expect(merged.conflicts.map(({ kind }) => kind)).toEqual(['structure']);
    expect(merged.conflicts[0]?.message).toBe('the lines of list.json merge, but then it does not parse as JSON');
    expect(merge(base.join('\n'), without(1, 3), without(3, 5), 'list.txt').clean).toBe(true);
  });

  test('a file that was not JSON before is merged as text', () => {
    const base = '// settings\n{\n"a": 1,\n"b": 2\n}\n';
    const merged = merge(base, base.replace('"a": 1', '"a": 7'), `${base}// end\n`, 'tsconfig.json');
    expect([merged.clean, text(merged.content)]).toEqual([true, `${base.replace('"a": 1', '"a": 7')}// end\n`]);
  });

  test('the same key in different objects is not a duplicate', () => {
    const base = json('"a": {"k": 1}', ...middle, '"b2": {"k": 1}');
    const merged = merge(
      base,
      base.replace('"a": {', '"a": {"x": 1, '),
      base.replace('"b2": {', '"b2": {"x": 1, '),
      'a.json',
    );
    expect(merged.clean).toBe(true);
  });
});

describe('mergeFile terminates', () => {
  test('without remaining budget, with a conflict of the part that differs', () => {
    const base = numbered(50);
    const merged = mergeFile({
      path: 'a.txt',
      base: bytes(base.join('')),
      ours: bytes(changed(base, { 20: 'o\n' })),
      theirs: bytes(changed(base, { 30: 't\n' })),
      budget: 10,
    });
    expect(merged).toMatchObject({ clean: false, engine: 'none' });
    expect(merged.conflicts[0]).toMatchObject({ kind: 'budget', ours: { start: 19, length: 11 } });
    expect(text(merged.content).startsWith(`${base.slice(0, 19).join('')}<<<<<<< ours\no\n`)).toBe(true);
    expect(text(merged.content).endsWith(`>>>>>>> theirs\n${base.slice(30).join('')}`)).toBe(true);
  });

  test('for three large files that have only characters in common', () => {
    const letters = (step: number) =>
      Array.from({ length: 60_000 }, (_, i) => `${'abcd'[(i * i * step + (i >> step)) % 4]}\n`);
    const merged = merge(letters(1).join(''), letters(3).join(''), letters(5).join(''));
    expect(merged.clean).toBe(false);
    expect(['budget', 'content']).toContain(merged.conflicts[0]?.kind);
  });

  test('for 100,000 lines edited in hundreds of places by both sides, with a correct merge', () => {
    const base = Array.from({ length: 100_000 }, (_, i) => (i % 3 === 0 ? '}\n' : `line ${i}\n`));
    const at = (offset: number, word: string) =>
      Object.fromEntries(Array.from({ length: 700 }, (_, i) => [i * 140 + offset, `${word} ${i}\n`]));
    const merged = merge(base.join(''), changed(base, at(1, 'ours')), changed(base, at(70, 'theirs')));
    expect(merged.clean).toBe(true);
    expect(text(merged.content) === changed(base, { ...at(1, 'ours'), ...at(70, 'theirs') })).toBe(true);
  });

  test('for lines of a megabyte, which merge like any other', () => {
    const long = 'x'.repeat(1_000_000);
    const merged = merge(`${long}1\nm\n${long}2\n`, `${long}one\nm\n${long}2\n`, `${long}1\nm\n${long}two\n`);
    expect(text(merged.content) === `${long}one\nm\n${long}two\n`).toBe(true);
  });

  test('for a file of one repeated line', () => {
    const same = Array.from({ length: 20_000 }, () => 'same\n');
    const ours = ['first\n', ...same];
    const theirs = [...same.slice(100), 'last\n'];
    const merged = merge(same.join(''), ours.join(''), theirs.join(''));
    expect(text(merged.content) === ['first\n', ...theirs].join('')).toBe(true);
  });
});
