import * as z from 'zod';

/** Where Apply puts the result. */
export const ApplyTarget = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('checkout') }),
  z.strictObject({ kind: z.literal('branch'), branch: z.string().min(1) }),
  z.strictObject({
    kind: z.literal('patch'),
    file: z.string().min(1),
    /** Whether another file may stand there already. @default false */
    overwrite: z.boolean().optional(),
  }),
]);
export type ApplyTarget = z.infer<typeof ApplyTarget>;
