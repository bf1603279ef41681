import { isJoinedTree, joinTrees, splitTree } from '../../../model/multi-project-tree.ts';
import type { Project } from '../../../ports/project.ts';
import type { LinkedProjects } from './linked-projects.ts';

type CheckoutMethods = Pick<
  Project,
  'head' | 'fingerprint' | 'applyState' | 'spaceFree' | 'findMissing' | 'submodules'
>;

/** The user's checkouts of all projects, seen as one. */
export function multiProjectCheckouts({ main, all, of, projects }: LinkedProjects): CheckoutMethods {
  return {
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
    async applyState() {
      const states = await Promise.all(all.map(project => project.applyState()));
      return {
        markers: states.map(({ markers }) => markers).join(' '),
        inProgress: states.some(({ inProgress }) => inProgress),
      };
    },
    spaceFree: async () => Math.min(...(await Promise.all(all.map(project => project.spaceFree())))),
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
  };
}
