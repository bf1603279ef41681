import { describe, expect, test } from 'vitest';
import { checkSyntax } from '../../../../src/adapters/merge/structure/syntax-check.ts';
import { readYaml } from '../../../../src/adapters/merge/structure/yaml.ts';
import { flowLength } from '../../../../src/adapters/merge/structure/yaml-flow.ts';
import { WorkBudgetExceeded } from '../../../../src/adapters/merge/text/work-budget.ts';
import { mergeFile } from '../../../../src/merge.ts';
import { lockFiles } from './lock-files.ts';
import { mergeByKeys } from './merge-by-keys.ts';

const merge = (path: string, base: string, ours: string, theirs: string) => {
  const [b, o, t] = [base, ours, theirs].map(text => Buffer.from(text));
  const merged = mergeFile({ path, base: b as Buffer, ours: o as Buffer, theirs: t as Buffer });
  return { ...merged, text: Buffer.from(merged.content).toString() };
};

/** A merge that conflicts by lines and succeeds by keys. */
function structured(path: string, base: string, ours: string, theirs: string): string {
  const merged = merge(path, base, ours, theirs);
  expect(merged).toMatchObject({ clean: true, engine: 'structure', conflicts: [] });
  return merged.text;
}

const conflicts = (path: string, base: string, ours: string, theirs: string) => {
  const merged = merge(path, base, ours, theirs);
  expect(merged.clean).toBe(false);
  return merged;
};

