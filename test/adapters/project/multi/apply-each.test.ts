import { describe, expect, test } from 'vitest';
import { applyEach } from '../../../../src/adapters/project/multi/apply-each.ts';
import type { ApplyResult, Project } from '../../../../src/ports/project.ts';
import { hintLine } from '../../../hint-line.ts';

/** A project at a commit that answers every apply with `result`; commits and trees have the same names. */
function projectAt(at: string, result: ApplyResult, calls: string[]): Project {
  const project = {
    head: async (ref = at) => ({ root: '/p', kind: 'git' as const, commit: ref, tree: ref, branch: 'main' }),
    apply: async ({ base, tree }: { base: string; tree: string }) => {
      calls.push(`${base}>${tree}`);
      return result;
    },
    checkTarget: async () => ({ moved: null }),
  };
  return project as unknown as Project;
}

const applied: ApplyResult = { outcome: 'applied', commits: ['new'], files: ['x.txt'] };
const moved: ApplyResult = { outcome: 'moved', commit: 'c9', tree: 't9' };

function apply(projects: Record<string, [at: string, result: ApplyResult]>, kind: 'checkout' | 'branch' = 'checkout') {
  const calls: string[] = [];
  const found = Object.fromEntries(
    Object.entries(projects).map(([alias, [at, result]]) => [alias, projectAt(at, result, calls)]),
  );
  const of = (alias: string) => found[alias] as Project;
  const target = kind === 'checkout' ? { kind } : { kind, branch: 'b' };
  const result = applyEach(of, { key: 'k', base: 'app:a1,lib:l1', tree: 'app:a2,lib:l2', target, message: 'm' });
  return { calls, result };
}

describe('Applying to several projects [R117]', () => {
  test('applies to each in order, and returns the result of each', async () => {
    const { calls, result } = apply({ app: ['a1', applied], lib: ['l1', applied] });
    expect(await result).toEqual({
      outcome: 'applied',
      commits: ['app:new', 'lib:new'],
      files: ['app/x.txt', 'lib/x.txt'],
      head: 'app:new,lib:new',
    });
    expect(calls).toEqual(['a1>a2', 'l1>l2']);
  });

  test('applies nothing when any one of them has moved', async () => {
    const { calls, result } = apply({ app: ['a1', applied], lib: ['l5', moved] });
    expect(await result).toEqual({ outcome: 'moved', commit: 'app:a1,lib:c9', tree: 'app:a1,lib:t9' });
    expect(calls).toEqual(['l1>l2']);
  });

  test('continues after a crash with the projects that were not applied, and returns all results in order', async () => {
    const { calls, result } = apply({ app: ['a1', applied], lib: ['new', applied] });
    expect(await result).toMatchObject({ commits: ['app:new', 'lib:new'] });
    expect(calls).toEqual(['l1>l2', 'a1>a2']);
  });

  test('reports which were applied and which were not when one moves during the apply', async () => {
    await expect(apply({ app: ['a1', applied], lib: ['l1', moved] }).result).rejects.toMatchObject({
      code: 'BASE_MOVED',
      message: 'Applied to app, not to lib: it moved meanwhile',
      hints: [hintLine('troupe plan apply'), hintLine('troupe plan apply --branch NAME')],
      details: { applied: ['app'], left: 'lib' },
    });
  });

  test('returns which files of each were left uncommitted, those of the first project first', async () => {
    const left: ApplyResult = { ...applied, uncommitted: ['y.txt'] };
    const { result } = apply({ app: ['a1', left], lib: ['new', left] });
    expect(await result).toMatchObject({ uncommitted: ['app/y.txt', 'lib/y.txt'], commits: ['app:new', 'lib:new'] });
  });

  test('does not read the checkouts when the target is a branch', async () => {
    const { calls, result } = apply({ app: ['a7', applied], lib: ['l7', applied] }, 'branch');
    expect(await result).toMatchObject({ outcome: 'applied' });
    expect(calls).toEqual(['a1>a2', 'l1>l2']);
  });
});
