import { join } from 'node:path';
import type { GitOptions } from '../project/git/git.ts';
import type { ProjectRepository } from '../project/git/repository.ts';
import { readLine } from '../project/git/repository.ts';

/** Returns the rules for ignored files that apply in the project and are in no tree: those of the repository and of its user. */
export async function readIgnoreRules(
  { objects, commonDir }: ProjectRepository,
  env: GitOptions['env'],
): Promise<string> {
  const { stdout } = await objects.tryRun(['config', '--type=path', '--get', 'core.excludesFile']);
  const ofUser =
    stdout.toString().trimEnd() || join(env.XDG_CONFIG_HOME || join(env.HOME ?? '', '.config'), 'git', 'ignore');
  const files = [ofUser, join(commonDir, 'info', 'exclude')];
  const texts = await Promise.all(files.map(readLine));
  const rules = texts.flatMap(text => (text ?? '').split(/\r?\n/)).filter(line => line !== '' && !line.startsWith('#'));
  return rules.map(line => `${line}\n`).join('');
}
