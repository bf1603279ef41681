import type { AgentPreset } from './agent-preset.ts';

/** Claude Code replaces it by the value of the variable. */
const variable = (name: string) => `\${${name}}`;

const toolServer = {
  type: 'http',
  url: variable('TROUPE_MCP_URL'),
  headers: { Authorization: `Bearer ${variable('TROUPE_MCP_TOKEN')}` },
};

export const claude: AgentPreset = {
  name: 'claude',
  title: 'Claude Code',
  homepage: 'https://code.claude.com/docs',
  npmPackage: '@anthropic-ai/claude-code',
  tried: '2.1.197',
  program: 'claude',
  versionArgs: ['--version'],
  args: ['-p', '--output-format', 'stream-json', '--verbose'],
  lookArgs: ['--permission-mode', 'plan'],
  workArgs: ['--permission-mode', 'acceptEdits', '--allowedTools', 'Bash'],
  toolArgs: ['--mcp-config', JSON.stringify({ mcpServers: { troupe: toolServer } }), '--allowedTools', 'mcp__troupe'],
  // By default it asks its model before it has connected, and the model then does not know the tools.
  toolEnvironment: { MCP_CONNECTION_NONBLOCKING: '0', MCP_CONNECT_TIMEOUT_MS: '60000' },
  modelArgs: ['--model', '{model}'],
  effortArgs: ['--effort', '{effort}'],
  promptArgs: 'stdin',
  resume: { args: ['--resume', '{session}'], open: ['claude', '--resume', '{session}'] },
  environment: {
    // By default it retries ten times, even with a wrong key, and other plans keep asking the limited service.
    CLAUDE_CODE_MAX_RETRIES: '1',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
  },
  passes: ['ANTHROPIC_*', 'CLAUDE_*', 'AWS_*', 'GOOGLE_APPLICATION_CREDENTIALS', 'CLOUD_ML_REGION', 'VERTEX_REGION_*'],
  signIn: {
    command: 'claude auth login',
    files: [{ variable: 'CLAUDE_CONFIG_DIR', folder: '.claude', path: '.credentials.json' }],
    variables: ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'],
    keychain: true,
  },
  permissions: '--allowedTools TOOL',
  reads: 'claude',
  reports: { tokens: true, usd: true },
};