describe('JSON with conflicting lines is merged by key', () => {
  const manifest = (dependencies: string, version = '1.0.0') =>
    `{\n  "name": "app",\n  "version": "${version}",\n  "dependencies": {\n${dependencies}\n  }\n}\n`;

  test('for packages that both sides add or raise next to each other', () => {
    const merged = structured(
      'package.json',
      manifest('    "left": "1.0.0",\n    "right": "1.0.0",\n    "up": "1.0.0"'),
      manifest('    "left": "2.0.0",\n    "middle": "1.0.0",\n    "right": "1.0.0",\n    "up": "1.0.0"'),
      manifest('    "left": "1.0.0",\n    "much": "3.0.0",\n    "right": "2.0.0",\n    "up": "1.0.0"'),
    );
    expect(merged).toBe(
      manifest(
        '    "left": "2.0.0",\n    "middle": "1.0.0",\n    "much": "3.0.0",\n    "right": "2.0.0",\n    "up": "1.0.0"',
      ),
    );
  });

  test('with correct commas after the last entries', () => {
    const merged = structured(
      'package.json',
      '{\n  "a": 1\n}\n',
      '{\n  "a": 1,\n  "o": 2\n}\n',
      '{\n  "a": 1,\n  "t": 3\n}\n',
    );
    expect(merged).toBe('{\n  "a": 1,\n  "o": 2,\n  "t": 3\n}\n');
  });

  test('for keys that both sides reorder equally', () => {
    expect(structured('a.json', '{"a":1,"b":2,"c":3}', '{"c":3,"b":2,"a":9}', '{"c":4,"b":2,"a":1}')).toBe(
      '{"c":4,"b":2,"a":9}',
    );
  });

  test('and keeps byte order mark, tabs, CRLF, escapes and a missing final newline', () => {
    const file = (value: string, ...more: string[]) =>
      `\ufeff{\r\n\t"caf\\u00e9": ${value},\r\n${more.map(each => `\t"${each}": "\\/",\r\n`).join('')}\t"z": 12345678901234567890\r\n}`;
    expect(structured('package.json', file('1'), file('1', 'o'), file('1e2', 't'))).toBe(file('1e2', 'o', 't'));
  });

  test('and drops a byte order mark that one side removed', () => {
    const [base, ours, theirs] = ['\ufeff{"a":1,"b":2}', '{"a":1,"b":3}', '\ufeff{"a":4,"b":2}'];
    expect(structured('a.json', base, ours, theirs)).toBe('{"a":4,"b":3}');
  });

  test('for a key deleted next to a changed one', () => {
    const base = '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n';
    expect(structured('a.json', base, '{\n  "a": 1,\n  "c": 3\n}\n', '{\n  "a": 9,\n  "b": 2,\n  "c": 3\n}\n')).toBe(
      '{\n  "a": 9,\n  "c": 3\n}\n',
    );
    expect(structured('a.json', '{"a":1,"b":2}', '{"b":2}', '{"a":1,"b":3}')).toBe('{"b":3}');
    expect(structured('a.json', '{"a":1,"b":2}', '{"b":2}', '{"a":1}')).toBe('{}');
  });

  test('for a file of one line, and numbers keep their digits', () => {
    expect(
      structured('a.json', '{"a": 1.0, "b": 1}', '{"a": 1.50, "b": 1}', '{"a": 1.0, "b": 12345678901234567890}'),
    ).toBe('{"a": 1.50, "b": 12345678901234567890}');
    expect(structured('a.json', '{ "a": {} }', '{ "a": {"x": 1}, "o": 1 }', '{ "t": [], "a": {} }')).toBe(
      '{ "t": [], "a": {"x": 1}, "o": 1 }',
    );
  });

  test('for a list to which both sides add, if it is sorted or an item is in between', () => {
    const list = (...items: string[]) => JSON.stringify({ files: items });
    expect(structured('a.json', list('a', 'c', 'e'), list('a', 'b', 'c', 'e'), list('a', 'b2', 'c', 'd', 'e'))).toBe(
      list('a', 'b', 'b2', 'c', 'd', 'e'),
    );
    expect(structured('a.json', list('z', 'm', 'b'), list('y', 'm', 'b'), list('z', 'm', 'c'))).toBe(
      list('y', 'm', 'c'),
    );
    conflicts('a.json', list('z', 'm', 'b'), list('z', 'm', 'b', 'o'), list('z', 'm', 'b', 't'));
    conflicts('a.json', list('z', 'm', 'b'), list('m', 'z', 'b'), list('z', 'm', 'c'));
    conflicts('a.json', list('z', 'z', 'b'), list('z', 'z', 'b', 'c'), list('a', 'z', 'z', 'b'));
    conflicts('a.json', list('z', 'm', 'b'), list('q', 'z', 'm', 'b'), list('z', 'm', 'b', 'q'));
  });

  test('for a file that one side reformatted: its format is kept, with the change of the other side', () => {
    const merged = structured(
      'a.json',
      '{"a":1,"b":2,"c":3}\n',
      '{\n  "a": 1,\n  "b": 2,\n  "c": 3\n}\n',
      '{"a":1,"b":5,"c":3}\n',
    );
    expect(merged).toBe('{\n  "a": 1,\n  "b": 5,\n  "c": 3\n}\n');
    expect(structured('a.json', '{"a":1,"b":2,"c":3}\n', '{"a":1,"b":5,"c":3}\n', '{"c":3,"b":2,"a":1}\n')).toBe(
      '{"c":3,"b":5,"a":1}\n',
    );
    const lf = '{\n  "a": 1,\n  "b": 2\n}\n';
    expect(structured('a.json', lf, lf.replace('2', '3'), lf.replaceAll('\n', '\r\n'))).toBe(
      lf.replace('2', '3').replaceAll('\n', '\r\n'),
    );
  });

  test('for settings with comments, which are kept', () => {
    const base = '{\n  // strict\n  "a": 1, // one\n  "b": 2,\n}\n';
    const merged = structured(
      'tsconfig.json',
      base,
      base.replace('1', '5'),
      base.replace('2', '6').replace('one', 'first'),
    );
    expect(merged).toBe('{\n  // strict\n  "a": 5, // first\n  "b": 6,\n}\n');
  });
});

