export const llmProviders = ['anthropic', 'openai', 'google', 'openai-compatible'] as const;
type LlmProvider = (typeof llmProviders)[number];

/** The variable that usually holds the key of a provider. */
const keyVariables: Readonly<Record<LlmProvider, string | null>> = {
  anthropic: 'ANTHROPIC_API_KEY',
  openai: 'OPENAI_API_KEY',
  google: 'GEMINI_API_KEY',
  'openai-compatible': null,
};

/** Returns the name of the variable that holds an agent's key; null if it needs none. */
export function keyVariableOf({
  provider,
  keyEnv,
}: {
  provider: LlmProvider;
  keyEnv?: string | undefined;
}): string | null {
  return keyEnv ?? keyVariables[provider];
}
