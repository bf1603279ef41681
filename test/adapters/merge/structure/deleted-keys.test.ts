import { describe, expect, test } from 'vitest';
import { mergeFile } from '../../../../src/merge.ts';

const merge = (path: string, base: string, ours: string, theirs: string) => {
  const [b, o, t] = [base, ours, theirs].map(text => Buffer.from(text));
  return mergeFile({ path, base: b as Buffer, ours: o as Buffer, theirs: t as Buffer });
};
const written = (value: unknown) => `${JSON.stringify(value, null, 2)}\n`;
const mergeJson = (path: string, ...sides: [unknown, unknown, unknown]) =>
  merge(path, ...(sides.map(written) as [string, string, string]));
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();

/** A merge, and the same merge with the sides swapped. */
const bothWays = (path: string, base: unknown, ours: unknown, theirs: unknown) => [
  mergeJson(path, base, ours, theirs),
  mergeJson(path, base, theirs, ours),
];

describe('[R166] a key that both sides delete and one side replaces', () => {
  const scripts = (of: Record<string, string>) => ({ name: 'app', scripts: of });

  test('is a conflict: scripts emptied by one side, of which the other renamed one', () => {
    const base = scripts({ build: 'tsc', prepublish: 'npm run build' });
    const renamed = scripts({ build: 'tsc', prepare: 'npm run build' });
    for (const merged of bothWays('package.json', base, scripts({}), renamed)) expect(merged.clean).toBe(false);
  });

  test('is a conflict: two keywords for a choice in one schema', () => {
    const schema = (of: Record<string, unknown>) => ({ properties: { size: of } });
    const [ours, theirs] = [schema({ oneOf: [{ type: 'string' }] }), schema({ anyOf: [{ type: 'number' }] })];
    for (const merged of bothWays('s.json', schema({ type: 'string' }), ours, theirs)) expect(merged.clean).toBe(false);
  });

  test('is a conflict if one side only renamed it, even if the lines merge', () => {
    const others = Object.fromEntries(Array.from('abcdefghij', name => [name, `run ${name}`]));
    const base = scripts({ prepublish: 'npm run build', ...others });
    const renamed = scripts({ ...others, prepare: 'npm run build' });
    for (const merged of bothWays('package.json', base, scripts(others), renamed)) {
      expect(merged.conflicts).toMatchObject([{ kind: 'structure' }]);
      expect(merged.conflicts[0]?.message).toContain('renamed prepublish to prepare, and the other deleted it');
    }
    for (const merged of bothWays('package.json', base, renamed, renamed)) expect(merged.clean).toBe(true);
    const unrelated = scripts({ ...others, prepare: 'npm run docs' });
    for (const merged of bothWays('package.json', base, scripts(others), unrelated)) expect(merged.clean).toBe(true);
  });

  test('is merged if only its value is added elsewhere, and many entries have that value', () => {
    const others = Object.fromEntries(Array.from('abcdefghij', name => [name, `^1.0.${name}`]));
    const [deleted, added] = [{ ...others }, { ...others, zip: '^2.0.0' }];
    for (const merged of bothWays('package.json', { acorn: '^2.0.0', ...others }, deleted, added)) {
      expect(JSON.parse(text(merged.content))).toEqual(added);
    }
  });

  test('is merged if both replacements are equal, or neither side replaces it', () => {
    const base = scripts({ build: 'tsc', prepublish: 'x', test: 'a' });
    const alike = [
      { build: 'tsc -b', prepare: 'x', test: 'a' },
      { build: 'tsc', prepare: 'x', test: 'b' },
    ] as const;
    const merged = mergeJson('package.json', base, scripts(alike[0]), scripts(alike[1]));
    expect(JSON.parse(text(merged.content))).toEqual(scripts({ build: 'tsc -b', prepare: 'x', test: 'b' }));
    const less = mergeJson(
      'package.json',
      base,
      scripts({ build: 'new', test: 'a' }),
      scripts({ build: 'tsc', test: 'b' }),
    );
    expect(JSON.parse(text(less.content))).toEqual(scripts({ build: 'new', test: 'b' }));
  });
});

