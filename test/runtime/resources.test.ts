import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { AgentTask, Plan, Resource } from '../../src/index.ts';
import { createTestProject } from './test-project.ts';

/** A resource for tests: lines of `key=value`, merged by key, stored as bytes that a text merge refuses. */
const register: Resource = {
  name: 'register',
  paths: ['*.reg'],
  async merge({ base, ours, theirs }, resolved) {
    const [b, o, t] = [base, ours, theirs].map(entriesOf);
    if (b === undefined || o === undefined || t === undefined || theirs.includes('?')) throw new Error('unreadable');
    const conflicts = [];
    const merged = new Map(o);
    for (const [key, theirs] of t) {
      const [base = '', ours = ''] = [b.get(key), o.get(key)];
      if (theirs === base || theirs === ours) continue;
      const side = ours === base ? 'theirs' : resolved[key];
      if (side === undefined) conflicts.push({ key, base, ours, theirs });
      else merged.set(key, { base, ours, theirs }[side]);
    }
    return { content: reg(Object.fromEntries(merged)), conflicts };
  },
};
const reg = (values: Record<string, string>) =>
  Buffer.from(
    `\0\n${Object.entries(values)
      .map(([key, value]) => `${key}=${value}\n`)
      .join('')}`,
  );
const entriesOf = (content: Buffer | null) =>
  new Map(
    String(content ?? '')
      .split('\n')
      .flatMap(line => (line.includes('=') ? [line.split('=') as [string, string]] : [])),
  );

const writes =
  (content: Buffer, path = 'a.reg') =>
  (task: AgentTask) =>
    writeFileSync(join(task.directory, path), content);
const parts = (...names: string[]) => ({
  strategyActor: { kind: 'steps', steps: names.map(name => ({ subplan: { goal: name, executionActor: name } })) },
});
const files = { 'a.reg': '\0\na=1\nb=1\nc=1\n' };
const inResult = async (testProject: { git(...words: string[]): string }, plan: Plan, path = 'a.reg') =>
  Object.fromEntries(
    entriesOf(Buffer.from(testProject.git('cat-file', 'blob', `${(await plan.record()).resultTree}:${path}`))),
  );

async function changedBy(one: Buffer, two: Buffer, resource = register) {
  const testProject = await createTestProject({ one: writes(one), two: writes(two) }, { files, resources: [resource] });
  return { testProject, ...(await testProject.run(() => {}, parts('one', 'two'))) };
}

