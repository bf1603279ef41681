/** Messages of pages to the server, each validated. Messages of the server are in state/protocol.ts. */
import * as z from 'zod';

const id = z.number().int().min(0);
const name = z.string().min(1).max(500);

export const Query = z.discriminatedUnion('what', [
  z.strictObject({ what: z.literal('decisions'), plan: name }),
  z.strictObject({ what: z.literal('checkpoints'), plan: name }),
  z.strictObject({ what: z.literal('state'), plan: name, checkpoint: name }),
  z.strictObject({ what: z.literal('chart'), machine: name }),
  z.strictObject({ what: z.literal('workers') }),
  z.strictObject({ what: z.literal('conflicts'), plan: name }),
  z.strictObject({ what: z.literal('conflict'), plan: name, conflict: name }),
  z.strictObject({ what: z.literal('diff'), plan: name, from: name.optional(), to: name.optional() }),
]);
export type Query = z.infer<typeof Query>;

export const PageCommand = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('execute'), plan: name }),
  z.strictObject({ do: z.literal('apply'), plan: name }),
  z.strictObject({ do: z.literal('pause'), plan: name }),
  z.strictObject({ do: z.literal('resume'), plan: name }),
  z.strictObject({ do: z.literal('cancel'), plan: name }),
  z.strictObject({ do: z.literal('approve'), plan: name, approval: name }),
  z.strictObject({ do: z.literal('deny'), plan: name, approval: name }),
  z.strictObject({
    do: z.literal('answer'),
    plan: name,
    approval: name,
    text: z.string().min(1).max(10_000),
  }),
  z.strictObject({ do: z.literal('rollback'), plan: name, checkpoint: name, dryRun: z.boolean() }),
  z.strictObject({ do: z.literal('fork'), plan: name, checkpoint: name }),
  z.strictObject({
    do: z.literal('resolve'),
    plan: name,
    conflict: name,
    take: z.enum(['ours', 'theirs', 'base', 'both']),
    hunk: z.number().int().min(1).optional(),
  }),
]);
export type PageCommand = z.infer<typeof PageCommand>;

export const PageMessage = z.discriminatedUnion('type', [
  /** The first message of a connection, with what was received before it was lost. */
  z.strictObject({ type: z.literal('hello'), epoch: z.string().max(100).nullable(), seq: z.number().int().min(0) }),
  z.strictObject({ type: z.literal('ask'), id, about: Query }),
  z.strictObject({ type: z.literal('order'), id, order: PageCommand }),
]);
export type PageMessage = z.infer<typeof PageMessage>;
