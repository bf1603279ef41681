import { describe, expect, test } from 'vitest';
import { applyEach } from '../../../../src/adapters/project/multi/apply-each.ts';
import type { ApplyResult, Project } from '../../../../src/ports/project.ts';

/** A project that stands at a commit and lands as it is told; commits and trees have the same names. */
function standing(at: string, landing: ApplyResult, said: string[]): Project {
  const told = {
    head: async (ref = at) => ({ root: '/p', kind: 'git' as const, commit: ref, tree: ref, branch: 'main' }),
    land: async ({ base, tree }: { base: string; tree: string }) => {
      said.push(`${base}>${tree}`);
      return landing;
    },
    outlook: async () => ({ moved: null }),
  };
  return told as unknown as Project;
}

const landed: ApplyResult = { outcome: 'applied', commits: ['new'], files: ['x.txt'] };
const moved: ApplyResult = { outcome: 'moved', commit: 'c9', tree: 't9' };

function land(projects: Record<string, [at: string, landing: ApplyResult]>, kind: 'checkout' | 'branch' = 'checkout') {
  const said: string[] = [];
  const found = Object.fromEntries(
    Object.entries(projects).map(([alias, [at, landing]]) => [alias, standing(at, landing, said)]),
  );
  const of = (alias: string) => found[alias] as Project;
  const target = kind === 'checkout' ? { kind } : { kind, branch: 'b' };
  const result = applyEach(of, { key: 'k', base: 'app:a1,lib:l1', tree: 'app:a2,lib:l2', target, message: 'm' });
  return { said, result };
}

describe('Landing several projects [R117]', () => {
  test('is landing each, in order, and telling what came of each', async () => {
    const { said, result } = land({ app: ['a1', landed], lib: ['l1', landed] });
    expect(await result).toEqual({
      outcome: 'applied',
      commits: ['app:new', 'lib:new'],
      files: ['app/x.txt', 'lib/x.txt'],
      at: 'app:new,lib:new',
    });
    expect(said).toEqual(['a1>a2', 'l1>l2']);
  });

  test('lands nothing when one has moved, whichever it is', async () => {
    const { said, result } = land({ app: ['a1', landed], lib: ['l5', moved] });
    expect(await result).toEqual({ outcome: 'moved', commit: 'app:a1,lib:c9', tree: 'app:a1,lib:t9' });
    expect(said).toEqual(['l1>l2']);
  });

  test('goes on after a crash with what had not landed, and tells of both in order', async () => {
    const { said, result } = land({ app: ['a1', landed], lib: ['new', landed] });
    expect(await result).toMatchObject({ commits: ['app:new', 'lib:new'] });
    expect(said).toEqual(['l1>l2', 'a1>a2']);
  });

  test('says which landed and which did not when one moves at that very moment', async () => {
    await expect(land({ app: ['a1', landed], lib: ['l1', moved] }).result).rejects.toMatchObject({
      code: 'BASE_MOVED',
      message: 'app landed; lib did not: it moved meanwhile',
      hints: ['troupe plan apply', 'troupe plan apply --branch NAME'],
      details: { landed: ['app'], left: 'lib' },
    });
  });

  test('does not look where checkouts stand when a branch is wanted', async () => {
    const { said, result } = land({ app: ['a7', landed], lib: ['l7', landed] }, 'branch');
    expect(await result).toMatchObject({ outcome: 'applied' });
    expect(said).toEqual(['a1>a2', 'l1>l2']);
  });
});
