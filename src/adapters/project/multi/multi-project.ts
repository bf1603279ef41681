/**
 * Several projects as one. A tree of a plan on several projects combines the trees of all
 * (`src/model/multi-project-tree.ts`), its paths start with the alias of their project, and every operation runs on
 * each. A plain id belongs to the first project, as if the others did not exist.
 */
import { commandHint } from '../../../model/command-hint.ts';
import { TroupeError } from '../../../model/errors.ts';
import { combinedAlias, isJoinedTree, joinTrees, splitPath, splitTree } from '../../../model/multi-project-tree.ts';
import { Alias } from '../../../model/name.ts';
import type { Project } from '../../../ports/project.ts';
import { applyEach, checkEachTarget } from './apply-each.ts';
import { multiProjectFiles } from './files.ts';
import { multiProjectMerge } from './merge.ts';
import { createMultiProjectSandboxes, projectOfAlias } from './sandboxes.ts';

export interface MultiProjectOptions {
  /** By alias, the first one first. */
  projects: readonly (readonly [alias: string, project: Project])[];
  /** Folder of the link folders. */
  home: string;
}

/** @throws {TroupeError} USAGE when an alias is used twice, or is invalid */
export function createMultiProject({ projects: list, home }: MultiProjectOptions): Project {
  const projects = new Map(list);
  const twice = list.find(
    ([alias], at) => list.findIndex(([other]) => other.toLowerCase() === alias.toLowerCase()) !== at,
  );
  if (twice !== undefined) throw invalidAliasError(twice[0], 'names two projects');
  const odd = list.find(([alias]) => !Alias.safeParse(alias).success || alias === combinedAlias);
  if (odd !== undefined) throw invalidAliasError(odd[0], 'is no alias: a letter, then letters, digits, _ and -');
  const [[, main]] = list as [(typeof list)[0]];
  const all = [...projects.values()];
  const others = all.slice(1);
  const sandboxes = createMultiProjectSandboxes(projects, home);
  const of = (alias: string) => projectOfAlias(projects, alias);
  const merging = multiProjectMerge(of, [main, ...others]);
  const each = async (oid: string, ask: (project: Project, part: string, alias: string) => Promise<void>) => {
    if (!isJoinedTree(oid)) return ask(main, oid, '');
    for (const [alias, part] of Object.entries(splitTree(oid))) await ask(of(alias), part, alias);
  };

  return {
    ...main,
    linked: projects,
    async head(ref, options) {
      if (ref === undefined || !isJoinedTree(ref)) return main.head(ref, options);
      const heads = await Promise.all(
        Object.entries(splitTree(ref)).map(async ([alias, part]) => [alias, await of(alias).head(part)] as const),
      );
      const by = (id: (head: (typeof heads)[0][1]) => string) =>
        joinTrees(Object.fromEntries(heads.map(([alias, head]) => [alias, id(head)])));
      const { root, kind, branch } = await main.head();
      return { root, kind, branch, commit: by(({ commit }) => commit), tree: by(({ tree }) => tree) };
    },
    async fingerprint() {
      const prints = await Promise.all(
        [...projects].map(async ([alias, project]) => [alias, await project.fingerprint()] as const),
      );
      const files = prints.flatMap(([alias, { status }], at) =>
        Object.entries(status).map(([path, state]) => [at === 0 ? path : `${alias}/${path}`, state] as const),
      );
      const by = (what: 'head' | 'index') => prints.map(([, print]) => print[what]).join(' ');
      return { head: by('head'), index: by('index'), status: Object.fromEntries(files) };
    },
    async matchingPaths({ from, to, paths }) {
      const [[first]] = list as [(typeof list)[0]];
      if (!isJoinedTree(to)) return main.matchingPaths({ from, to, paths });
      const before = splitTree(from);
      const found = Object.entries(splitTree(to)).map(async ([alias, part]) => {
        const prefix = alias === first ? '' : `${alias}/`;
        const own = paths.filter(path => path.startsWith(prefix)).map(path => path.slice(prefix.length));
        const same = await of(alias).matchingPaths({ from: before[alias] ?? part, to: part, paths: own });
        return same.map(path => `${prefix}${path}`);
      });
      return (await Promise.all(found)).flat();
    },
    async applyState() {
      const states = await Promise.all(all.map(project => project.applyState()));
      return {
        markers: states.map(({ markers }) => markers).join(' '),
        inProgress: states.some(({ inProgress }) => inProgress),
      };
    },
    spaceFree: async () => Math.min(...(await Promise.all(all.map(project => project.spaceFree())))),
    openSandbox: options => (isJoinedTree(options.tree) ? sandboxes.open(options) : main.openSandbox(options)),
    sandbox: key => (sandboxes.has(key) ? sandboxes.find(key) : main.sandbox(key)),
    provision: options => (sandboxes.has(options.key) ? sandboxes.equip(options) : main.provision(options)),
    async findMissing(options) {
      const lacks = await Promise.all(all.map(project => project.findMissing(options)));
      const everywhere = (what: 'include' | 'link') =>
        options[what].filter(each => lacks.every(lack => lack[what].includes(each)));
      return { include: everywhere('include'), link: everywhere('link') };
    },
    async submodules() {
      const found = await Promise.all(
        [...projects].map(async ([alias, project]) =>
          (await project.submodules()).map(({ path, checkedOut }) => ({ path: `${alias}/${path}`, checkedOut })),
        ),
      );
      return found.flat();
    },
    markProvisioned: (key, before) =>
      sandboxes.has(key) ? sandboxes.equipped(key, before) : main.markProvisioned(key, before),
    materialize: key => (sandboxes.has(key) ? sandboxes.folder(key) : main.materialize(key)),
    filesOf: key => (sandboxes.has(key) ? multiProjectFiles(() => sandboxes.files(key)) : main.filesOf(key)),
    capture: options => (sandboxes.has(options.key) ? sandboxes.capture(options) : main.capture(options)),
    restore: options => (isJoinedTree(options.tree) ? sandboxes.restore(options) : main.restore(options)),
    removeSandbox: options => (sandboxes.has(options.key) ? sandboxes.remove(options) : main.removeSandbox(options)),
    async sandboxes() {
      const found = (await Promise.all(all.map(project => project.sandboxes()))).flat();
      return [...new Map(found.map(sandbox => [sandbox.key, sandbox])).values()];
    },
    async inventory() {
      const found = await Promise.all(all.map(project => project.inventory()));
      return {
        sandboxes: found.flatMap(each => each.sandboxes),
        leftovers: found.flatMap(each => each.leftovers),
        refs: [...new Map(found.flatMap(each => each.refs).map(ref => [ref.name, ref])).values()],
      };
    },
    async removeLeftovers(path) {
      for (const project of all) {
        const { sandboxes: halves, leftovers } = await project.inventory();
        if ([...halves, ...leftovers].some(sandbox => sandbox.path === path)) await project.removeLeftovers(path);
      }
    },
    async measureRefs(names, without) {
      const plain = without.flatMap(oid => (isJoinedTree(oid) ? Object.values(splitTree(oid)) : [oid]));
      let bytes = 0;
      for (const project of all) {
        const refs = new Set((await project.inventory()).refs.map(({ name }) => name));
        bytes += await project.measureRefs(
          names.filter(name => refs.has(name)),
          await project.filterExisting(plain),
        );
      }
      return bytes;
    },
    pin: (name, oid) => each(oid, (project, part) => project.pin(name, part)),
    unpin: async name => {
      for (const project of all) await project.unpin(name);
    },
    unpinAll: async names => {
      for (const project of all) await project.unpinAll(names);
    },
    loosePins: async () => [...new Set((await Promise.all(all.map(project => project.loosePins()))).flat())],
    archivePins: async names => {
      for (const project of all) await project.archivePins(names);
    },
    async filterExisting(oids) {
      const plain = await main.filterExisting(oids.filter(oid => !isJoinedTree(oid)));
      const joined = await Promise.all(
        oids.filter(isJoinedTree).map(async oid => {
          const parts = Object.entries(splitTree(oid));
          const here = await Promise.all(parts.map(([alias, part]) => of(alias).filterExisting([part])));
          return here.every(found => found.length > 0) ? [oid] : [];
        }),
      );
      return [...plain, ...joined.flat()];
    },
    async changes({ alias, from, to }) {
      if (!isJoinedTree(to)) return main.changes({ alias, from, to });
      const before = splitTree(from);
      const files = await Promise.all(
        Object.entries(splitTree(to)).map(async ([name, part]) => {
          const changed = await of(name).changes({ alias: name, from: before[name] ?? part, to: part });
          return changed.files.map(file => ({ ...file, path: `${name}/${file.path}` }));
        }),
      );
      return { alias, baseTree: from, resultTree: to, files: files.flat() };
    },
    async diff({ from, to, paths, ...how }) {
      if (!isJoinedTree(to)) return main.diff({ from, to, ...how, ...(paths && { paths }) });
      const before = splitTree(from);
      const texts: string[] = [];
      for (const [alias, part] of Object.entries(splitTree(to))) {
        const own = paths
          ?.map(splitPath)
          .filter(place => place.alias === alias)
          .map(place => place.path);
        if (own?.length === 0) continue;
        const text = await of(alias).diff({
          from: before[alias] ?? part,
          to: part,
          ...how,
          ...(own && { paths: own }),
        });
        if (text !== '') texts.push(`project ${alias}\n${text}`);
      }
      return texts.join('\n');
    },
    async files(tree) {
      if (!isJoinedTree(tree)) return main.files(tree);
      const lists = Object.entries(splitTree(tree)).map(async ([alias, part]) =>
        (await of(alias).files(part)).map(path => `${alias}/${path}`),
      );
      return (await Promise.all(lists)).flat();
    },
    async size(tree) {
      let bytes = 0;
      await each(tree, async (project, part) => {
        bytes += await project.size(part);
      });
      return bytes;
    },
    async read(tree, path) {
      if (!isJoinedTree(tree)) return main.read(tree, path);
      const place = splitPath(path);
      const part = splitTree(tree)[place.alias];
      return part === undefined ? null : of(place.alias).read(part, place.path);
    },
    async apply(options) {
      return isJoinedTree(options.base) ? applyEach(of, options) : main.apply(options);
    },
    async checkTarget(options) {
      return isJoinedTree(options.base) ? checkEachTarget(of, options) : main.checkTarget(options);
    },
    ...merging,
    async close() {
      for (const project of all) await project.close();
    },
  };
}

function invalidAliasError(alias: string, why: string): TroupeError {
  return new TroupeError('USAGE', `The alias "${alias}" ${why}`, {
    where: alias,
    hints: [commandHint('help plan use')],
  });
}
