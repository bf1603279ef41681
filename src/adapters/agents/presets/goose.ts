import type { AgentPreset } from './agent-preset.ts';
import { modelKeys } from './model-keys.ts';

export const goose: AgentPreset = {
  name: 'goose',
  title: 'goose',
  homepage: 'https://block.github.io/goose/docs/guides/goose-cli-commands',
  npmPackage: null,
  tried: null,
  program: 'goose',
  versionArgs: ['--version'],
  args: ['run', '--quiet', '--output-format', 'stream-json', '--instructions', '-'],
  lookArgs: [],
  workArgs: [],
  modelArgs: ['--model', '{model}'],
  effortArgs: null,
  promptArgs: 'stdin',
  resume: null,
  environment: { GOOSE_MODE: 'auto' },
  // Of its modes only this one changes nothing; it lets the model call no tool at all.
  lookEnvironment: { GOOSE_MODE: 'chat' },
  passes: ['GOOSE_*', 'XDG_CONFIG_HOME', 'DATABRICKS_*', ...modelKeys],
  signIn: {
    command: 'goose configure',
    files: [{ variable: 'XDG_CONFIG_HOME', folder: '.config', path: 'goose/config.yaml' }],
    variables: [],
    keychain: true,
  },
  permissions: '--with-builtin developer',
  reads: 'goose',
  reports: { tokens: true, usd: false },
};
