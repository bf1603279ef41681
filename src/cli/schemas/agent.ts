import * as z from 'zod';

/** A session of an agent, as its runs recorded it. */
export const agentSession = z.strictObject({
  session_id: z.string(),
  agent: z.string(),
  program: z.string(),
  role: z.string(),
  attempt: z.number(),
  directory: z.string(),
  state: z.enum(['working', 'ended', 'failed', 'lost']),
  failures: z.number(),
  /** null: the agent does not report it. */
  usage: z.strictObject({ tokens: z.number().nullable(), usd: z.number().nullable() }),
  recorded_at: z.string(),
});

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
  'agent resume': z.strictObject({ plan_id: z.string(), session: agentSession, command: z.string() }),
  'agent test': z.strictObject({
    name: z.string(),
    answer: z.string(),
    seconds: z.number(),
    tokens: z.number().nullable(),
    usd: z.number().nullable(),
  }),
} as const;
