/** The entry point for tests, which helps users test agents and charts of their own. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { TroupeError } from '../src/model/errors.ts';
import { trialPlan, trialTask } from '../src/testing.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'troupe-trial-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const task = (more: Partial<Parameters<typeof trialTask>[0]> = {}) =>
  trialTask({ role: 'execution', directory, signal: new AbortController().signal, key: 'k', ...more });

describe('a trial plan', () => {
  test('is complete, is a root, asks for no approval, and is new each time', () => {
    const [one, other] = [trialPlan(), trialPlan()];
    expect(one.planId).not.toBe(other.planId);
    expect(one).toMatchObject({ rootPlanId: one.planId, depth: 0, description: 'Do it' });
    expect(one.profileSnapshot.name).toBe('full-auto');
  });

  test('has the given fields', () => {
    expect(trialPlan({ description: 'Paint', readOnly: true })).toMatchObject({ description: 'Paint', readOnly: true });
  });
});

describe('a trial task', () => {
  test('has the given goal, or a default', () => {
    expect(task()).toMatchObject({ role: 'execution', attempt: 1, directory, key: 'k', problem: null, guidance: [] });
    expect(task().plan).toMatchObject({ description: 'Do it', arguments: {} });
    const { plan } = task({ goal: 'Paint', arguments: { colour: 'red' } });
    expect(plan).toMatchObject({ description: 'Paint', arguments: { colour: 'red' } });
  });

  test('has tools that write to its folder, and programs with the given environment', async () => {
    const { call, reportUsage, log } = task({ env: { PATH: process.env.PATH ?? '', COLOUR: 'red' } });
    await call('builtin/write-file', { path: 'a.txt', content: 'one\n' });
    expect(readFileSync(join(directory, 'a.txt'), 'utf8')).toBe('one\n');
    const ran = await call('builtin/run-command', { argv: ['sh', '-c', 'echo $COLOUR'] });
    expect(JSON.stringify(ran)).toContain('red');
    expect([reportUsage({}), log('line')]).toEqual([undefined, undefined]);
  });

  test.each(['strategy', 'estimation'] as const)('of the role %s changes nothing', async role => {
    const tried = task({ role }).call('builtin/write-file', { path: 'a.txt', content: 'one\n' });
    await expect(tried).rejects.toBeInstanceOf(TroupeError);
    expect(() => readFileSync(join(directory, 'a.txt'))).toThrow('ENOENT');
  });
});
