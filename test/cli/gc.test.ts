import { existsSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { gitProject } from '../../src/git.ts';
import type { CleanupReport } from '../../src/index.ts';
import { createColors } from '../../src/presentation/colors.ts';
import { formatGcReport } from '../../src/presentation/gc-report.ts';
import { formatBytes, parseAge, parseBytes } from '../../src/presentation/units.ts';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

const oneFile = `name: local/one
description: Write a file
executionActor: { kind: steps, steps: [{ write: { path: one.txt, content: "1\\n" } }] }
`;

describe('troupe gc', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository();
  });
  afterEach(() => project.remove());

  const createOrphan = async () => {
    const there = gitProject(project.folder, { env: project.env });
    const { path } = await there.openSandbox({ key: 'someone-1', tree: 'HEAD^{tree}' });
    await there.close();
    return path;
  };

  test('shows what can be removed, with sizes and the command that removes it, and removes nothing [R133, R156]', async () => {
    const path = await createOrphan();
    const { out, code } = await runTroupe(project, ['gc', '--older-than', '0s']);
    expect(code).toBe(0);
    expect(out).toMatch(
      /^sandbox +\d+ k?B {2}\S+ {2}\(no plan knows it; its files are kept in refs\/troupe\/lost\/someone-1\)$/m,
    );
    expect(out).toMatch(/^would remove 1 item, \d+ k?B; 0 plans stay \(0 B\)$/m);
    expect(out).toMatch(/next: troupe gc --delete {3}# removes 1 item/);
    expect(existsSync(path)).toBe(true);
  });

  test('removes it with --delete and with --yes, after which nothing is left to remove [R133]', async () => {
    for (const flag of ['--delete', '--yes']) {
      const path = await createOrphan();
      const { out } = await runTroupe(project, ['gc', '--older-than', '0s', flag]);
      expect(out).toMatch(/^removed \d items?, /m);
      expect([existsSync(path), out.includes('next:')]).toEqual([false, false]);
    }
    await runTroupe(project, ['gc', '--older-than', '0s', '--delete']);
    expect((await runTroupe(project, ['gc', '--older-than', '0s'])).out).toBe(
      'nothing to clean up; 0 plans stay (0 B)\n',
    );
  });

  test('prints the same as JSON, plan by plan [R130]', async () => {
    project.write('one.yaml', oneFile);
    await runTroupe(project, ['run', '-f', 'one.yaml']);
    expect((await runTroupeJson(project, ['gc', '--max-size', '0B'])).data).toMatchObject({
      dry_run: true,
      items: [],
      kept: { plans: 1, bytes: expect.any(Number) },
    });
    await runTroupe(project, ['plan', 'cancel', '--yes']);
    const { data } = await runTroupeJson(project, ['gc', '--max-size', '0B', '--delete']);
    expect(data).toMatchObject({
      dry_run: false,
      items: [{ kind: 'plan', goal: 'Write a file', bytes: expect.any(Number), kept_in: null, error: null }],
      kept: { plans: 0, bytes: 0 },
    });
    expect((await runTroupe(project, ['plan', 'list', '--all'])).out).not.toContain('Write a file');
  });

  test('rejects an invalid age or size and names the flag', async () => {
    for (const words of [
      ['--older-than', 'yesterday'],
      ['--max-size', '5 bananas'],
    ]) {
      const { code, err } = await runTroupe(project, ['gc', ...words]);
      expect([code, err]).toEqual([2, expect.stringContaining(words[0] ?? '')]);
    }
  });
});

test('what could not be removed is listed with its reason, and is not counted as removed', () => {
  const error = { code: 'GIT_FAILED', category: 'transient', message: 'locked', hints: [], retriable: true } as const;
  const item = { kind: 'refs', name: 'refs/troupe/lost', planId: null, goal: null, why: 'no plan knows them' } as const;
  const report: CleanupReport = {
    dryRun: false,
    items: [{ ...item, bytes: 1500, keptIn: null, error: { ...error, hints: [] } }],
    bytes: 0,
    kept: { plans: 1, bytes: 20 },
  };
  expect(formatGcReport(report, createColors(false)).split('\n')).toEqual([
    'refs      1.5 kB  refs/troupe/lost  (no plan knows them)',
    'still there: refs/troupe/lost: locked',
    'removed 0 items, 0 B; 1 plan stays (20 B)',
  ]);
});

test('sizes and ages are parsed in the format in which they are printed', () => {
  expect([0, 999, 1000, 9940, 12_300, 2.5e6, 4e9, 7e12].map(formatBytes)).toEqual([
    ...['0 B', '999 B', '1.0 kB', '9.9 kB', '12 kB', '2.5 MB', '4.0 GB', '7.0 TB'],
  ]);
  expect(['0B', '1.5 kB', '500MB'].map(typed => parseBytes(typed, '--x'))).toEqual([0, 1500, 500e6]);
  expect(['3s', '2m', '12h', '30d', '1w'].map(typed => parseAge(typed, '--x'))).toEqual([
    ...[3000, 120_000, 43_200_000, 2_592_000_000, 604_800_000],
  ]);
});
