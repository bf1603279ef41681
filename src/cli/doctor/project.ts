import { commandHint } from '../../index.ts';
import { formatBytes, pluralize } from '../../presentation/units.ts';
import type { CommandContext } from '../command.ts';
import { locateProject } from '../project/project-location.ts';
import { type HealthCheck, ok, runCheck, warning } from './check.ts';

/** Below this, a few sandboxes and a build may fill the disk. */
const freeBytesMin = 1e9;

export function checkProject({ io, globals }: CommandContext): Promise<HealthCheck> {
  return runCheck('project', async () => {
    const place = await locateProject({ ...globals, env: io.env });
    const { directoryProject, gitProject } = await import('../../git.ts');
    const opened = (place.kind === 'git' ? gitProject : directoryProject)(place.root, { env: io.env });
    try {
      const { branch, commit } = await opened.head();
      const sandboxes = await opened.sandboxes();
      const free = await opened.spaceFree();
      const text = [
        `${place.kind} ${place.root}`,
        branch === null ? `detached at ${commit.slice(0, 8)}` : `branch ${branch}`,
        pluralize(sandboxes.length, 'sandbox', 'sandboxes'),
        `${formatBytes(free)} free`,
      ].join(' · ');
      const absent = (await opened.submodules()).filter(({ checkedOut }) => !checkedOut).map(({ path }) => path);
      return absent.length === 0 ? checkFreeSpace(text, free) : submoduleFinding(text, absent);
    } finally {
      await opened.close();
    }
  });
}

function submoduleFinding(text: string, paths: readonly string[]): HealthCheck {
  const which = paths.length === 1 ? 'the submodule' : 'the submodules';
  return warning('project', `${text}: ${which} ${paths.join(', ')} not checked out`, ['git submodule update --init']);
}

/** @param bytes free where sandboxes are stored */
export function checkFreeSpace(text: string, bytes: number): HealthCheck {
  if (bytes >= freeBytesMin) return ok('project', text);
  return warning('project', `${text}: little room`, [commandHint('gc')]);
}