describe('A resource with a merge function', () => {
  test('merges the changes of two subplans, and is recorded as what decided [R49]', async () => {
    const { testProject, plan, record } = await changedBy(
      reg({ a: '2', b: '1', c: '1' }),
      reg({ a: '1', b: '1', c: '3' }),
    );
    expect(record.state).toBe('complete');
    expect(await inResult(testProject, plan)).toEqual({ a: '2', b: '1', c: '3' });
    const engines = [];
    for await (const event of plan.events()) if (event.type === 'merge.child_merged') engines.push(event.engines);
    expect(engines).toEqual([{ '*': 'disjoint' }, { 'a.reg': 'register' }]);
  });

  test('reports a conflict for each entry that both changed, and each is resolved separately', async () => {
    const { testProject, plan, record } = await changedBy(
      reg({ a: '2', b: '2', c: '1' }),
      reg({ a: '3', b: '3', c: '3' }),
    );
    expect(record).toMatchObject({ state: 'conflicted', conflicts: [{ path: 'a.reg', resource: 'register' }] });
    const conflict = await plan.conflicts.get('a.reg');
    expect(conflict).toMatchObject({
      kind: 'structure',
      message: 'both sides changed a, b',
      content: null,
      suggestions: [],
    });
    expect(conflict.texts).toEqual([
      { base: '1', ours: '2', theirs: '3' },
      { base: '1', ours: '2', theirs: '3' },
    ]);
    await expect(plan.conflicts.resolve('a.reg#1', { content: Buffer.from('4') })).rejects.toMatchObject({
      code: 'USAGE',
    });
    await expect(plan.conflicts.resolve('a.reg#1', 'both')).rejects.toMatchObject({ code: 'USAGE' });
    await plan.conflicts.resolve('a.reg#1', 'theirs');
    const again = await (await testProject.reopen()).get(plan.id);
    await again.conflicts.resolve('a.reg#2', 'base');
    expect((await again.waitUntilIdle()).state).toBe('complete');
    expect(await inResult(testProject, again)).toEqual({ a: '3', b: '1', c: '3' });
  });

  test('that cannot merge reports a conflict of the whole file', async () => {
    const { testProject, plan, record } = await changedBy(reg({ a: '2' }), reg({ a: '?' }));
    expect(record).toMatchObject({ state: 'conflicted', conflicts: [{ path: 'a.reg', kind: 'binary', hunks: [] }] });
    await plan.conflicts.resolve('a.reg', 'theirs');
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect(await inResult(testProject, plan)).toEqual({ a: '?' });
  });

  test('also decides where the lines of its file would have merged', async () => {
    const text = (values: string[]) => Buffer.from(values.join(''));
    const lines = ['a=1\n', '\n', '\n', '\n', 'b=1\n'];
    const strict: Resource = { ...register, paths: ['a.txt'] };
    const testProject = await createTestProject(
      {
        one: writes(text(['a=2\n', ...lines.slice(1)]), 'a.txt'),
        two: writes(text([...lines.slice(0, 4), 'b=?\n']), 'a.txt'),
      },
      { files: { 'a.txt': lines.join('') }, resources: [strict] },
    );
    const { plan, record } = await testProject.run(() => {}, parts('one', 'two'));
    expect(record).toMatchObject({
      state: 'conflicted',
      conflicts: [{ message: 'register cannot determine how a.txt merges' }],
    });
    await plan.conflicts.resolve('a.txt', 'ours');
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect(testProject.git('cat-file', 'blob', `${(await plan.record()).resultTree}:a.txt`)).toBe('a=2\n\n\n\nb=1\n');
  });

  test('that is missing when an entry is resolved fails with UNKNOWN_CONFLICT', async () => {
    const { testProject, plan } = await changedBy(reg({ a: '2' }), reg({ a: '3' }));
    const again = await (await testProject.reopen({ resources: [] })).get(plan.id);
    await again.conflicts.resolve('a.reg#1', 'ours');
    expect(await again.waitUntilIdle()).toMatchObject({ state: 'conflicted', error: { code: 'UNKNOWN_CONFLICT' } });
  });
});

describe('A resource that cannot be merged', () => {
  const sealed: Resource = { name: 'sealed', paths: ['**/*.reg'], merge: null };
  /** Adds its key to the entries of the file. */
  const adds = (key: string) => (task: AgentTask) => {
    const file = join(task.directory, 'a.reg');
    writeFileSync(file, reg({ ...Object.fromEntries(entriesOf(readFileSync(file))), [key]: key }));
  };
  const testProject = () =>
    createTestProject({ x: adds('x'), y: adds('y'), z: adds('z') }, { files, resources: [sealed] });

  test('runs the subplans that may touch it sequentially, each on the result of the one before [R49]', async () => {
    const here = await testProject();
    const { plan, record } = await here.run(() => {}, parts('x', 'y', 'z'));
    expect(record.state).toBe('complete');
    expect(await inResult(here, plan)).toMatchObject({ x: 'x', y: 'y', z: 'z' });
    const logs = [];
    for await (const { text } of plan.logs()) logs.push(text);
    expect(logs).toContain('subplans run one after the other: sealed cannot be merged');
  });

  test.each([
    [['a.reg'], ['docs'], 'parallel'],
    [['*.txt'], ['docs'], 'parallel'],
    [['a.reg'], ['*.reg'], 'one after the other'],
    [['new/b.reg'], ['new'], 'parallel'],
    [['new/b.reg'], ['**/*.reg'], 'one after the other'],
  ])('with the scopes %j and %j the subplans run %s', async (one, two, how) => {
    const here = await createTestProject({}, { files, resources: [sealed] });
    const steps = [one, two].map(resourceScopes => ({ subplan: { goal: resourceScopes.join(), resourceScopes } }));
    const { plan } = await here.run(() => {}, { strategyActor: { kind: 'steps', steps } });
    const logs = [];
    for await (const { text } of plan.logs()) logs.push(text);
    expect(logs.some(line => line.includes('one after the other')) ? 'one after the other' : 'parallel').toBe(how);
  });
});
