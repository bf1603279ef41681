import { join } from 'node:path';
import type { Git } from '../project/git/git.ts';
import { type ProjectRepository, readLine } from '../project/git/repository.ts';

const named = /(?:^|\s)filter=(\S+)/g;

/** Returns the filters that the settings of git define. */
export async function definedFilters(objects: Git): Promise<Set<string>> {
  const words = ['config', '--name-only', '-z', '--get-regexp', '^filter\\..*\\.(clean|smudge|process|required)$'];
  const { stdout } = await objects.tryRun(words);
  const keys = stdout.toString().split('\0').filter(Boolean);
  return new Set(keys.map(key => key.slice('filter.'.length, key.lastIndexOf('.'))));
}

/** Returns a function that finds the filters of this machine through which files of a tree go, such as `lfs`. */
export function createFilterFinder({
  objects,
  commonDir,
}: Pick<ProjectRepository, 'objects' | 'commonDir'>): (treeOf: () => Promise<string>) => Promise<string[]> {
  const defined = definedFilters(objects);
  defined.catch(() => undefined);
  const known = new Map<string, Promise<string[]>>();
  const find = async (tree: string, filters: ReadonlySet<string>) => {
    const words = ['grep', '-h', '-I', '-E', 'filter=', tree, '--', ':(glob)**/.gitattributes'];
    const [inTree, own] = await Promise.all([
      objects.tryRun(words),
      readLine(join(commonDir, 'info', 'attributes')).then(text => text ?? ''),
    ]);
    const names = [...`${inTree.stdout.toString()}\n${own}`.matchAll(named)].map(([, name = '']) => name);
    return [...new Set(names)].filter(name => filters.has(name));
  };
  return async treeOf => {
    const filters = await defined;
    if (filters.size === 0) return [];
    const tree = await treeOf();
    const finding = known.get(tree) ?? find(tree, filters);
    known.set(tree, finding);
    finding.catch(() => known.delete(tree));
    return finding;
  };
}
