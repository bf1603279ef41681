import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TroupeError } from '../../model/errors.ts';
import type { ProjectRepository } from '../project/git/repository.ts';

/** Whether it is a path, and no URL with a scheme or of the form `host:path`; a drive of Windows is part of a path. */
export const isPath = (url: string) => !/^[a-z][a-z\d+.-]*:\/\//i.test(url) && !/^(?!\w:[\\/])[^/\\]+:/.test(url);

/** Returns a path as an absolute one, and other URLs as they are. */
export const resolveExchangeUrl = (url: string): string => (isPath(url) ? resolve(url) : url);

/** Returns the URL without name and password. */
export const publicUrl = (url: string) => url.replace(/^([a-z][a-z\d+.-]*:\/\/)[^/@]*@/i, '$1');

/**
 * The trees in an exchange are commits: `git log --all` in your repository would show them.
 * @throws {TroupeError} USAGE when the exchange is the repository of the project
 */
export async function assertSeparate(url: string, { objects, commonDir }: ProjectRepository): Promise<void> {
  const path = /^file:\/\//i.test(url) ? fileURLToPath(url) : url;
  if (!existsSync(path)) return;
  const gitDir = existsSync(join(path, '.git')) ? join(path, '.git') : path;
  const { stdout } = await objects
    .at({ cwd: path, gitDir })
    .tryRun(['rev-parse', '--path-format=absolute', '--git-common-dir']);
  const found = stdout.toString().trimEnd();
  if (found === '' || realpathSync(found) !== realpathSync(commonDir)) return;
  throw new TroupeError('USAGE', 'The exchange must not be the repository of the project', {
    where: publicUrl(url),
    hints: ['git init --bare ../exchange.git'],
  });
}