describe('YAML with conflicting lines is merged by key', () => {
  const base = '# jobs\n\nname: ci\non: push\n\njobs:\n  test:\n    runs-on: linux\n    steps:\n      - run: a\n';

  test('for keys that both sides add at one place, with the comments above them', () => {
    const merged = structured(
      '.github/workflows/ci.yml',
      base,
      `${base}  # ours\n  lint:\n    runs-on: linux\n`,
      `${base}  build:\n    runs-on: linux # theirs\n`,
    );
    expect(merged).toBe(`${base}  # ours\n  lint:\n    runs-on: linux\n  build:\n    runs-on: linux # theirs\n`);
  });

  test('for adjacent values, deleted keys, block scalars and a missing final newline', () => {
    expect(structured('a.yaml', 'a: 1\nb: 2\nc: 3', 'a: 5\nb: 2\nc: 3', 'a: 1\nb: 6\nc: 3')).toBe('a: 5\nb: 6\nc: 3');
    expect(structured('a.yaml', 'a: 1\nb: 2\nc: 3\n', 'a: 1\nc: 3\n', 'a: 1\nb: 2\nc: |\n  x\n   y\n')).toBe(
      'a: 1\nc: |\n  x\n   y\n',
    );
    expect(structured('compose.yaml', 'a: 1', 'a: 1\nb: 2', 'a: 1\nc: 3')).toBe('a: 1\nb: 2\nc: 3');
    expect(structured('a.yaml', 'k:\n- a\n- b\n- d\n', 'k:\n- a\n- b\n- c\n- d\n', 'k:\n- a\n- b\n- c2\n- d\n')).toBe(
      'k:\n- a\n- b\n- c\n- c2\n- d\n',
    );
  });

  test('for packages of a lock file, which stay sorted', () => {
    const lock = (...packages: string[]) =>
      `lockfileVersion: '6.0'\n\npackages:\n${packages.map(name => `\n  /${name}@1.0.0:\n    resolution: {integrity: sha512-${name}==}\n    dev: true\n`).join('')}`;
    expect(structured('pnpm-lock.yaml', lock('a', 'm', 'z'), lock('a', 'c', 'm', 'z'), lock('a', 'b', 'm', 'z'))).toBe(
      lock('a', 'b', 'c', 'm', 'z'),
    );
  });
});

