import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, test } from 'vitest';
import { directoryProject } from '../../../../src/git.ts';
import { projectSuite } from '../../../../src/testing/project-suite.ts';
import { createTempFolder, gitEnvironment } from '../git/git-fixture.ts';

async function newDirectory(files: Record<string, string>) {
  const home = createTempFolder();
  const root = join(home, 'project');
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  const project = directoryProject(root, { env: gitEnvironment(home), sandboxes: join(home, 'w') });
  return { project, root, home, dispose: () => rm(home, { recursive: true, force: true }) };
}

describe('a directory without git', () => {
  projectSuite({ test, open: newDirectory });
});
