import { isJoinedTree, splitTree } from '../../../model/multi-project-tree.ts';
import type { Project } from '../../../ports/project.ts';
import type { LinkedProjects } from './linked-projects.ts';

type RefMethods = Pick<
  Project,
  'inventory' | 'removeLeftovers' | 'measureRefs' | 'pin' | 'unpin' | 'unpinAll' | 'loosePins' | 'archivePins'
>;

/** The refs, sandboxes and leftovers of Troupe in all projects. */
export function multiProjectRefs({ all, each }: LinkedProjects): RefMethods {
  return {
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
  };
}
