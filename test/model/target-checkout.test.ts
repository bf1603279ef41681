import { describe, expect, test } from 'vitest';
import type { ProjectLink } from '../../src/model/plan.ts';
import { targetChangedError, targetCheckouts } from '../../src/model/target-checkout.ts';
import { formatHint } from '../../src/presentation/hints.ts';

const link = (alias: string, branch: string | null): ProjectLink =>
  ({ alias, root: `/srv/${alias}`, kind: 'git', baseCommit: 'c', baseTree: 't', branch }) as ProjectLink;

describe('A result is applied', () => {
  test('where its plan was created, on the branch of that time', () => {
    expect(targetCheckouts({ kind: 'checkout' }, [link('app', 'main'), link('lib', null)])).toEqual({
      app: { root: '/srv/app', branches: ['main'] },
      lib: { root: '/srv/lib', branches: [] },
    });
  });

  test('in the checkout and on the branch that you name; of several projects, also on their own branches', () => {
    const target = { kind: 'checkout', root: '/w', branch: 'next' } as const;
    expect(targetCheckouts(target, [link('app', 'main')])).toEqual({ app: { root: '/w', branches: ['next'] } });
    expect(targetCheckouts(target, [link('app', 'main'), link('lib', 'main')])).toEqual({
      app: { root: '/w', branches: ['main', 'next'] },
      lib: { root: '/srv/lib', branches: ['main', 'next'] },
    });
  });
});

describe('Where another branch is checked out', () => {
  const hintsOf = (...args: Parameters<typeof targetChangedError>) => targetChangedError(...args).hints.map(formatHint);

  test('the error names both, and the commands for either', () => {
    const change = {
      ...{ meant: { root: '/srv/app', branch: "it's" }, now: { root: '/srv/app', branch: 'next' }, isThere: false },
    };
    expect(targetChangedError(change).message).toBe(
      "The result is meant for branch it's, and branch next is checked out now",
    );
    expect(hintsOf(change).at(-1)).toBe("git switch 'it'\\''s'");
    expect(hintsOf(change, '01KAJ0000000000000R00TP1AN')).toContainEqual(
      expect.stringMatching(/^troupe plan apply (?=.*--onto next).*R00TP1AN/),
    );
  });

  test('in another checkout, the error names both folders', () => {
    const change = { meant: { root: '/srv/app', branch: null }, now: { root: '/w', branch: null }, isThere: true };
    expect(targetChangedError(change).message).toBe(
      'The result is meant for a checkout without a branch in /srv/app, and you are in /w, where a checkout without a branch is checked out',
    );
    expect(hintsOf(change)).toEqual([expect.stringContaining('/srv/app')]);
  });
});
