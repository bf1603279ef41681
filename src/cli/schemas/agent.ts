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
    /** Of your configuration. */
    own_agents: z.array(
      z.strictObject({
        name: z.string(),
        kind: z.string(),
        /** null, as with the base URL and the key: it is not of kind llm. */
        provider: z.string().nullable(),
        /** null: its own choice, or an agent without a model. */
        model: z.string().nullable(),
        /** null: the provider's. */
        base_url: z.string().nullable(),
        /** The variable with its key; null: it needs none. */
        key_variable: z.string().nullable(),
        key_set: z.boolean().nullable(),
      }),
    ),
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
