import type { ProjectMerges } from '../../../ports/project-merges.ts';
import type { ProjectTrees } from '../../../ports/project-trees.ts';
import { applyResolution, type Blobs, inspectConflict, unresolvedReason } from './conflicts.ts';
import { type DefineMethod, type ProjectParts, readContent } from './project-parts.ts';
import { changeSet, editTree, listFiles, unifiedDiff, writeBlob } from './trees.ts';

/** The methods of a project about its trees and blobs. */
export function createProjectTrees(define: DefineMethod): ProjectTrees {
  return {
    changes: define(({ ground }, options) => changeSet(ground, options)),
    diff: define(({ ground }, options) => unifiedDiff(ground.objects, options)),
    files: define(({ ground }, tree) => listFiles(ground.objects, tree)),
    size: define(({ sizeOfTree }, tree) => sizeOfTree(tree)),
    read: define(({ blobs }, tree, path) => blobs.read(`${tree}:${path}`)),
    blob: define(({ blobs }, oid) => readContent(blobs, oid)),
    writeBlob: define(({ ground }, content) => writeBlob(ground.objects, content)),
    writeTree: define(({ ground }, base, edits) => editTree(ground, base, edits)),
  };
}

/** The methods of a project that merge trees and resolve conflicts. */
export function createProjectMerges(define: DefineMethod): ProjectMerges {
  return {
    mergeTrees: define(({ merger }, options) => merger.merge(options)),
    mergeDisjoint: define(({ merger }, options) => merger.mergeDisjoint(options)),
    inspectConflict: define((parts, conflict) => inspectConflict(blobsOf(parts), conflict)),
    unresolvedReason: define(async (parts, { conflict, tree }) => {
      const content = await parts.blobs.read(`${tree}:${conflict.path}`);
      return content === null ? null : unresolvedReason(blobsOf(parts), conflict, content);
    }),
    resolve: define(async (parts, { tree, conflict, resolution }) =>
      editTree(parts.ground, tree, [await applyResolution(blobsOf(parts), conflict, resolution)]),
    ),
  };
}

function blobsOf({ blobs, ground, thread }: ProjectParts): Blobs {
  return { thread, read: oid => readContent(blobs, oid), write: content => writeBlob(ground.objects, content) };
}
