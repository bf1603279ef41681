import { clientLogEnvironment } from '../formats/client-log.ts';
import type { AgentPreset } from './agent-preset.ts';
import { modelKeys } from './model-keys.ts';

export const pi: AgentPreset = {
  name: 'pi',
  title: 'pi',
  homepage: 'https://pi.dev',
  npmPackage: '@mariozechner/pi-coding-agent',
  tried: '0.73.1',
  program: 'pi',
  versionArgs: ['--version'],
  args: ['-p', '--mode', 'json'],
  lookArgs: ['--tools', 'read,grep,find,ls'],
  workArgs: [],
  modelArgs: ['--model', '{model}'],
  effortArgs: ['--thinking', '{effort}'],
  promptArgs: ['{prompt}'],
  resume: { args: ['--session', '{session}'], open: ['pi', '--session', '{session}'] },
  environment: clientLogEnvironment,
  passes: ['PI_*', ...modelKeys],
  signIn: {
    command: 'pi, then /login',
    files: [{ variable: 'PI_CODING_AGENT_DIR', folder: '.pi/agent', path: 'auth.json' }],
    variables: [...modelKeys],
  },
  permissions: '--tools read,bash,edit,write',
  // It prints every message again with each piece of it.
  watchdogs: { outputMiB: 4096 },
  reads: 'pi',
  reports: { tokens: true, usd: true },
};
