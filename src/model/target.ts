import * as z from 'zod';

/** Where Apply puts the result. */
export const ApplyTarget = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('checkout'),
    /** The folder of one of the repository's checkouts. @default the one the plan was made in */
    root: z.string().min(1).optional(),
    /** The branch that must be checked out there. @default the one that was when the plan was made */
    branch: z.string().min(1).optional(),
  }),
  z.strictObject({ kind: z.literal('branch'), branch: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('patch'),
    file: z.string().min(1),
    /** Whether another file may stand there already. @default false */
    overwrite: z.boolean().optional(),
  }),
]);
export type ApplyTarget = z.infer<typeof ApplyTarget>;
