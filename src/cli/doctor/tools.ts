import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Fault } from '../../index.ts';
import type { Io } from '../io.ts';
import { examine, type Finding, well } from './finding.ts';

/** The oldest Node the package promises to run on. */
export function nodeFinding(version: string): Promise<Finding> {
  return examine('node', async () => {
    const [major = 0, minor = 0] = version.split('.').map(Number);
    if (major > 20 || (major === 20 && minor >= 19)) return well('node', version);
    const text = `Node ${version} is too old; 20.19 or newer is needed`;
    throw new Fault('PREFLIGHT_FAILED', text, { hints: ['node --version'] });
  });
}

export function gitFinding(env: Io['env']): Promise<Finding> {
  return examine('git', async () => {
    const { stdout } = await promisify(execFile)('git', ['--version'], { env: { PATH: env.PATH } }).catch(cause => {
      throw new Fault('PREFLIGHT_FAILED', 'git is not installed, or not on PATH; 2.38 or newer is needed', {
        hints: ['echo "$PATH"'],
        cause,
      });
    });
    return well('git', checkGit(stdout.trim()));
  });
}

/** `git merge-tree --write-tree`, the merge of record, came with 2.38. */
export function checkGit(said: string): string {
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(said) ?? [];
  if (Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 38)) return said.replace(/^git version /, '');
  throw new Fault('PREFLIGHT_FAILED', `${said} is too old; 2.38 or newer is needed`, { hints: ['git --version'] });
}
