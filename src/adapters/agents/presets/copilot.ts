import type { AgentPreset } from './agent-preset.ts';

/** Copilot replaces `${NAME}` by the value of the variable in headers, but not in the address. */
const toolServer = {
  type: 'http',
  url: '{toolUrl}',
  headers: { Authorization: `Bearer \${TROUPE_MCP_TOKEN}` },
  tools: ['*'],
  // A person may take long to answer.
  timeout: 86_400_000,
};

export const copilot: AgentPreset = {
  name: 'copilot',
  title: 'GitHub Copilot CLI',
  homepage: 'https://docs.github.com/en/copilot/reference/copilot-cli-reference/cli-programmatic-reference',
  npmPackage: '@github/copilot',
  tried: '1.0.102',
  program: 'copilot',
  versionArgs: ['--version'],
  args: ['--output-format', 'json', '--no-ask-user', '--allow-all-tools'],
  lookArgs: ['--deny-tool=write', '--deny-tool=shell'],
  workArgs: [],
  toolArgs: ['--additional-mcp-config', JSON.stringify({ mcpServers: { troupe: toolServer } })],
  modelArgs: ['--model={model}'],
  effortArgs: ['--reasoning-effort={effort}'],
  promptArgs: ['-p', '{prompt}'],
  resume: { args: ['--resume={session}'], open: ['copilot', '--resume={session}'] },
  newSessionArgs: ['--session-id={session}'],
  usageArgs: ['--usage-output-file', '{usageFile}'],
  environment: { COPILOT_AUTO_UPDATE: 'false' },
  passes: ['COPILOT_*', 'GH_TOKEN', 'GITHUB_TOKEN', 'GH_HOST', 'XDG_CONFIG_HOME'],
  signIn: {
    command: 'copilot login',
    files: [],
    variables: ['COPILOT_GITHUB_TOKEN', 'GH_TOKEN', 'GITHUB_TOKEN', 'COPILOT_PROVIDER_BASE_URL'],
    keychain: true,
  },
  permissions: '--allow-all-paths --allow-all-urls',
  // It waits for as long as the service says before each retry.
  retriesMax: 1,
  reads: 'copilot',
  reports: { tokens: true, usd: false },
};
