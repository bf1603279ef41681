import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { Invariant } from '../../model/invariant.ts';
import { shellQuote } from '../../model/shell-quote.ts';
import type { GlobalInvariantStore } from '../../ports/global-invariants.ts';
import { folderMode } from '../fs/owner-only.ts';
import { writeFileAtomic } from '../fs/write-file-atomic.ts';

/**
 * Stores global invariants in a folder, one YAML file each: two programs that add at the same time lose nothing, and
 * you can read and edit the files. Files are written atomically.
 */
export function globalInvariantFolder(folder: string): GlobalInvariantStore {
  const home = join(folder, 'invariants');
  const fileOf = (invariantId: string) => join(home, `${invariantId}.yaml`);
  return {
    async invariants() {
      const names = await readdir(home).catch((thrown: NodeJS.ErrnoException) => {
        if (thrown.code === 'ENOENT') return [];
        throw thrown;
      });
      const files = names.filter(name => name.endsWith('.yaml')).sort();
      return Promise.all(files.map(name => read(join(home, name))));
    },
    async save(invariant) {
      const { stringify } = await import('../../libraries/yaml.ts');
      await mkdir(home, { recursive: true, mode: folderMode });
      await writeFileAtomic(fileOf(invariant.invariantId), stringify(invariant));
    },
    remove: invariantId => rm(fileOf(invariantId), { force: true }),
  };
}

async function read(file: string): Promise<Invariant> {
  const [{ parse }, { Invariant }, text] = await Promise.all([
    import('../../libraries/yaml.ts'),
    import('../../model/invariant.ts'),
    readFile(file, 'utf8'),
  ]);
  try {
    return Invariant.parse(parse(text));
  } catch (cause) {
    throw new TroupeError('INVALID_INVARIANT', 'This is no invariant as troupe invariant add writes it', {
      where: file,
      hints: [`rm ${shellQuote(file)}`, commandHint('help invariant add')],
      cause,
    });
  }
}