describe('[R167] significant order is not guessed', () => {
  const exported = (of: Record<string, string>) => ({ name: 'app', exports: { '.': of } });

  test.each([
    [
      'conditions of exports',
      'package.json',
      exported({ import: 'i' }),
      exported({ import: 'i', default: 'd' }),
      exported({ import: 'i', node: 'n' }),
    ],
    [
      'conditions that are sorted',
      'package.json',
      exported({ browser: 'b', import: 'i', node: 'n' }),
      exported({ browser: 'b', import: 'i', module: 'm', node: 'n' }),
      exported({ browser: 'b', import: 'i', 'module-sync': 'm', node: 'n' }),
    ],
    [
      'a mapper',
      'jest.json',
      { moduleNameMapper: { a: 1 } },
      { moduleNameMapper: { a: 1, '^x': 2 } },
      { moduleNameMapper: { a: 1, '^x/y': 3 } },
    ],
    ['routes', 'app.json', { routes: { '/': 1 } }, { routes: { '/': 1, '/*': 2 } }, { routes: { '/': 1, '/a': 3 } }],
    [
      'middleware',
      'app.json',
      { middleware: { log: 1 } },
      { middleware: { log: 1, auth: 2 } },
      { middleware: { log: 1, cors: 3 } },
    ],
    ['a map of unknown kind', 'a.json', { z: 1, a: 1 }, { z: 1, a: 1, o: 1 }, { z: 1, a: 1, t: 1 }],
  ])('%s: two additions at one place are a conflict', (_, path, base, ours, theirs) => {
    for (const merged of bothWays(path, base, ours, theirs)) expect(merged.clean).toBe(false);
  });

  test('one side reordering the keys and the other adding one is a conflict', () => {
    const base = { exports: { '.': { import: 'i', node: 'n', default: 'd' } } };
    const reordered = { exports: { '.': { node: 'n', import: 'i', default: 'd' } } };
    const added = { exports: { '.': { import: 'i', types: 't', node: 'n', default: 'd' } } };
    for (const merged of bothWays('package.json', base, reordered, added)) expect(merged.clean).toBe(false);
  });

  test.each([
    ['dependencies', 'package.json', (of: object) => ({ dependencies: of })],
    ['packages of a lock file', 'composer.lock', (of: object) => ({ packages: of })],
    ['texts of a translation', 'src/locales/de.json', (of: object) => ({ menu: of })],
    ['properties of a schema', 's.json', (of: object) => ({ properties: of })],
  ])('%s are looked up by name, so both additions are kept', (_, path, write) => {
    const base = write({ z: '1', a: '1' });
    for (const merged of bothWays(path, base, write({ z: '1', a: '1', o: '1' }), write({ z: '1', a: '1', t: '1' }))) {
      expect(JSON.parse(text(merged.content))).toEqual(write({ z: '1', a: '1', o: '1', t: '1' }));
    }
  });

  test('a map that is sorted on all sides stays sorted', () => {
    const [base, ours, theirs] = [
      ['a', 'd', 'z'],
      ['a', 'b', 'd', 'z'],
      ['a', 'c', 'd', 'z'],
    ].map(keys => Object.fromEntries(keys.map(key => [key, 1])));
    for (const merged of bothWays('a.json', base, ours, theirs)) {
      expect(Object.keys(JSON.parse(text(merged.content)))).toEqual(['a', 'b', 'c', 'd', 'z']);
    }
  });

  test('a list of commands is not sorted, even if it looks sorted', () => {
    const list = (...run: string[]) => ({ run });
    const base = list('npm ci', 'npm run build', 'npm test');
    const [ours, theirs] = [
      list('npm ci', 'npm run build', 'npm run lint', 'npm test'),
      list('npm ci', 'npm run build', 'npm run docs', 'npm test'),
    ];
    for (const merged of bothWays('a.json', base, ours, theirs)) expect(merged.clean).toBe(false);
    const words = bothWays(
      'a.json',
      list('@a/b', 'c', 'd.ts'),
      list('@a/b', '@a/c', 'c', 'd.ts'),
      list('@a/b', '@b/a', 'c', 'd.ts'),
    );
    for (const merged of words)
      expect(JSON.parse(text(merged.content))).toEqual(list('@a/b', '@a/c', '@b/a', 'c', 'd.ts'));
  });
});

