import type { AgentPreset } from './agent-preset.ts';

export const amp: AgentPreset = {
  name: 'amp',
  title: 'Amp',
  homepage: 'https://ampcode.com/manual',
  npmPackage: '@ampcode/cli',
  tried: null,
  program: 'amp',
  versionArgs: ['--version'],
  args: ['--execute', '--stream-json', '--no-notifications'],
  // It has no mode that only looks: what its settings do not allow is refused, as without a person to ask.
  lookArgs: [],
  workArgs: ['--dangerously-allow-all'],
  modelArgs: ['--mode', '{model}'],
  effortArgs: null,
  promptArgs: 'stdin',
  // It continues a thread only with other arguments than those of a run.
  resume: null,
  environment: { AMP_SKIP_UPDATE_CHECK: '1' },
  passes: ['AMP_*', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME'],
  signIn: {
    command: 'amp login',
    files: [{ variable: 'XDG_DATA_HOME', folder: '.local/share', path: 'amp/secrets.json' }],
    variables: ['AMP_API_KEY'],
    keychain: true,
  },
  permissions: '--dangerously-allow-all',
  // It prints what Claude Code prints.
  reads: 'claude',
  reports: { tokens: true, usd: false },
};
