/** The lines of an export, in this order: one `plan`, `row`s, `files`, one `end`. Each line also has its number and a hash. */
import * as z from 'zod';
import { Id } from './id.ts';

/** Incremented when the meaning of a line changes. */
export const exportFormat = 1;

const oid = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);

/** The first line of an export. */
export const ExportHeader = z.strictObject({
  type: z.literal('plan'),
  format: z.number().int(),
  /** The version of the rows (src/runtime/records/migrations.ts). */
  records: z.number().int(),
  planId: Id,
  /** The plan and its subplans. */
  planIds: z.array(Id).min(1),
  description: z.string(),
  exportedAt: z.string(),
  /** The project's folder on the exporting machine. */
  root: z.string(),
  /** Your commits that the files build on and that the export does not contain. */
  needs: z.array(oid),
  /** Names below `refs/troupe/` and their objects; empty when the files were omitted. */
  refs: z.array(z.strictObject({ name: z.string().regex(/^(plans|checkpoints)\/[\w./-]+$/), oid })),
});
export type ExportHeader = z.infer<typeof ExportHeader>;

/** One line of an export. */
export const ExportLine = z.discriminatedUnion('type', [
  ExportHeader,
  /** One row of the store, without secrets. */
  z.strictObject({ type: z.literal('row'), key: z.string(), value: z.unknown() }),
  /** A piece of a git pack. */
  z.strictObject({ type: z.literal('files'), base64: z.string() }),
  z.strictObject({ type: z.literal('end'), rows: z.number().int(), redacted: z.array(z.string()) }),
]);
export type ExportLine = z.infer<typeof ExportLine>;

/** Options of `Plan.export`. */
export interface ExportOptions {
  /** Include the trees of checkpoints and results. Files are exported unchanged, secrets included. @default true */
  files?: boolean;
}

/** The result of `Troupe.import`. */
export interface ImportReport {
  planId: string;
  /** The plan and its subplans. */
  planIds: string[];
  rows: number;
  /** Whether the files are included: without them there are decisions and events, but no diffs. */
  files: boolean;
}
