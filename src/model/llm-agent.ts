import * as z from 'zod';
import { llmProviders } from './llm-keys.ts';
import { McpServers } from './mcp-server.ts';
import { ModelPrice } from './price.ts';

/** The services that answer requests to a model. */
export const LlmProvider = z.enum(llmProviders);
export type LlmProvider = z.infer<typeof LlmProvider>;

/** A model that works with the tools of Troupe. */
export const LlmSpec = z
  .strictObject({
    kind: z.literal('llm').meta({ description: 'Asks a language model, which works with the tools of Troupe.' }),
    provider: LlmProvider.meta({ description: 'The service that answers.', examples: ['anthropic'] }),
    model: z
      .string()
      .min(1)
      .meta({ description: 'Id of the model at the provider.', examples: ['claude-sonnet-4-5'] }),
    baseUrl: z
      .url({ protocol: /^https?$/ })
      .optional()
      .meta({
        description: 'Address of the service. Required for `openai-compatible`; left out: that of the provider.',
        examples: ['http://127.0.0.1:11434/v1'],
      }),
    keyEnv: z
      .string()
      .regex(/^[A-Za-z_]\w*$/, 'the name of an environment variable, never a key')
      .optional()
      .meta({
        description:
          'Name of the environment variable that holds the key. Left out: that of the provider, and none for `openai-compatible`.',
        examples: ['ANTHROPIC_API_KEY'],
      }),
    effort: z
      .enum(['low', 'medium', 'high'])
      .optional()
      .meta({
        description: 'How hard the model thinks, in the words of the agent.',
        examples: ['high'],
      }),
    mcpServers: McpServers.optional(),
    maxTurns: z
      .number()
      .int()
      .min(1)
      .default(100)
      .meta({ description: 'Requests to the model in one run, after which the run fails.', examples: [40] }),
    idleSeconds: z
      .number()
      .min(1)
      .optional()
      .meta({
        description:
          'Seconds without any part of an answer, after which a request is ended and made once more; then the run fails. Left out: 600.',
        examples: [120],
      }),
    maxTokens: z
      .number()
      .int()
      .min(1)
      .optional()
      .meta({ description: "Tokens of one answer. Left out: the provider's limit.", examples: [8000] }),
    contextTokens: z
      .number()
      .int()
      .min(1000)
      .optional()
      .meta({
        description:
          'Tokens that the context of the model holds: at four fifths of it older results are shortened. Left out: when the provider refuses a request as too long.',
        examples: [32000],
      }),
    price: ModelPrice.optional().meta({
      description:
        'Price in US dollars of a million tokens. Left out: that of the model in `prices` of the configuration, if it is there; else the cost is not counted.',
    }),
  })
  .refine(({ provider, baseUrl }) => provider !== 'openai-compatible' || baseUrl !== undefined, {
    path: ['baseUrl'],
    error: 'is required for openai-compatible',
  });
export type LlmSpec = z.infer<typeof LlmSpec>;
