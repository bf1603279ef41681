import { describe, expect, test } from 'vitest';
import type { ApplyTarget } from '../../src/index.ts';
import { formatTarget, targetFlagsText } from '../../src/presentation/apply-target.ts';

const link = (alias: string, branch: string | null = 'main') =>
  ({ alias, root: `/srv/${alias}`, kind: 'git', baseCommit: 'c', baseTree: 't', branch }) as never;

test.each<[ApplyTarget | undefined, string]>([
  [undefined, ''],
  [{ kind: 'branch', branch: 'next' }, ' --branch next'],
  [{ kind: 'checkout' }, ''],
  [{ kind: 'checkout', branch: 'a b' }, " --onto 'a b'"],
  [{ kind: 'patch', file: 'out.patch' }, ' --patch out.patch'],
  [{ kind: 'patch', file: 'out.patch', overwrite: true }, ' --patch out.patch --force'],
])('The flags of %o are those that you type', (target, flags) => {
  expect(targetFlagsText(target)).toBe(flags);
});

describe('A target is shown as', () => {
  test.each<[string, ApplyTarget, string[], string | undefined]>([
    ['branch next', { kind: 'branch', branch: 'next' }, ['app'], undefined],
    ['the file out.patch', { kind: 'patch', file: 'out.patch' }, ['app'], undefined],
    ['the checkouts of app, lib', { kind: 'checkout' }, ['app', 'lib'], undefined],
    ['your checkout (branch main)', { kind: 'checkout' }, ['app'], '/srv/app'],
    ['the checkout /srv/app (branch main)', { kind: 'checkout' }, ['app'], '/elsewhere'],
    ['your checkout (branch next)', { kind: 'checkout', root: '/w', branch: 'next' }, ['app'], '/w'],
  ])('%s', (text, target, aliases, here) => {
    expect(formatTarget(target, { projectLinks: aliases.map(alias => link(alias)) }, here)).toBe(text);
  });

  test('one file for each project', () => {
    const links = { projectLinks: [link('app'), link('lib')] };
    expect(formatTarget({ kind: 'patch', file: 'out.patch' }, links)).toMatch(/^the files .*app.*, .*lib/);
  });

  test('a checkout without a branch', () => {
    expect(formatTarget({ kind: 'checkout' }, { projectLinks: [link('app', null)] })).toBe('your checkout');
  });
});
