import { bytesText } from '../measure.ts';
import { findPlace } from '../place.ts';
import { count } from '../progress/sentence.ts';
import type { Context } from '../verb.ts';
import { examine, type Finding, note, well } from './finding.ts';

/** Below this a few sandboxes and a build may fill the disk. */
const littleBytes = 1e9;

export function projectFinding({ io, globals }: Context): Promise<Finding> {
  return examine('project', async () => {
    const place = await findPlace({ ...globals, env: io.env });
    const { directoryProject, gitProject } = await import('../../git.ts');
    const opened = (place.kind === 'git' ? gitProject : directoryProject)(place.root, { env: io.env });
    try {
      const { branch, commit } = await opened.head();
      const sandboxes = await opened.sandboxes();
      const free = await opened.spaceFree();
      const text = [
        `${place.kind} ${place.root}`,
        branch === null ? `detached at ${commit.slice(0, 8)}` : `branch ${branch}`,
        count(sandboxes.length, 'sandbox', 'sandboxes'),
        `${bytesText(free)} free`,
      ].join(' · ');
      const absent = (await opened.submodules()).filter(({ checkedOut }) => !checkedOut).map(({ path }) => path);
      return absent.length === 0 ? roomFinding(text, free) : submoduleFinding(text, absent);
    } finally {
      await opened.close();
    }
  });
}

function submoduleFinding(text: string, paths: readonly string[]): Finding {
  const which = paths.length === 1 ? 'the submodule' : 'the submodules';
  return note('project', `${text}: ${which} ${paths.join(', ')} not checked out`, ['git submodule update --init']);
}

/** @param bytes free where sandboxes live */
export function roomFinding(text: string, bytes: number): Finding {
  if (bytes >= littleBytes) return well('project', text);
  return note('project', `${text}: little room`, ['troupe gc']);
}