describe('a conflict remains', () => {
  test.each([
    ['one value changed by both', '{"a":1}', '{"a":2}', '{"a":3}'],
    ['one key added by both', '{"b":1}', '{"b":1,"a":2}', '{"b":1,"a":3}'],
    ['deleted by one, changed by the other', '{"a":{"b":1},"c":1}', '{"c":1}', '{"a":{"b":2},"c":1}'],
    ['a number in another form', '{"a":1}', '{"a":1.0}', '{"a":2}'],
    ['a duplicate key on one side', '{"a":1,"b":1}', '{"a":2,"a":3,"b":1}', '{"a":1,"b":2}'],
    ['invalid JSON on one side', '{"a":1,"b":1}', '{"a":2,"b":1', '{"a":1,"b":2}'],
    ['an object replaced by a list', '{"a":{"x":1}}', '{"a":["x"]}', '{"a":{"x":2}}'],
    ['reformatted by both', '{"a":1,"b":2}', '{\n  "a": 1,\n  "b": 3\n}\n', '{\n\t"a": 4,\n\t"b": 2\n}\n'],
  ])('JSON: %s', (_, base, ours, theirs) => {
    expect(conflicts('a.json', base, ours, theirs).conflicts[0]?.kind).toBe('content');
  });

  test.each([
    ['an anchor', 'a: &x 1\nb: 2\n', 'a: &x 1\nb: 3\n', 'a: &x 5\nb: 2\n'],
    ['a tag', 'a: !Ref x\nb: 2\n', 'a: !Ref x\nb: 3\n', 'a: !Ref y\nb: 2\n'],
    ['two documents', 'a: 1\nc: 1\n---\nb: 2\n', 'a: 2\nc: 1\n---\nb: 2\n', 'a: 1\nc: 3\n---\nb: 2\n'],
    ['a scalar over two lines', 'a: one\n  two\nb: 1\n', 'a: one\n  three\nb: 1\n', 'a: one\n  two\nb: 2\n'],
    ['a comment changed by both', 'a: 1 # x\nb: 1\n', 'a: 2 # y\nb: 1\n', 'a: 1 # z\nb: 2\n'],
    ['a block that would be empty', 'a:\n  b: 1\n  c: 2\n', 'a:\n  b: 1\n', 'a:\n  c: 2\n'],
  ])('YAML: %s', (_, base, ours, theirs) => {
    conflicts('a.yaml', base, ours, theirs);
  });

  test('for changed comments between entries of JSON', () => {
    const base = '{\n  "a": 1, // one\n  "b": 2\n}\n';
    conflicts('a.jsonc', base, base.replace('2', '2,\n  "o": 1'), base.replace('2', '2,\n  "t": 1'));
  });

  test('for files of unknown type, files that are not UTF-8, and too deeply nested files', () => {
    conflicts('a.txt', '{"a":1,"b":1}', '{"a":2,"b":1}', '{"a":1,"b":2}');
    const latin = (text: string) => Buffer.from(text, 'latin1');
    const sides = { base: latin('{"é":1,"b":1}'), ours: latin('{"é":2,"b":1}'), theirs: latin('{"é":1,"b":2}') };
    expect(mergeFile({ path: 'a.json', ...sides }).clean).toBe(false);
    const deep = (inside: string) => `${'['.repeat(100_000)}${inside}${']'.repeat(100_000)}`;
    conflicts('a.json', deep('1,1'), deep('2,1'), deep('1,2'));
  });
});

describe('a merge by lines with an invalid structure', () => {
  const long = 'b: 1\nc: 1\nd: 1\ne: 1\nf: 1\n';

  test('is a conflict for a duplicate key in YAML, unless both sides gave it the same value', () => {
    const twice = conflicts('a.yml', long, `x: 1\n${long}`, `${long}x: 2\n`);
    expect(twice.conflicts[0]).toMatchObject({ kind: 'structure', message: expect.stringContaining('"x" twice') });
    expect(structured('a.yml', long, `x: 1\n${long}`, `${long}x: 1\n`)).toBe(`x: 1\n${long}`);
  });

  test('is a conflict too in YAML that only a complete parser reads', () => {
    const anchored = `a: &a 1\n${long}`;
    const twice = conflicts('a.yml', anchored, `x: 1\n${anchored}`, `${anchored}x: 2\n`);
    expect(twice.conflicts[0]).toMatchObject({ kind: 'structure', message: expect.stringContaining('key twice') });
    const quoted = 't: "one\n  two\n  three\n  four\n  five"\n';
    const broken = conflicts('a.yml', quoted, quoted.replaceAll('"', ''), quoted.replace('three', 'three\n  key: x'));
    expect(broken.conflicts[0]?.message).toBe('the lines of a.yml merge, but then it does not parse as YAML');
  });

  test('is corrected for a JSON key that both sides add in two places', () => {
    const entries = ['"a": 1', '"b": 1', '"c": 1', '"d": 1'];
    const object = (...lines: string[]) => `{\n  ${lines.join(',\n  ')}\n}\n`;
    const merged = structured('a.json', object(...entries), object('"x": 1', ...entries), object(...entries, '"x": 1'));
    expect(merged).toBe(object('"x": 1', ...entries));
  });

  test('is corrected for a change that lines would move into an adjacent entry', () => {
    const [base, ours, theirs] = lockFiles.map(text => Buffer.from(text));
    const sides = { base: base ?? null, ours: ours as Buffer, theirs: theirs as Buffer };
    const byLines = mergeFile({ path: 'lock.txt', ...sides });
    expect(byLines.clean).toBe(true);
    expect(JSON.parse(Buffer.from(byLines.content).toString()).added).toEqual({
      version: '100',
      license: 'MIT',
      dev: true,
    });
    const merged = mergeFile({ path: 'package-lock.json', ...sides });
    expect(merged).toMatchObject({ clean: true, engine: 'structure' });
    const { added, one, two } = JSON.parse(Buffer.from(merged.content).toString());
    expect([added, one, two]).toEqual([
      { version: '100', license: 'MIT', engines: { node: '18' } },
      { version: '1', license: 'MIT', dev: true },
      undefined,
    ]);
  });

  test('is not replaced if it equals the merge by keys', () => {
    const entries = ['"a": 1', '"b": 1', '"c": 1', '"d": 1'].join(',\n  ');
    const sides = [entries, entries.replace('"a": 1', '"a":  2'), entries.replace('"d": 1', '"d":   3')];
    const [base, ours, theirs] = sides.map(each => Buffer.from(`{\n  ${each}\n}\n`));
    const merged = mergeFile({ path: 'a.json', base: base ?? null, ours: ours as Buffer, theirs: theirs as Buffer });
    expect(merged).toMatchObject({ clean: true, engine: 'node-diff3' });
    expect(Buffer.from(merged.content).toString()).toContain('"a":  2,\n  "b": 1,\n  "c": 1,\n  "d":   3');
  });

  test('is kept for a file that was invalid before', () => {
    expect(
      merge(
        'a.yml',
        `x: {{ t }} {{ u }}\n${long}`,
        `y: 1\nx: {{ t }} {{ u }}\n${long}`,
        `x: {{ t }} {{ u }}\n${long}y: 2\n`,
      ).clean,
    ).toBe(true);
  });
});

