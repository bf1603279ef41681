import { expect, test } from 'vitest';
import type { Published } from '../../../src/adapters/queue/messages.ts';
import { exchangeFolders } from '../../../src/adapters/queue/worker/exchange-folders.ts';
import type { FolderRequest } from '../../../src/adapters/queue/worker/work-folder.ts';
import type { PlanSpec } from '../../../src/model/plan.ts';
import type { WorkerExchange } from '../../../src/ports/exchange.ts';
import type { ProcessResult } from '../../../src/ports/process.ts';
import { planSpec } from '../../fixtures.ts';

const published = (tree: string) => ({ tree, ref: `refs/${tree}` }) as unknown as Published;
const setup = { run: [['npm', 'ci']], include: [], link: [], env: { MODE: 'test' }, timeout: 60 };

/** Folders whose repository notes what is done, and whose set-up ends as `ended` says. */
function foldersWith(ended: Partial<ProcessResult> = {}) {
  const done: string[] = [];
  let tree = 'base';
  const project = {
    openSandbox: async ({ checkout }: { checkout: { copy: boolean } }) => done.push(`open copy=${checkout.copy}`),
    provision: async () => ({ path: '/folder', ports: { start: 4000, end: 4009 } }),
    markProvisioned: async (_: string, before?: string) => done.push(`provisioned ${before ?? 'without set-up'}`),
    capture: async () => ({ tree }),
    restore: async (to: { tree: string }) => done.push(`restore ${to.tree}`),
    removeSandbox: async () => done.push('remove'),
  };
  const repository = {
    project,
    fetch: async (from: Published) => done.push(`fetch ${from.tree}`),
    publish: async (_: Published, part: string, of: string) => {
      done.push(`publish ${part}`);
      return published(of);
    },
  };
  const folders = exchangeFolders({
    exchange: {
      open: async () => repository,
      close: async () => done.push('close'),
    } as unknown as WorkerExchange,
    run: async () => ({ outcome: 'exited', exitCode: 0, durationMs: 1, digest: '', tail: 'the output', ...ended }),
    env: { PATH: '/bin' },
    secretVariables: () => ({ TOKEN: 'secret' }),
  });
  return {
    done,
    folders,
    change: (to: string) => {
      tree = to;
    },
  };
}

const request = (more: Partial<PlanSpec> = {}, onlyLooking = false): FolderRequest => ({
  ...{ key: 'w-job-1', processTag: 'tag', plan: planSpec(more), base: published('base'), onlyLooking },
  signal: new AbortController().signal,
  log: () => undefined,
});

test('a folder of a worker has the variables of the set-up, of secrets and of its ports', async () => {
  const { folders, done } = foldersWith();
  const { environment } = await folders.open(request({ setup, isolation: 'copy' } as Partial<PlanSpec>));
  const variables = { MODE: 'test', TOKEN: 'secret', TROUPE_ROOT: '/folder', TROUPE_PORT_START: '4000' };
  expect(environment).toMatchObject({ directory: '/folder', variables });
  expect(done).toEqual(['fetch base', 'open copy=true', 'provisioned base']);
});

test('a folder that is only looked at is not set up', async () => {
  const { folders, done } = foldersWith({ exitCode: 1 });
  const { environment } = await folders.open(request({ setup } as Partial<PlanSpec>, true));
  expect(environment.variables).not.toHaveProperty('MODE');
  expect(done).toEqual(['fetch base', 'open copy=false']);
});

test.each([
  ['no set-up', {}],
  ['a set-up without commands', { setup: { ...setup, run: [] } }],
])('a plan with %s gets its folder without running anything', async (_, more) => {
  const { folders, done } = foldersWith({ exitCode: 1 });
  await folders.open(request(more as Partial<PlanSpec>));
  expect(done.at(-1)).toBe('provisioned without set-up');
});

test.each<[string, Partial<ProcessResult>, object]>([
  [
    'fails',
    { exitCode: 3 },
    { code: 'SETUP_FAILED', message: expect.stringContaining('npm ci: exited with 3'), where: 'npm ci' },
  ],
  [
    'takes too long',
    { outcome: 'timed_out', exitCode: null } as unknown as Partial<ProcessResult>,
    { code: 'SETUP_FAILED', message: expect.stringContaining('npm ci: timed out') },
  ],
  [
    'is stopped',
    { outcome: 'aborted', exitCode: null },
    { code: 'CANCELLED', message: 'The set-up command npm ci was stopped' },
  ],
])('a set-up on a worker that %s is reported, and its folder is removed', async (_, ended, error) => {
  const { folders, done } = foldersWith(ended);
  await expect(folders.open(request({ setup } as Partial<PlanSpec>))).rejects.toMatchObject(error);
  expect(done.at(-1)).toBe('remove');
});

test('only changed files travel between a worker and the owner', async () => {
  const { folders, done, change } = foldersWith();
  const folder = await folders.open(request());
  done.length = 0;
  expect(await folder.publish()).toEqual(published('base'));
  await folder.adopt(published('base'));
  expect(done).toEqual([]);
  change('changed');
  expect(await folder.publish()).toEqual(published('changed'));
  await folder.adopt(published('answer'));
  await folder.close();
  await folders.close();
  expect(done).toEqual(['publish w-job-1-0', 'fetch answer', 'restore answer', 'remove', 'close']);
});
