import * as z from 'zod';

/** Where Apply puts the result. */
export const ApplyTarget = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('checkout'),
    /** The folder of one of the repository's checkouts. @default the one where the plan was created */
    root: z.string().min(1).optional(),
    /** The branch that must be checked out there. @default the branch at the plan's creation */
    branch: z.string().min(1).optional(),
  }),
  z.strictObject({ kind: z.literal('branch'), branch: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('patch'),
    file: z.string().min(1),
    /** Whether to overwrite an existing file. @default false */
    overwrite: z.boolean().optional(),
  }),
]);
export type ApplyTarget = z.infer<typeof ApplyTarget>;