function keyed(path: string, base: string, ours: string, theirs: string): string | null {
  const [b, o, t] = [Buffer.from(base), Buffer.from(ours), Buffer.from(theirs)];
  const merged = mergeByKeys(path, { base: b, ours: o, theirs: t });
  return merged === null ? null : Buffer.from(merged).toString();
}

describe('a rebuilt entry', () => {
  test('of an object that one side emptied contains what the other added, with its spacing', () => {
    expect(keyed('a.json', '{"a": {"b":1}}', '{"a": {}}', '{"a": {"b":1,"c":2}}')).toBe('{"a": {"c":2}}');
    const lines = '{\n  "a": {\n    "b": 1\n  }\n}\n';
    expect(keyed('a.json', lines, '{\n  "a": {}\n}\n', lines.replace(': 1', ': 1,\n    "c": 2'))).toBe(
      lines.replace('"b": 1', '"c": 2'),
    );
  });

  test('of a reformatted file contains additions of one line, but not of several', () => {
    const reformatted = '{\n\t"a": {},\n\t"c": 1\n}\n';
    const one = '{\n  "a": {"b": 1},\n  "c": 1\n}\n';
    expect(keyed('a.json', one, reformatted, one.replace('1}', '1, "d": 2}'))).toBe(
      reformatted.replace('{}', '{"d": 2}'),
    );
    const several = '{\n  "a": {\n    "b": 1\n  },\n  "c": 1\n}\n';
    expect(keyed('a.json', several, reformatted, several.replace('1\n', '1,\n    "d": 2\n'))).toBeNull();
  });

  test('is separated by one space from the previous one if no side has two', () => {
    expect(keyed('package.json', '{}', '{"o":1}', '{"t":1}')).toBe('{"o":1, "t":1}');
  });

  test('stays a conflict if it shares a line with others, and is merged otherwise', () => {
    const base = '{"a": 1, "b": 2}\n';
    const theirs = '{"a": 1, "b": 2, "t": 1}\n';
    expect(keyed('a.json', base, '{"a": 1, "o": 1, "b": 2}\n', theirs)).toBe('{"a": 1, "o": 1, "b": 2, "t": 1}\n');
    expect(keyed('a.json', base, '{"a": 1,\n "o": 1, "b": 2}\n', theirs)).toBeNull();
  });

  test('has the changed value of one side rather than the reformatted one of the other', () => {
    const [plain, escaped, other] = ['{"a":"A"}', '{"a":"\\u0041"}', '{"a":"B"}'];
    expect(keyed('a.json', plain, other, escaped)).toBe(other);
    expect(keyed('a.json', plain, escaped, other)).toBe(other);
  });

  test('that is the only value of a file is kept, with the final newline that the other side added', () => {
    expect(keyed('a.json', '1', '2', '1\n')).toBe('2\n');
  });
});

