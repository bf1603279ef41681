/** The lines of an export, in this order: one `plan`, `row`s, `files`, one `end`. Each also carries its number and a hash. */
import * as z from 'zod';
import { Id } from './id.ts';

/** Bumped when a line changes its meaning. */
export const exportFormat = 1;

const oid = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

export const ExportHeader = z.strictObject({
  type: z.literal('plan'),
  format: z.number().int(),
  /** The version of the rows (src/runtime/records/migrations.ts). */
  records: z.number().int(),
  planId: Id,
  /** The plan and all below it. */
  planIds: z.array(Id).min(1),
  description: z.string(),
  exportedAt: z.string(),
  /** The project's folder where it was exported. */
  root: z.string(),
  /** Commits of the user's that the files build on and that are not in the export. */
  needs: z.array(oid),
  /** Names below `refs/troupe/` and what they hold; none when the files were left out. */
  refs: z.array(z.strictObject({ name: z.string().regex(/^(plans|checkpoints)\/[\w./-]+$/), oid })),
});
export type ExportHeader = z.infer<typeof ExportHeader>;

export const ExportLine = z.discriminatedUnion('type', [
  ExportHeader,
  /** One row of the store, secrets taken out. */
  z.strictObject({ type: z.literal('row'), key: z.string(), value: z.unknown() }),
  /** A piece of a git pack. */
  z.strictObject({ type: z.literal('files'), base64: z.string() }),
  z.strictObject({ type: z.literal('end'), rows: z.number().int(), redacted: z.array(z.string()) }),
]);
export type ExportLine = z.infer<typeof ExportLine>;

export interface ExportOptions {
  /** With what git holds: trees of checkpoints and results. Files are exported as they are, secrets included. @default true */
  files?: boolean;
}

export interface ImportReport {
  planId: string;
  /** The plan and all below it. */
  planIds: string[];
  rows: number;
  /** Whether its files came with it: without them there are decisions and events, and no diffs. */
  files: boolean;
}
