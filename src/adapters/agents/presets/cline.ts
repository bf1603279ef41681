import { refusedRequestsSource } from '../formats/refused-requests.ts';
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
  // Otherwise it leaves a server running, or works in one that is there already: Troupe would not see what that is refused.
  environment: { CLINE_SESSION_BACKEND_MODE: 'local' },
  bunPreload: refusedRequestsSource,
  passes: ['CLINE_*', ...modelKeys],
  signIn: {
    command: 'cline auth',
    files: [{ variable: 'CLINE_DIR', folder: '.cline', path: 'data/settings/providers.json' }],
    variables: [],
  },
  permissions: '--auto-approve true',
  // Asked to exit, it first waits until its retry is due.
  watchdogs: { resultSeconds: 10, graceSeconds: 2 },
  retriesMax: 1,
  reads: 'cline',
  reports: { tokens: true, usd: true },
};
