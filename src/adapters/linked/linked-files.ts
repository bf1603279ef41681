import { Fault } from '../../model/fault.ts';
import { placeOf } from '../../model/trees.ts';
import type { FilePlace, Files } from '../../ports/files.ts';

/** The files of several projects under one roof: each below its alias, and nothing beside them. */
export function linkedFiles(filesOf: () => Promise<ReadonlyMap<string, Files>>): Files {
  return {
    async at(path, options) {
      const projects = await filesOf();
      const wanted = path.replace(/^(\.\/)+/, '').replace(/\/+$/, '');
      if (wanted === '' || wanted === '.') return roof(projects);
      const { alias, path: within } = placeOf(wanted);
      const files = projects.get(alias);
      if (files === undefined) throw refused(path, [...projects.keys()]);
      return below(alias, await files.at(within, options));
    },
  };
}

/** A place of a project, by its path under the roof. */
function below(alias: string, place: FilePlace): FilePlace {
  const path = place.path === '.' ? alias : `${alias}/${place.path}`;
  const isRoot = place.path === '.';
  return {
    path,
    kind: place.kind,
    bytes: () => place.bytes(),
    read: piece => place.read(piece),
    write: (content, options) => (isRoot ? Promise.reject(unwritable(path)) : place.write(content, options)),
    remove: () => (isRoot ? Promise.reject(unwritable(path)) : place.remove()),
    entries: async () => (await place.entries()).map(entry => below(alias, entry)),
  };
}

function roof(projects: ReadonlyMap<string, Files>): FilePlace {
  const noFile = () => Promise.reject(unwritable('.'));
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

function refused(path: string, aliases: readonly string[]): Fault {
  return new Fault('TOOL_REFUSED', `${path} is in none of the projects of this plan: ${aliases.join(', ')}`, {
    where: path,
    hints: ['troupe plan logs'],
  });
}

function unwritable(path: string): Fault {
  return new Fault('TOOL_REFUSED', `${path} is a project, not a file`, { where: path, hints: ['troupe plan logs'] });
}
