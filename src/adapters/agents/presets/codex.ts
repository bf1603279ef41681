import type { AgentPreset } from './agent-preset.ts';

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
