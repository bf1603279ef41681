import * as z from 'zod';

/** One file that differs between two trees. Hashes are git blob ids; null where the file does not exist. */
export const FileChange = z.strictObject({
  path: z.string(),
  operation: z.enum(['added', 'modified', 'deleted']),
  before: z.string().nullable(),
  after: z.string().nullable(),
  /** Git file mode after the change (before it, when deleted): 100644, 100755, 120000. */
  mode: z.string(),
});
export type FileChange = z.infer<typeof FileChange>;

/** The changes in a sandbox, read from its actual tree. */
export const ChangeSet = z.strictObject({
  alias: z.string(),
  baseTree: z.string(),
  resultTree: z.string(),
  files: z.array(FileChange),
});
export type ChangeSet = z.infer<typeof ChangeSet>;
