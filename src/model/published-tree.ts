import * as z from 'zod';

const objectId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);

/** Plain JSON that an owner sends to a worker with the work, and a worker returns with the result. */
export const publishedTreeSchema = z.strictObject({
  /** The full name of the ref in the exchange. */
  ref: z.string().regex(/^refs\/troupe-exchange\/[\w-]+\/\d{8}\/[0-9a-f]{32}\/[\w-]+$/),
  /** The commit to which the ref points. It only says which objects the other side has already. */
  commit: objectId,
  /** The tree with the files. */
  tree: objectId,
  /** The kind of the owner's project. In a `directory`, no attributes of git apply to its files. */
  kind: z.enum(['git', 'directory']),
  /** Rules for ignored files that are not in the tree, such as those of the owner's `.git/info/exclude`. */
  ignore: z.string(),
});

/** A tree in the exchange. */
export type PublishedTree = z.infer<typeof publishedTreeSchema>;
