import { expect, test } from 'vitest';
import { openGitRepository } from '../../../../../src/adapters/project/git/repository.ts';
import { openCheckoutFilters } from '../../../../../src/adapters/project/git/tree/checkout-filters.ts';
import { createOverlay } from '../../../../../src/adapters/project/git/tree/overlay.ts';
import { gitEnvironment, withGitFixture } from '../git-fixture.ts';

const content = Buffer.from('text\n');
const long = 'x'.repeat(256);

test.each<[string, string[], Record<string, string>, string, { reads: boolean; captures: boolean }]>([
  ['nothing is set', [], {}, 'new', { reads: true, captures: true }],
  ['line ends are converted', ['core.autocrlf', 'true'], {}, 'new', { reads: false, captures: false }],
  ['links are plain files', ['core.symlinks', 'false'], {}, 'new', { reads: false, captures: false }],
  [
    'an attribute has a quoted pattern',
    [],
    { '.gitattributes': '"a b" ident\n' },
    'new',
    { reads: false, captures: false },
  ],
  [
    'an attribute changes nothing',
    [],
    { '.gitattributes': '*.md diff=markdown\n' },
    'new',
    { reads: true, captures: true },
  ],
  ['the name is longer than a file system allows', [], {}, long, { reads: true, captures: false }],
  ['it is ignored', [], { '.gitignore': 'ne?\n' }, 'new', { reads: true, captures: false }],
])('A folder shows and captures a file as the tree has it, or not, when %s', async (_, setting, files, path, expected) => {
  await withGitFixture(
    async ({ root, home, git }) => {
      if (setting.length > 0) await git('config', ...setting);
      const ground = await openGitRepository(root, { env: gitEnvironment(home) });
      const overlay = createOverlay(ground.database, await git('rev-parse', 'HEAD^{tree}'));
      for (const env of [gitEnvironment(home), {}]) {
        const filters = openCheckoutFilters(ground, env);
        const reads = await filters.readsUnchanged(overlay, [path]);
        expect({ reads, captures: await filters.capturesUnchanged(overlay, [path], content) }).toEqual(expected);
      }
      await ground.database.close();
    },
    { 'a.txt': 'a\n', ...files },
  )();
});
