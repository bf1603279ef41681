import type { AgentPreset } from './agent-preset.ts';

export const gemini: AgentPreset = {
  name: 'gemini',
  title: 'Gemini CLI',
  homepage: 'https://geminicli.com/docs',
  npmPackage: '@google/gemini-cli',
  tried: '0.61.0',
  program: 'gemini',
  versionArgs: ['--version'],
  args: ['--output-format', 'stream-json', '--skip-trust'],
  lookArgs: ['--approval-mode', 'plan'],
  workArgs: ['--approval-mode', 'yolo'],
  modelArgs: ['--model', '{model}'],
  effortArgs: null,
  promptArgs: ['--prompt', '{prompt}'],
  resume: { args: ['--resume', '{session}'], open: ['gemini', '--resume', '{session}'] },
  environment: {},
  passes: ['GEMINI_*', 'GOOGLE_*'],
  signIn: {
    command: 'gemini',
    files: [{ folder: '.gemini', path: 'oauth_creds.json' }],
    variables: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_APPLICATION_CREDENTIALS'],
    keychain: true,
  },
  permissions: '--approval-mode yolo',
  reads: 'gemini',
  reports: { tokens: true, usd: false },
};
