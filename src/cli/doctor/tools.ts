import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TroupeError } from '../../index.ts';
import type { Io } from '../io.ts';
import { type HealthCheck, ok, runCheck } from './check.ts';

/** The oldest supported Node version. */
export function checkNode(version: string): Promise<HealthCheck> {
  return runCheck('node', async () => {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > 20 || (major === 20 && minor >= 19)) return ok('node', version);
    const text = `Node ${version} is too old; 20.19 or newer is needed`;
    throw new TroupeError('PREFLIGHT_FAILED', text, { hints: ['node --version'] });
  });
}

export function checkGit(env: Io['env']): Promise<HealthCheck> {
  return runCheck('git', async () => {
    const { stdout } = await promisify(execFile)('git', ['--version'], { env: { PATH: env.PATH } }).catch(cause => {
      throw new TroupeError('PREFLIGHT_FAILED', 'git is not installed, or not on PATH; 2.38 or newer is needed', {
        hints: ['echo "$PATH"'],
        cause,
      });
    });
    return ok('git', parseGitVersion(stdout.trim()));
  });
}

/** `git merge-tree --write-tree`, which all merges use, exists since 2.38. */
export function parseGitVersion(output: string): string {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(output) ?? [];
  if (Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 38)) return output.replace(/^git version /, '');
  throw new TroupeError('PREFLIGHT_FAILED', `${output} is too old; 2.38 or newer is needed`, {
    hints: ['git --version'],
  });
}
