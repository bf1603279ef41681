export { createAnthropic } from '@ai-sdk/anthropic';
export type { LanguageModelV3, LanguageModelV3CallOptions, LanguageModelV3StreamPart } from '@ai-sdk/provider';
