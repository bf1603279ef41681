import { clientLogEnvironment } from '../formats/client-log.ts';
import type { AgentPreset } from './agent-preset.ts';

export const qwen: AgentPreset = {
  name: 'qwen',
  title: 'Qwen Code',
  homepage: 'https://qwenlm.github.io/qwen-code-docs',
  npmPackage: '@qwen-code/qwen-code',
  tried: '0.15.10',
  program: 'qwen',
  versionArgs: ['--version'],
  args: ['--output-format', 'stream-json'],
  lookArgs: ['--approval-mode', 'plan'],
  workArgs: ['--approval-mode', 'yolo'],
  // It reads no variables in this argument, so it starts the program that forwards. A person may take long to answer.
  toolArgs: ['--mcp-config', '{"mcpServers":{"troupe":{{toolBridge},"trust":true,"timeout":86400000}}}'],
  modelArgs: ['--model', '{model}'],
  effortArgs: null,
  promptArgs: ['--prompt', '{prompt}'],
  resume: { args: ['--resume', '{session}'], open: ['qwen', '--resume', '{session}'] },
  environment: clientLogEnvironment,
  passes: ['QWEN_*', 'DASHSCOPE_*', 'OPENAI_*'],
  signIn: {
    command: 'qwen, then /auth',
    files: [{ folder: '.qwen', path: 'oauth_creds.json' }],
    variables: ['OPENAI_API_KEY', 'DASHSCOPE_API_KEY'],
  },
  permissions: '--approval-mode yolo',
  // It prints the messages of the Claude Agent SDK.
  reads: 'claude',
  reports: { tokens: true, usd: false },
};
