import { commandHint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import { splitPath } from '../../../model/multi-project-tree.ts';
import type { Files, SandboxFile } from '../../../ports/files.ts';

/** The files of several projects in one view: each below its alias, and nothing else. */
export function multiProjectFiles(filesOf: () => Promise<ReadonlyMap<string, Files>>): Files {
  return {
    async at(path, options) {
      const projects = await filesOf();
      const wanted = path.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
      if (wanted === '' || wanted === '.') return rootFolder(projects);
      const { alias, path: within } = splitPath(wanted);
      const files = projects.get(alias);
      if (files === undefined) throw noProjectError(path, [...projects.keys()]);
      return below(alias, await files.at(within, options));
    },
  };
}

/** A file of a project, by its path in the combined view. */
function below(alias: string, place: SandboxFile): SandboxFile {
  const path = place.path === '.' ? alias : `${alias}/${place.path}`;
  const isRoot = place.path === '.';
  return {
    path,
    kind: place.kind,
    bytes: () => place.bytes(),
    read: piece => place.read(piece),
    write: (content, options) => (isRoot ? Promise.reject(readOnlyRootError(path)) : place.write(content, options)),
    remove: () => (isRoot ? Promise.reject(readOnlyRootError(path)) : place.remove()),
    entries: async () => (await place.entries()).map(entry => below(alias, entry)),
  };
}

function rootFolder(projects: ReadonlyMap<string, Files>): SandboxFile {
  const noFile = () => Promise.reject(readOnlyRootError('.'));
  return {
    path: '.',
    kind: 'folder',
    bytes: noFile,
    read: noFile,
    write: noFile,
    remove: noFile,
    entries: () => Promise.all([...projects].map(async ([alias, files]) => below(alias, await files.at('.')))),
  };
}

function noProjectError(path: string, aliases: readonly string[]): TroupeError {
  return new TroupeError('TOOL_REFUSED', `${path} is in none of the projects of this plan: ${aliases.join(', ')}`, {
    where: path,
    hints: [commandHint('plan logs')],
  });
}

function readOnlyRootError(path: string): TroupeError {
  return new TroupeError('TOOL_REFUSED', `${path} is a project, not a file`, {
    where: path,
    hints: [commandHint('plan logs')],
  });
}
