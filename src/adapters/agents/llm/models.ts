/** Creates the models of providers. The library of a provider is loaded when an agent needs it. */
import type { LanguageModelV3, LanguageModelV3CallOptions } from '../../../libraries/anthropic.ts';
import type { LlmProvider, LlmSpec } from '../../../model/llm-agent.ts';

export interface ModelAccess {
  model: string;
  baseUrl: string | undefined;
  /** null if the service needs none. */
  key: string | null;
}

/** The addresses of the providers: their libraries would otherwise take one from an environment variable. */
const addresses: Readonly<Record<Exclude<LlmProvider, 'openai-compatible'>, string>> = {
  anthropic: 'https://api.anthropic.com/v1',
  openai: 'https://api.openai.com/v1',
  google: 'https://generativelanguage.googleapis.com/v1beta',
};

const creators: Readonly<Record<LlmProvider, (access: ModelAccess) => Promise<LanguageModelV3>>> = {
  async anthropic({ model, baseUrl = addresses.anthropic, key }) {
    const { createAnthropic } = await import('../../../libraries/anthropic.ts');
    return createAnthropic({ baseURL: baseUrl, apiKey: key ?? '' })(model);
  },
  async openai({ model, baseUrl = addresses.openai, key }) {
    const { createOpenAI } = await import('../../../libraries/openai.ts');
    return createOpenAI({ baseURL: baseUrl, apiKey: key ?? '' })(model);
  },
  async google({ model, baseUrl = addresses.google, key }) {
    const { createGoogleGenerativeAI } = await import('../../../libraries/google.ts');
    return createGoogleGenerativeAI({ baseURL: baseUrl, apiKey: key ?? '' })(model);
  },
  async 'openai-compatible'({ model, baseUrl = '', key }) {
    const { createOpenAICompatible } = await import('../../../libraries/openai-compatible.ts');
    const access = key === null ? {} : { apiKey: key };
    return createOpenAICompatible({ name: 'compatible', baseURL: baseUrl, includeUsage: true, ...access })(model);
  },
};

export function createModel(provider: LlmProvider, access: ModelAccess): Promise<LanguageModelV3> {
  return creators[provider](access);
}

/** Returns the options of a request that only one provider has. */
export function providerOptions({
  effort,
}: Pick<LlmSpec, 'effort'>): NonNullable<LanguageModelV3CallOptions['providerOptions']> {
  // The conversation is in every request: the provider need not keep it.
  const openai = { store: false, include: ['reasoning.encrypted_content'] };
  if (effort === undefined) return { openai };
  return {
    anthropic: { effort },
    openai: { ...openai, reasoningEffort: effort, forceReasoning: true },
    google: { thinkingConfig: { thinkingLevel: effort } },
    compatible: { reasoningEffort: effort },
  };
}
