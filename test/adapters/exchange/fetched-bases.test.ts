import { expect, test } from 'vitest';
import { openFetchedBases } from '../../../src/adapters/exchange/fetched-bases.ts';
import type { ProjectRepository } from '../../../src/adapters/project/git/repository.ts';

/** Bases in a repository that only records what is done with it; `first` are there at the start. */
async function bases(first: readonly string[] = []) {
  const refs = new Set(first);
  let collections = 0;
  const nameOf = (ref: string) => ref.slice(ref.lastIndexOf('/') + 1);
  const repository = {
    objects: {
      run: async () => ({ stdout: Buffer.from(first.map(each => `${each}\n`).join('')) }),
      at: () => ({ tryRun: async () => void collections++ }),
    },
    refs: {
      set: async (ref: string) => void refs.add(nameOf(ref)),
      delete: async (ref: string) => void refs.delete(nameOf(ref)),
    },
  } as unknown as Pick<ProjectRepository, 'objects' | 'refs'>;
  return { ...(await openFetchedBases(repository)), refs: () => [...refs], collections: () => collections };
}

const names = (count: number) => Array.from({ length: count }, (_, at) => `c${at}`);

test('a worker keeps the 32 bases that it used last', async () => {
  const { keep, tips, refs } = await bases(['old', 'used']);
  await keep('used');
  for (const commit of names(31)) await keep(commit);
  expect(await tips()).toEqual(['used', ...names(31)]);
  expect(refs()).toEqual(['used', ...names(31)]);
});

test('what is not needed any more is collected at the start and after each 500 new bases', async () => {
  const { keep, collections } = await bases();
  expect(collections()).toBe(1);
  for (const commit of names(499)) await keep(commit);
  await keep('c498');
  expect(collections()).toBe(1);
  await keep('another');
  expect(collections()).toBe(2);
});
