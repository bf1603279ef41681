/**
 * Several projects as one. A tree of a plan on several is the trees of all, joined (`src/model/trees.ts`), its paths begin with
 * the alias of the project they are in, and whatever is asked of it is asked of each. A plain id is of the first project,
 * as if the others were not there.
 */
import { Fault } from '../../model/fault.ts';
import { Alias } from '../../model/name.ts';
import { aliasOfAll, isJoined, joined, partsOf, placeOf } from '../../model/trees.ts';
import type { Project } from '../../ports/project.ts';
import { landEach, outlookOfEach } from './land-each.ts';
import { linkedFiles } from './linked-files.ts';
import { linkedMerging } from './linked-merging.ts';
import { linkedSandboxes, memberOf } from './linked-sandboxes.ts';

export interface LinkedOptions {
  /** By alias, the first of them first. */
  projects: readonly (readonly [alias: string, project: Project])[];
  /** Where folders of links are kept. */
  home: string;
}

/** @throws {Fault} USAGE when an alias is given twice, or is none */
export function linkedProject({ projects: list, home }: LinkedOptions): Project {
  const projects = new Map(list);
  const twice = list.find(
    ([alias], at) => list.findIndex(([other]) => other.toLowerCase() === alias.toLowerCase()) !== at,
  );
  if (twice !== undefined) throw misnamed(twice[0], 'names two projects');
  const odd = list.find(([alias]) => !Alias.safeParse(alias).success || alias === aliasOfAll);
  if (odd !== undefined) throw misnamed(odd[0], 'is no alias: a letter, then letters, digits, _ and -');
  const [[, main]] = list as [(typeof list)[0]];
  const all = [...projects.values()];
  const others = all.slice(1);
  const sandboxes = linkedSandboxes(projects, home);
  const of = (alias: string) => memberOf(projects, alias);
  const merging = linkedMerging(of, [main, ...others]);
  const each = async (oid: string, ask: (project: Project, part: string, alias: string) => Promise<void>) => {
    if (!isJoined(oid)) return ask(main, oid, '');
    for (const [alias, part] of Object.entries(partsOf(oid))) await ask(of(alias), part, alias);
  };

  return {
    ...main,
    linked: projects,
    async head(ref, options) {
      if (ref === undefined || !isJoined(ref)) return main.head(ref, options);
      const heads = await Promise.all(
        Object.entries(partsOf(ref)).map(async ([alias, part]) => [alias, await of(alias).head(part)] as const),
      );
      const by = (id: (head: (typeof heads)[0][1]) => string) =>
        joined(Object.fromEntries(heads.map(([alias, head]) => [alias, id(head)])));
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
    async alike({ from, to, paths }) {
      const [[first]] = list as [(typeof list)[0]];
      if (!isJoined(to)) return main.alike({ from, to, paths });
      const before = partsOf(from);
      const found = Object.entries(partsOf(to)).map(async ([alias, part]) => {
        const prefix = alias === first ? '' : `${alias}/`;
        const own = paths.filter(path => path.startsWith(prefix)).map(path => path.slice(prefix.length));
        const same = await of(alias).alike({ from: before[alias] ?? part, to: part, paths: own });
        return same.map(path => `${prefix}${path}`);
      });
      return (await Promise.all(found)).flat();
    },
    async landings() {
      const told = await Promise.all(all.map(project => project.landings()));
      return { marks: told.map(({ marks }) => marks).join(' '), underWay: told.some(({ underWay }) => underWay) };
    },
    spaceFree: async () => Math.min(...(await Promise.all(all.map(project => project.spaceFree())))),
    openSandbox: options => (isJoined(options.tree) ? sandboxes.open(options) : main.openSandbox(options)),
    sandbox: key => (sandboxes.has(key) ? sandboxes.find(key) : main.sandbox(key)),
    equip: options => (sandboxes.has(options.key) ? sandboxes.equip(options) : main.equip(options)),
    async lacking(options) {
      const lacks = await Promise.all(all.map(project => project.lacking(options)));
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
    equipped: (key, before) => (sandboxes.has(key) ? sandboxes.equipped(key, before) : main.equipped(key, before)),
    folder: key => (sandboxes.has(key) ? sandboxes.folder(key) : main.folder(key)),
    filesOf: key => (sandboxes.has(key) ? linkedFiles(() => sandboxes.files(key)) : main.filesOf(key)),
    capture: options => (sandboxes.has(options.key) ? sandboxes.capture(options) : main.capture(options)),
    restore: options => (isJoined(options.tree) ? sandboxes.restore(options) : main.restore(options)),
    removeSandbox: options => (sandboxes.has(options.key) ? sandboxes.remove(options) : main.removeSandbox(options)),
    async sandboxes() {
      const found = (await Promise.all(all.map(project => project.sandboxes()))).flat();
      return [...new Map(found.map(sandbox => [sandbox.key, sandbox])).values()];
    },
    async inventory() {
      const found = await Promise.all(all.map(project => project.inventory()));
      return {
        sandboxes: found.flatMap(each => each.sandboxes),
        litter: found.flatMap(each => each.litter),
        refs: [...new Map(found.flatMap(each => each.refs).map(ref => [ref.name, ref])).values()],
      };
    },
    async clearSandbox(path) {
      for (const project of all) {
        const { sandboxes: halves, litter } = await project.inventory();
        if ([...halves, ...litter].some(sandbox => sandbox.path === path)) await project.clearSandbox(path);
      }
    },
    async weigh(names, without) {
      const plain = without.flatMap(oid => (isJoined(oid) ? Object.values(partsOf(oid)) : [oid]));
      let bytes = 0;
      for (const project of all) {
        const refs = new Set((await project.inventory()).refs.map(({ name }) => name));
        bytes += await project.weigh(
          names.filter(name => refs.has(name)),
          await project.existing(plain),
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
    async existing(oids) {
      const plain = await main.existing(oids.filter(oid => !isJoined(oid)));
      const joined = await Promise.all(
        oids.filter(isJoined).map(async oid => {
          const parts = Object.entries(partsOf(oid));
          const here = await Promise.all(parts.map(([alias, part]) => of(alias).existing([part])));
          return here.every(found => found.length > 0) ? [oid] : [];
        }),
      );
      return [...plain, ...joined.flat()];
    },
    async changes({ alias, from, to }) {
      if (!isJoined(to)) return main.changes({ alias, from, to });
      const before = partsOf(from);
      const files = await Promise.all(
        Object.entries(partsOf(to)).map(async ([name, part]) => {
          const changed = await of(name).changes({ alias: name, from: before[name] ?? part, to: part });
          return changed.files.map(file => ({ ...file, path: `${name}/${file.path}` }));
        }),
      );
      return { alias, baseTree: from, resultTree: to, files: files.flat() };
    },
    async diff({ from, to, paths, ...how }) {
      if (!isJoined(to)) return main.diff({ from, to, ...how, ...(paths && { paths }) });
      const before = partsOf(from);
      const texts: string[] = [];
      for (const [alias, part] of Object.entries(partsOf(to))) {
        const own = paths
          ?.map(placeOf)
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
      if (!isJoined(tree)) return main.files(tree);
      const lists = Object.entries(partsOf(tree)).map(async ([alias, part]) =>
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
      if (!isJoined(tree)) return main.read(tree, path);
      const place = placeOf(path);
      const part = partsOf(tree)[place.alias];
      return part === undefined ? null : of(place.alias).read(part, place.path);
    },
    async land(options) {
      return isJoined(options.base) ? landEach(of, options) : main.land(options);
    },
    async outlook(options) {
      return isJoined(options.base) ? outlookOfEach(of, options) : main.outlook(options);
    },
    ...merging,
    async close() {
      for (const project of all) await project.close();
    },
  };
}

function misnamed(alias: string, why: string): Fault {
  return new Fault('USAGE', `The alias "${alias}" ${why}`, { where: alias, hints: ['troupe help plan use'] });
}
