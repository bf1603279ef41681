import * as z from 'zod';

/** What the commands about agents put into the envelope's `data`. */
export const agentSchemas = {
  'agent list': z.strictObject({
    agents: z.array(
      z.strictObject({
        name: z.string(),
        title: z.string(),
        /** Where its program is; null: it is not installed. */
        program: z.string().nullable(),
        version: z.string().nullable(),
        /** The version it was tried with; null: it was not. */
        tried_version: z.string().nullable(),
        /** null: not known, for it may keep its sign-in where only the system sees it. */
        signed_in: z.boolean().nullable(),
        /** The variable that is set, or the file that exists. */
        signed_in_by: z.string().nullable(),
        sign_in: z.string(),
        install: z.string().nullable(),
        homepage: z.string(),
      }),
    ),
  }),
  'agent test': z.strictObject({
    name: z.string(),
    answer: z.string(),
    seconds: z.number(),
    tokens: z.number().nullable(),
    usd: z.number().nullable(),
  }),
} as const;
