/** The agents that the npm registry installs, and how each one is pointed at the stub of the model APIs. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { presets } from '../../src/agents.ts';
import type { ModelStub } from '../adapters/agents/llm/model-stub.ts';

export interface RealAgent {
  name: string;
  /** The package with its version. */
  package: string;
  /** The version, where neither the one that it was tried with nor the newest can be used. */
  version?: string;
  /** The value of `--model`. */
  model?: string;
  /** The command line with which it speaks the Agent Client Protocol, for an agent that gets no tools as a preset. */
  acp?: readonly string[];
  /** Whether it has no price for the model of the stub, and reports a cost of 0. @default false */
  isUnpriced?: boolean;
  /** An effort that it accepts. */
  effort?: string;
  /** Variables that point it at the stub, with the files it needs in its home folder. */
  setUp(home: string, stub: ModelStub): Record<string, string>;
}

export const stubKey = 'key-of-the-stub';

function writeJson(home: string, path: string, value: object): void {
  writeText(home, path, `${JSON.stringify(value, null, 2)}\n`);
}

function writeText(home: string, path: string, text: string): void {
  mkdirSync(dirname(join(home, path)), { recursive: true });
  writeFileSync(join(home, path), text);
}

/** Base addresses without the version, which most programs add themselves. */
const baseOf = (stub: ModelStub, api: Parameters<ModelStub['url']>[0]) => stub.url(api).replace(/\/v1$/, '');

const setUps: Readonly<Record<string, Omit<RealAgent, 'name' | 'package'>>> = {
  claude: {
    effort: 'low',
    setUp: (_, stub) => ({ ANTHROPIC_BASE_URL: baseOf(stub, 'anthropic'), ANTHROPIC_API_KEY: stubKey }),
  },
  codex: {
    effort: 'low',
    setUp(home, stub) {
      const lines = [
        ...['model = "stub"', 'model_provider = "stub"', '[model_providers.stub]', 'name = "stub"'],
        ...[`base_url = "${stub.url('openai')}"`, 'env_key = "OPENAI_API_KEY"', 'wire_api = "responses"'],
      ];
      writeText(home, '.codex/config.toml', `${lines.join('\n')}\n`);
      return { OPENAI_API_KEY: stubKey };
    },
  },
  gemini: {
    model: 'gemini-2.5-pro',
    acp: ['gemini', '--acp', '--skip-trust', '--model', 'gemini-2.5-pro'],
    setUp(home, stub) {
      writeJson(home, '.gemini/settings.json', { security: { auth: { selectedType: 'gemini-api-key' } } });
      return { GEMINI_API_KEY: stubKey, GOOGLE_GEMINI_BASE_URL: baseOf(stub, 'google') };
    },
  },
  opencode: {
    model: 'stub/stub',
    effort: 'low',
    setUp(home, stub) {
      const options = { baseURL: stub.url('openai-compatible'), apiKey: stubKey };
      const models = {
        stub: {
          name: 'stub',
          reasoning: true,
          variants: { low: { reasoningEffort: 'low' } },
          cost: { input: 1, output: 2 },
        },
      };
      const provider = { stub: { npm: '@ai-sdk/openai-compatible', name: 'stub', options, models } };
      writeJson(home, '.config/opencode/opencode.json', { provider });
      return { OPENCODE_DISABLE_MODELS_FETCH: '1', OPENAI_API_KEY: stubKey };
    },
  },
  copilot: {
    setUp: (_, stub) => ({
      ...{ COPILOT_PROVIDER_BASE_URL: stub.url('openai-compatible'), COPILOT_PROVIDER_API_KEY: stubKey },
      ...{ COPILOT_MODEL: 'stub', COPILOT_AUTO_UPDATE: 'false' },
    }),
  },
  qwen: {
    model: 'stub',
    // The last one for Node 20.
    version: '0.15.10',
    setUp(home, stub) {
      writeJson(home, '.qwen/settings.json', { security: { auth: { selectedType: 'openai' } } });
      return { OPENAI_API_KEY: stubKey, OPENAI_BASE_URL: stub.url('openai-compatible') };
    },
  },
  cline: {
    isUnpriced: true,
    effort: 'low',
    setUp(home, stub) {
      const provider = 'openai-compatible';
      const settings = { provider, apiKey: stubKey, baseUrl: stub.url(provider), model: 'stub' };
      const providers = { [provider]: { settings, updatedAt: '2026-01-01T00:00:00.000Z', tokenSource: 'manual' } };
      const file = { version: 1, lastUsedProvider: provider, modes: {}, providers };
      writeJson(home, '.cline/data/settings/providers.json', file);
      return { CLINE_NO_AUTO_UPDATE: '1' };
    },
  },
  pi: {
    model: 'stub/stub',
    effort: 'low',
    setUp(home, stub) {
      const cost = { input: 1, output: 2, cacheRead: 0.1, cacheWrite: 0 };
      const model = {
        id: 'stub',
        name: 'stub',
        reasoning: true,
        input: ['text'],
        contextWindow: 128_000,
        maxTokens: 8_000,
        cost,
      };
      const stubProvider = { baseUrl: stub.url('openai-compatible'), api: 'openai-completions', apiKey: stubKey };
      writeJson(home, '.pi/agent/models.json', { providers: { stub: { ...stubProvider, models: [model] } } });
      return { OPENAI_API_KEY: stubKey };
    },
  },
};

/** @param newest the newest version of each, in place of the one that it was tried with */
export function realAgents(names: readonly string[], newest: boolean): RealAgent[] {
  const chosen = names.length === 0 ? Object.keys(setUps) : names;
  return chosen.map(name => {
    const [preset, setUp] = [presets[name], setUps[name]];
    if (preset?.npmPackage == null || setUp === undefined)
      throw new Error(`${name} cannot be tried here; choose of ${Object.keys(setUps).join(', ')}`);
    const version = setUp.version ?? (newest || preset.tried === null ? 'latest' : preset.tried);
    return { ...setUp, name, package: `${preset.npmPackage}@${version}` };
  });
}
