/** The same files are not checked twice, across plans and restarts, and checks that must run do run. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { memoryStore } from '../../src/adapters/stores/memory-store.ts';
import type { AgentTask, PlanEvent } from '../../src/index.ts';
import { openValidationCache } from '../../src/runtime/memory/validation-cache.ts';
import { keys } from '../../src/runtime/records/keys.ts';
import { sampleResult } from '../machines/fixtures.ts';
import { createTestProject } from './test-project.ts';

let folder: string;
let journal: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'troupe-checks-'));
  journal = join(folder, 'journal');
  writeFileSync(journal, '');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ran = () => readFileSync(journal, 'utf8').trim().split('\n').filter(Boolean);
/** A check that records that it ran, then runs the given command. */
const check = (name: string, then = 'true', more: Record<string, unknown> = {}) => ({
  name,
  argv: ['sh', '-c', `echo ${name} >> '${journal}'; ${then}`],
  ...more,
});
const write = ({ call }: AgentTask) => call('write', { path: 'b.txt', content: 'two' });

describe('A passed check', () => {
  test('is not run again on the same files by another plan, and is reported as cached', async () => {
    const testProject = await createTestProject();
    const action = { validations: [check('one'), check('two')] };
    await testProject.run(write, action);
    const { plan, record } = await testProject.run(write, action);
    expect(ran()).toEqual(['one', 'two']);
    expect(record.state).toBe('complete');
    expect(record.validationResults).toMatchObject([
      { name: 'one', passed: true, cached: true, exitCode: 0 },
      { name: 'two', passed: true, cached: true, exitCode: 0 },
    ]);
    const lines: string[] = [];
    for await (const { text } of plan.logs()) lines.push(text);
    expect(lines.filter(line => line.includes('cached'))).toHaveLength(2);
  });

  test('is remembered by the store, not by the process', async () => {
    const testProject = await createTestProject();
    const action = { validations: [check('one')] };
    await testProject.run(write, action);
    await testProject.reopen();
    const { record } = await testProject.run(write, action);
    expect(ran()).toEqual(['one']);
    expect(record.validationResults).toMatchObject([{ cached: true }]);
  });

  test('is run again when its files, its command or its environment change', async () => {
    const testProject = await createTestProject();
    const run = (content: string, then = 'true') =>
      testProject.run(({ call }) => call('write', { path: 'b.txt', content }), { validations: [check('one', then)] });
    await run('two');
    await run('three');
    await run('three', 'test -f a.txt');
    await testProject.reopen({ env: { PATH: process.env.PATH ?? '', DEPTH: '9' } });
    const { record } = await run('three');
    expect(ran()).toEqual(['one', 'one', 'one', 'one']);
    expect(record.validationResults).toMatchObject([{ passed: true }]);
    expect(record.validationResults[0]?.cached).toBeUndefined();
  });

  test('is run again on request, and when it declares that it depends on more than files', async () => {
    const testProject = await createTestProject();
    await testProject.run(write, { validations: [check('one')] });
    const plan = await testProject.troupe.use({ action: 'play', recheck: true });
    await plan.execute();
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect(ran()).toEqual(['one', 'one']);
    await testProject.run(write, { validations: [check('net', 'true', { cache: false })] });
    await testProject.run(write, { validations: [check('net', 'true', { cache: false })] });
    expect(ran()).toEqual(['one', 'one', 'net', 'net']);
  });

  test('is run again before one that has to run and may need its output', async () => {
    const testProject = await createTestProject();
    const action = { validations: [check('build'), check('style', 'exit 1', { required: false }), check('last')] };
    await testProject.run(write, action);
    const { record } = await testProject.run(write, action);
    expect(ran()).toEqual(['build', 'style', 'last', 'build', 'style']);
    expect(record.validationResults.map(({ passed, cached = false }) => [passed, cached])).toEqual([
      [true, false],
      [false, false],
      [true, true],
    ]);
  });

  test('is removed from the cache once more than two thousand newer ones are stored', async () => {
    const store = await memoryStore()();
    const passed = (n: number): PlanEvent => ({
      type: 'validation.finished',
      planId: 'p',
      round: 1,
      seq: String(n),
      at: new Date(n).toISOString(),
      results: [
        { ...sampleResult('c'), checked: `digest ${n}` },
        sampleResult('d'),
        { ...sampleResult('e'), checked: 'x', passed: false },
      ],
    });
    let passes = await openValidationCache(store);
    for (let n = 0; n < 1999; n += 1) await store.batch(passes.rowsFor(passed(n)));
    passes = await openValidationCache(store);
    for (let n = 1999; n < 2002; n += 1) await store.batch(passes.rowsFor(passed(n)));
    const left: string[] = [];
    for await (const [key] of store.entries(keys.validations)) left.push(key);
    expect(left).toHaveLength(2000);
    expect(left).not.toContain(keys.validation('digest 1'));
    expect(left).toContain(keys.validation('digest 2'));
  });
});

describe('After a restart during the checks', () => {
  /** The second check waits the first time, until its process is killed with its Troupe. */
  async function interrupted(second: string) {
    const stuck = join(folder, 'stuck');
    const wait = `if [ ! -f '${stuck}' ]; then touch '${stuck}'; echo waiting; sleep 60; fi; ${second}`;
    const testProject = await createTestProject();
    await testProject.troupe.actions.create({
      name: 'play',
      description: 'Play',
      executionActor: { kind: 'steps', steps: [{ write: { path: 'b.txt', content: 'two' } }] },
      validations: [check('one', 'touch built.txt'), check('two', wait)],
    });
    const plan = await testProject.troupe.use({ action: 'play' });
    await plan.execute();
    for await (const { text } of plan.logs({ follow: true })) if (text === 'waiting') break;
    const again = await (await testProject.reopen()).get(plan.id);
    return again.waitUntilIdle();
  }

  test('those that had finished are not run again', async () => {
    const record = await interrupted('true');
    expect(record).toMatchObject({ state: 'complete' });
    expect(ran()).toEqual(['one', 'two', 'two']);
  });

  test('a failure that may be caused by missing output makes all run again', async () => {
    const record = await interrupted('test -f built.txt');
    expect(record).toMatchObject({ state: 'complete', validationResults: [{ passed: true }, { passed: true }] });
    expect(ran()).toEqual(['one', 'two', 'two', 'one', 'two']);
  });
});
