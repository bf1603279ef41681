/** An agent that is a language model, asked by way of its provider. */
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { LlmSpec } from '../../model/llm-agent.ts';
import { keyVariableOf } from '../../model/llm-keys.ts';
import { findPrice, type PriceTable } from '../../model/price.ts';
import type { Agent } from '../../ports/agent.ts';
import type { Clock } from '../../ports/clock.ts';
import { createModel } from './llm/models.ts';
import { runLlmAgent } from './llm/run-llm-agent.ts';

export interface LlmOptions {
  spec: LlmSpec;
  /** Prices of models, for one whose agent names no price. @default none */
  prices?: PriceTable | undefined;
  /** The variables that may hold its key. */
  env: Readonly<Record<string, string>>;
  clock: Clock;
}

/** It does all its work through tools, and every answer of the model is recorded. */
export function llmAgent({ spec: described, prices = {}, env, clock }: LlmOptions): Agent {
  const spec = { ...described, price: described.price ?? findPrice(prices, described.model) };
  const { provider, model, baseUrl } = spec;
  const name = `${provider} ${model}`;
  const keyVariable = keyVariableOf(spec);
  const requireKey = (): string | null => {
    if (keyVariable === null) return null;
    const key = env[keyVariable] ?? '';
    if (key !== '') return key;
    throw new TroupeError('AGENT_UNAVAILABLE', `${name} needs a key, and ${keyVariable} is not set for it`, {
      where: name,
      hints: [`export ${keyVariable}=…`, commandHint('doctor')],
    });
  };
  return {
    usesDirectory: false,
    reports: { tokens: true, usd: spec.price !== undefined },
    async check() {
      requireKey();
    },
    async run(task) {
      const key = requireKey();
      const identity = { name, baseUrl, key, keyVariable };
      const asked = await createModel(provider, { model, baseUrl, key });
      return runLlmAgent({ identity, spec, model: asked, clock }, task);
    },
  };
}
