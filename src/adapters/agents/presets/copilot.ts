import type { AgentPreset } from './agent-preset.ts';

export const copilot: AgentPreset = {
  name: 'copilot',
  title: 'GitHub Copilot CLI',
  homepage: 'https://docs.github.com/en/copilot/reference/copilot-cli-reference/cli-programmatic-reference',
  npmPackage: '@github/copilot',
  tried: null,
  program: 'copilot',
  versionArgs: ['--version'],
  args: ['-s', '--no-ask-user', '--allow-all-tools'],
  lookArgs: ['--deny-tool=write', '--deny-tool=shell'],
  workArgs: [],
  modelArgs: ['--model={model}'],
  effortArgs: ['--reasoning-effort={effort}'],
  promptArgs: ['-p', '{prompt}'],
  resume: null,
  environment: {},
  passes: ['COPILOT_*', 'GH_TOKEN', 'GITHUB_TOKEN', 'GH_HOST', 'XDG_CONFIG_HOME'],
  signIn: {
    command: 'copilot login',
    files: [],
    variables: ['COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN'],
    keychain: true,
  },
  permissions: '--allow-all-paths --allow-all-urls',
  reads: 'lines',
  reports: { tokens: false, usd: false },
};
