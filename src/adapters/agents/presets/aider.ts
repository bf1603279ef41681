import type { AgentPreset } from './agent-preset.ts';
import { modelKeys } from './model-keys.ts';

export const aider: AgentPreset = {
  name: 'aider',
  title: 'aider',
  homepage: 'https://aider.chat/docs/scripting.html',
  npmPackage: null,
  tried: null,
  program: 'aider',
  versionArgs: ['--version'],
  args: [
    '--yes-always',
    '--no-pretty',
    '--no-stream',
    '--no-auto-commits',
    '--no-dirty-commits',
    '--no-gitignore',
    '--no-check-update',
    '--no-show-release-notes',
    '--no-analytics',
    '--no-suggest-shell-commands',
  ],
  lookArgs: ['--chat-mode', 'ask'],
  workArgs: [],
  modelArgs: ['--model', '{model}'],
  effortArgs: ['--reasoning-effort', '{effort}'],
  promptArgs: ['--message', '{prompt}'],
  resume: null,
  // Its history would be a change of the project.
  environment: { AIDER_CHAT_HISTORY_FILE: '/dev/null', AIDER_INPUT_HISTORY_FILE: '/dev/null' },
  passes: ['AIDER_*', 'OPENAI_API_BASE', ...modelKeys],
  signIn: {
    command: 'export ANTHROPIC_API_KEY=… (or the key of another service)',
    files: [
      { folder: '', path: '.aider.conf.yml' },
      { folder: '.aider', path: 'oauth-keys.env' },
    ],
    variables: [...modelKeys],
  },
  permissions: '--auto-test',
  reads: 'aider',
  reports: { tokens: true, usd: true },
};
