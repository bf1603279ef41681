import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface GitMergeResult {
  clean: boolean;
  content: Buffer;
}

interface Files {
  base: Uint8Array;
  ours: Uint8Array;
  theirs: Uint8Array;
}

/** Runs `git merge-file` on many histories with one shell, two at a time. */
export function mergeWithGit(histories: readonly Files[]): GitMergeResult[] {
  const directory = mkdtempSync(join(tmpdir(), 'troupe-merge-file-'));
  try {
    histories.forEach((files, number) => {
      const one = join(directory, String(number));
      mkdirSync(one);
      for (const side of ['base', 'ours', 'theirs'] as const) writeFileSync(join(one, side), files[side]);
    });
    const script = 'cd "$0" && git merge-file -p ours base theirs > merged 2> /dev/null; echo $? > verdict';
    const numbers = histories.map((_, number) => join(directory, String(number))).join('\n');
    execFileSync('xargs', ['-P', '2', '-n', '1', 'sh', '-c', script], { input: numbers, env: quietEnvironment() });
    return histories.map((_, number) => {
      const one = join(directory, String(number));
      const verdict = readFileSync(join(one, 'verdict'), 'latin1').trim();
      return { clean: verdict === '0', content: readFileSync(join(one, 'merged')) };
    });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function quietEnvironment(): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CEILING_DIRECTORIES: tmpdir(),
  };
}