describe('a merge by keys is parsed again', () => {
  test('and is discarded if a line would be in the wrong block', () => {
    const base = 'x:\n  p: 1\nk:\n  - a\n  - b\n';
    expect(keyed('a.yml', base, base.replace('- b', '- c'), base.replace('p: 1', 'p: 2'))).toBe(
      base.replace('- b', '- c').replace('p: 1', 'p: 2'),
    );
    expect(keyed('a.yml', base, base.replaceAll('  - ', '- '), `${base}  - c\n`)).toBeNull();
  });

  test('and is discarded if a comment would be lost with the last entries', () => {
    const sides = (comment: string) => [`{"a":1,${comment}"b":2}`, `{${comment}"b":2}`, `{"a":1${comment}}`] as const;
    expect(keyed('a.jsonc', ...sides(''))).toBe('{}');
    expect(keyed('a.jsonc', ...sides('/* kept */'))).toBeNull();
  });

  test('and is discarded if another YAML parser rejects a key for its length', () => {
    const sides = (key: string) => [`a: 1\n${key}: 1\n`, `a: 2\n${key}: 1\n`, `a: 1\n${key}: 3\n`] as const;
    expect(keyed('a.yml', ...sides('k'.repeat(900)))).toBe(`a: 2\n${'k'.repeat(900)}: 3\n`);
    expect(keyed('a.yml', ...sides('k'.repeat(1100)))).toBeNull();
  });
});

describe('the reader accepts only what it fully understands', () => {
  test.each([
    'a:\tb\n',
    '%YAML 1.2\n',
    '--- a\n',
    'a: |+\n  x\n',
    'a: |2\n  x\n',
    'a: [*b]\n',
    'a: {b}\n',
  ])('and rejects the YAML %j', text => {
    expect(readYaml(text)).toBeNull();
  });

  test('and reads a blank line in a block scalar as part of it', () => {
    expect(readYaml('a: |\n  x\n\n   y\n')?.root).toMatchObject({ entries: [{ value: { canon: '|\nx\n\n y' } }] });
  });

  test('and reads collections on one line, with quotes in them and up to a maximum depth', () => {
    expect(flowLength('["a, ]", \'b\'] # c')).toBe(13);
    expect(flowLength(`${'['.repeat(40)}${']'.repeat(40)}`)).toBe(80);
    expect(flowLength(`${'['.repeat(60)}${']'.repeat(60)}`)).toBeNull();
  });
});

describe('the check whether a merge by lines broke a file is skipped', () => {
  test('if a side is not text', () => {
    const sound = Buffer.from('{}');
    expect(checkSyntax('a.json', Buffer.from('{'), [sound, sound])).toBe('it does not parse as JSON');
    expect(checkSyntax('a.json', Buffer.from('{'), [sound, Buffer.from([0xff])])).toBeNull();
  });

  test('if YAML is too large for a complete parser', () => {
    const sound = Buffer.from('a: &a 1\n');
    const twice = (more: string) => Buffer.from(`a: &a 1\nx: 1\nx: 2\n${more}`);
    expect(checkSyntax('a.yml', twice(''), [sound])).toBe('it has a key twice in one map');
    expect(() => checkSyntax('a.yml', twice(`#${'x'.repeat(1_000_000)}\n`), [sound])).toThrow(WorkBudgetExceeded);
  });
});
