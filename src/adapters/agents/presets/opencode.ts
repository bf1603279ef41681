import type { AgentPreset } from './agent-preset.ts';
import { modelKeys } from './model-keys.ts';

/** opencode replaces `{env:NAME}` by the value of the variable. Without `oauth: false` it would ask for a sign-in first. */
const toolServer = {
  type: 'remote',
  url: '{env:TROUPE_MCP_URL}',
  headers: { Authorization: 'Bearer {env:TROUPE_MCP_TOKEN}' },
  oauth: false,
  // A person may take long to answer.
  timeout: 86_400_000,
};

export const opencode: AgentPreset = {
  name: 'opencode',
  title: 'opencode',
  homepage: 'https://opencode.ai/docs',
  npmPackage: 'opencode-ai',
  tried: '1.18.33',
  program: 'opencode',
  versionArgs: ['--version'],
  // Without its log it retries in silence.
  args: ['run', '--format', 'json', '--print-logs', '--log-level', 'ERROR'],
  lookArgs: ['--agent', 'plan'],
  workArgs: ['--auto'],
  toolEnvironment: { OPENCODE_CONFIG_CONTENT: JSON.stringify({ mcp: { troupe: toolServer } }) },
  modelArgs: ['--model', '{model}'],
  effortArgs: ['--variant', '{effort}'],
  promptArgs: ['{prompt}'],
  resume: { args: ['--session', '{session}'], open: ['opencode', '--session', '{session}'] },
  environment: { OPENCODE_DISABLE_AUTOUPDATE: '1' },
  // Its agent `plan` may run commands, and these write files.
  lookEnvironment: { OPENCODE_PERMISSION: JSON.stringify({ edit: 'deny', bash: 'deny' }) },
  passes: ['OPENCODE_*', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', ...modelKeys],
  signIn: {
    command: 'opencode auth login',
    files: [{ variable: 'XDG_DATA_HOME', folder: '.local/share', path: 'opencode/auth.json' }],
    variables: [...modelKeys],
  },
  permissions: '--auto',
  // It waits for as long as the service says before each retry, and takes long to end after a refused key.
  retriesMax: 1,
  reads: 'opencode',
  reports: { tokens: true, usd: true },
};
