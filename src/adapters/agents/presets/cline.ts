import type { AgentPreset } from './agent-preset.ts';
import { modelKeys } from './model-keys.ts';

export const cline: AgentPreset = {
  name: 'cline',
  title: 'Cline',
  homepage: 'https://docs.cline.bot/cli/overview',
  npmPackage: 'cline',
  tried: '3.0.65',
  program: 'cline',
  versionArgs: ['--version'],
  args: ['--json'],
  lookArgs: ['--plan'],
  workArgs: ['--auto-approve', 'true'],
  modelArgs: ['--model', '{model}'],
  effortArgs: ['--thinking', '{effort}'],
  promptArgs: ['{prompt}'],
  resume: null,
  environment: {},
  passes: ['CLINE_*', ...modelKeys],
  signIn: {
    command: 'cline auth',
    files: [{ variable: 'CLINE_DIR', folder: '.cline', path: 'data/settings/providers.json' }],
    variables: [],
  },
  permissions: '--auto-approve true',
  reads: 'cline',
  reports: { tokens: true, usd: true },
};
