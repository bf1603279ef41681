import { describe, expect, test } from 'vitest';
import { mergeFile } from '../../../../src/merge.ts';

const merge = (path: string, base: string, ours: string, theirs: string) => {
  const [b, o, t] = [base, ours, theirs].map(text => Buffer.from(text));
  return mergeFile({ path, base: b as Buffer, ours: o as Buffer, theirs: t as Buffer });
};
const rows = (...more: string[]) => [...more, ''].join('\n');
const between = Array.from({ length: 12 }, (_, index) => `K${index} = ${index}`);
const yaml = between.map(line => line.replace(' =', ':'));

describe('[R169] lines that merge into invalid syntax are a conflict', () => {
  test.each([
    ['a.toml', rows(...between), rows('new = 1', ...between), rows(...between, 'new = 2'), 'it does not parse as TOML'],
    [
      'Cargo.lock',
      rows('[[package]]', ...between),
      rows('[meta]', 'x = 1', '', '[[package]]', ...between),
      rows('[[package]]', ...between, '', '[meta]', 'y = 1'),
      'it does not parse as TOML',
    ],
    [
      '.env',
      rows(...between),
      rows('NEW=1', ...between),
      rows(...between, 'export NEW = "2"'),
      'it sets the variable NEW twice',
    ],
    [
      'config/.env.local',
      rows(...between),
      rows('A="x', 'B=1"', ...between),
      rows(...between, 'A=2'),
      'it sets the variable A twice',
    ],
    [
      'a.yml',
      rows('a: &old 1', ...yaml),
      rows('a: 1', ...yaml),
      rows('a: &old 1', ...yaml, 'b: *old'),
      'it has an alias *old without an anchor',
    ],
    [
      'a.yml',
      rows('a: &x 1', ...yaml, 'z: 1'),
      rows('a: &x 1', 'new: 1', ...yaml, 'z: 1'),
      rows('a: &x 1', ...yaml, 'new: 2', 'z: 1'),
      'it has a key twice in one map',
    ],
  ])('%s: %#', (path, base, ours, theirs, problem) => {
    for (const merged of [merge(path, base, ours, theirs), merge(path, base, theirs, ours)]) {
      expect(merged.conflicts[0]).toMatchObject({
        kind: 'structure',
        message: `the lines of ${path} merge, but then ${problem}`,
      });
    }
    expect(merge('a.txt', base, ours, theirs).clean).toBe(true);
  });

  test.each([
    ['a.toml', rows(...between), rows('o = 1', ...between), rows(...between, 't = 2')],
    ['.env', rows(...between), rows('O="x', 'T=1"', ...between), rows(...between, 'T=2')],
    ['a.yml', rows('a: &x 1', ...yaml), rows('a: &x 2', ...yaml), rows('a: &x 1', ...yaml, 'b: *x')],
  ])('%s: valid syntax is left as merged by lines', (path, base, ours, theirs) => {
    expect(merge(path, base, ours, theirs)).toMatchObject({ clean: true, engine: 'node-diff3' });
  });

  test('files that were already invalid on one side are left unchanged', () => {
    const twice = rows('A=1', 'A=2', ...between);
    expect(merge('.env', rows(...between), twice, rows(...between, 'B=1')).clean).toBe(true);
  });
});

describe('[R172] a conflict covers only the affected entries', () => {
  const entries = Array.from({ length: 800 }, (_, index) => `  "k${index}": ${index}`);
  const object = (...lines: string[]) => `{\n${lines.join(',\n')}\n}\n`;
  const added = (at: number, ...lines: string[]) => object(...entries.slice(0, at), ...lines, ...entries.slice(at));

  test('for a duplicate key in a file of hundreds of keys', () => {
    const ours = added(100, '  "o1": 1', '  "twice": 1', '  "o2": 1');
    const theirs = added(700, '  "t1": 1', '  "twice": 2', '  "t2": 1');
    const merged = merge('data.json', object(...entries), ours, theirs);
    const contents = merged.conflicts.map(({ base, ours: o, theirs: t }) =>
      [base, o, t].map(side => Buffer.from(side.content).toString()),
    );
    expect(contents).toEqual([
      ['', '  "twice": 1,\n', ''],
      ['', '', '  "twice": 2,\n'],
    ]);
    const content = Buffer.from(merged.content).toString();
    expect(content).toContain('  "o1": 1,\n<<<<<<< ours\n  "twice": 1,\n');
    expect(content).toContain('  "t2": 1,\n');
  });

  test('for a file that no longer parses: the changes that cause the error', () => {
    const lines = ['[', '1', ' ', ',', '  ', '2', '   ', ',', '    ', '3', '', '', '', ']'];
    const [base = '', ours = '', theirs = ''] = [[], [1, 3], [3, 5]].map(gone =>
      lines.filter((_, at) => !gone.includes(at)).join('\n'),
    );
    const merged = merge('list.json', base, ours, theirs.replace('\n\n\n', '\n\n  \n'));
    expect(merged.conflicts.map(({ kind }) => kind)).not.toEqual([]);
    for (const { ours: o, theirs: t } of merged.conflicts) expect(Math.max(o.length, t.length)).toBeLessThan(4);
  });
});
