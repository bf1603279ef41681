import * as z from 'zod';

/** Schemas of the data of commands for the store's owner and the inspector. */
export const ownerSchemas: Readonly<Record<string, z.ZodType>> = {
  'owner status': z.strictObject({
    owner: z
      .strictObject({ pid: z.number(), command: z.string(), started: z.string(), socket: z.string().nullable() })
      .nullable(),
  }),
  'owner start': z.strictObject({
    owner: z.strictObject({ pid: z.number(), command: z.string(), started: z.string() }),
  }),
  inspect: z.strictObject({ address: z.string().nullable(), report: z.string().nullable() }),
  mcp: z.strictObject({ served: z.boolean() }),
  'owner stop': z.strictObject({ stopped: z.number().nullable() }),
  'owner serve': z.strictObject({ served: z.boolean(), pid: z.number() }),
};