describe('[R168] a difference between the merge by lines and the merge by keys', () => {
  const job = (name: string, timeout: number, ...steps: string[]) =>
    `  ${name}:\n    runs-on: linux\n    timeout-minutes: ${timeout}\n    steps:\n${steps.map(step => `      - run: ${step}\n`).join('')}`;
  const workflow = (...jobs: string[]) => `name: ci\non: push\njobs:\n${jobs.join('')}`;
  const old = ['npm ci', 'npm run generate', 'npm test', 'npm run report'];

  test('is a conflict for a renamed job and a new job with its old name', () => {
    const base = workflow(job('test', 5, ...old));
    const ours = workflow(job('unit', 5, ...old), job('test', 60, 'docker compose up', 'npm run browsers'));
    const theirs = workflow(job('test', 30, ...old));
    for (const [left, right] of [
      [ours, theirs],
      [theirs, ours],
    ] as const) {
      const merged = merge('.github/workflows/ci.yml', base, left, right);
      expect(merged.conflicts[0]?.kind).toBe('structure');
      expect(merged.conflicts[0]?.message).toContain('renamed test to unit');
    }
    expect(merge('ci.txt', base, ours, theirs).clean).toBe(true);
  });

  test('is a conflict for a package of a lock file that moved and was replaced by another version', () => {
    const entry = (version: string, more: object = {}) => ({
      version,
      resolved: `r${version}`,
      integrity: `i${version}`,
      ...more,
    });
    const lock = (packages: object) => ({ lockfileVersion: 3, packages });
    const [a, x] = [{ a: entry('1') }, entry('1', { license: 'MIT', engines: { node: '14' } })];
    const base = lock({ ...a, x });
    const ours = lock({ ...a, 'a/x': x, x: entry('2', { license: 'ISC' }) });
    const theirs = lock({ ...a, x: { ...x, peer: true } });
    for (const merged of bothWays('package-lock.json', base, ours, theirs)) expect(merged.clean).toBe(false);
  });
});

describe('[R171] the release of a package in a lock file', () => {
  const entry = (version: string, resolved: string, integrity: string) => ({
    version,
    resolved,
    license: 'MIT',
    funding: 'x',
    integrity,
  });
  const lock = (of: object) => ({
    name: 'app',
    lockfileVersion: 3,
    packages: { 'node_modules/a': of, 'node_modules/b': { version: '1' } },
  });
  const base = lock(entry('1', 'r1', 'i1'));

  test('is a conflict if its parts come from two sides, even if the lines merge', () => {
    for (const merged of bothWays(
      'package-lock.json',
      base,
      lock(entry('2', 'r2', 'i1')),
      lock(entry('1', 'r1', 'i3')),
    )) {
      expect(merged.conflicts).toMatchObject([{ kind: 'structure', ours: { length: 5 }, theirs: { length: 5 } }]);
      expect(merged.conflicts[0]?.message).toContain('node_modules/a');
    }
    expect(mergeJson('data.txt', base, lock(entry('2', 'r2', 'i1')), lock(entry('1', 'r1', 'i3'))).clean).toBe(true);
  });

  test('is not special in a file of another kind', () => {
    const merged = mergeJson('versions.json', base, lock(entry('2', 'r2', 'i1')), lock(entry('1', 'r1', 'i3')));
    expect(JSON.parse(text(merged.content))).toEqual(lock(entry('2', 'r2', 'i3')));
  });

  test('is merged if one side raises it and the other sets a flag next to it', () => {
    const raised = lock(entry('2', 'r2', 'i2'));
    const marked = lock({ ...entry('1', 'r1', 'i1'), dev: true });
    for (const merged of bothWays('package-lock.json', base, raised, marked)) {
      expect(JSON.parse(text(merged.content))).toEqual(lock({ ...entry('2', 'r2', 'i2'), dev: true }));
    }
  });
});

describe('[R171] values of one small map that each side changed in part', () => {
  test('are merged and reported, with the side that changed them', () => {
    const server = (host: string, port: number) => ({ server: { host, port }, level: 1 });
    const [merged, mirrored] = bothWays('a.json', server('a', 1), server('b', 1), server('a', 2));
    expect(merged).toMatchObject({
      clean: true,
      engine: 'structure',
      adjacent: [{ at: ['server'], ours: ['host'], theirs: ['port'] }],
    });
    expect(mirrored).toMatchObject({ clean: true, adjacent: [{ at: ['server'], ours: ['port'], theirs: ['host'] }] });
  });

  test('are reported too if their lines are far enough apart to merge', () => {
    const server = (host: string, port: number) => ({ host, path: '/', name: 'a', log: 'b', port });
    for (const merged of bothWays('a.json', server('a', 1), server('b', 1), server('a', 2))) {
      expect(merged).toMatchObject({ clean: true, engine: 'node-diff3', adjacent: [{ at: [] }] });
      expect(JSON.parse(text(merged.content))).toEqual(server('b', 2));
    }
  });

  test('are not reported in a large map, nor if one side changed all of them', () => {
    const large = (a: number, b: number) => ({ a, b, ...Object.fromEntries(Array.from('cdefghijk', key => [key, 0])) });
    expect(mergeJson('a.json', large(1, 1), large(2, 1), large(1, 2))).toEqual(
      expect.not.objectContaining({ adjacent: expect.anything() }),
    );
    const pair = (a: number, b: number, c: number) => ({ m: { a, b }, n: { c } });
    expect(mergeJson('a.json', pair(1, 1, 1), pair(2, 2, 1), pair(1, 1, 2)).adjacent).toBeUndefined();
  });
});
