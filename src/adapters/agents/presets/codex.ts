import type { AgentPreset } from './agent-preset.ts';

/** Without its approval mode Codex refuses every call of a tool; a person may take longer to answer than its default time. */
const toolServer =
  '{url="{toolUrl}",bearer_token_env_var="TROUPE_MCP_TOKEN",default_tools_approval_mode="approve",tool_timeout_sec=86400}';

export const codex: AgentPreset = {
  name: 'codex',
  title: 'Codex',
  homepage: 'https://developers.openai.com/codex/cli',
  npmPackage: '@openai/codex',
  tried: '0.169.0',
  program: 'codex',
  versionArgs: ['--version'],
  args: ['exec', '--json', '--skip-git-repo-check'],
  lookArgs: ['--sandbox', 'read-only'],
  workArgs: ['--sandbox', 'workspace-write'],
  toolArgs: ['-c', `mcp_servers.troupe=${toolServer}`],
  modelArgs: ['--model', '{model}'],
  effortArgs: ['-c', 'model_reasoning_effort="{effort}"'],
  promptArgs: 'stdin',
  // Its other arguments belong to `exec`, so they come before these.
  resume: { args: ['resume', '{session}', '-'], open: ['codex', 'resume', '{session}'] },
  environment: {},
  passes: ['OPENAI_*', 'CODEX_*'],
  signIn: {
    command: 'codex login',
    files: [{ variable: 'CODEX_HOME', folder: '.codex', path: 'auth.json' }],
    variables: ['OPENAI_API_KEY', 'CODEX_API_KEY'],
    keychain: true,
  },
  permissions: '--sandbox danger-full-access',
  reads: 'codex',
  reports: { tokens: true, usd: false },
};
