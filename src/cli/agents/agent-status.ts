import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { type AgentPreset, findSignIn, locateProgram, passedVariables, presets, type SignIn } from '../../agents.ts';
import type { Io } from '../io.ts';
import { inheritedEnvironment } from '../project/environment.ts';

/** A known agent whose program is on PATH. */
export interface InstalledAgent {
  preset: AgentPreset;
  program: string;
}

export interface AgentStatus {
  preset: AgentPreset;
  /** The path of its program; null if it is not installed. */
  program: string | null;
  /** The version it prints; null if it prints none in time. */
  version: string | null;
  signIn: SignIn;
}

/** How long to wait for a program to print its version. */
const versionMs = 10_000;

/** Returns the known agents that are on PATH, without starting them. */
export async function findInstalledAgents(env: Io['env']): Promise<InstalledAgent[]> {
  const found = await Promise.all(Object.values(presets).map(preset => findInstalledAgent(preset, env)));
  return found.filter(agent => agent !== null);
}

/** A known agent, where its program is on PATH; else null. Nothing is started. */
export async function findInstalledAgent(preset: AgentPreset, env: Io['env']): Promise<InstalledAgent | null> {
  const program = await locateAgent(preset, env);
  return program === null ? null : { preset, program };
}

/** Returns every known agent, installed ones first. Runs their programs, in parallel, for their versions. */
export async function agentStatuses(env: Io['env']): Promise<AgentStatus[]> {
  const all = await Promise.all(Object.values(presets).map(preset => agentStatus(preset, env)));
  return [...all.filter(({ program }) => program !== null), ...all.filter(({ program }) => program === null)];
}

export async function agentStatus(preset: AgentPreset, env: Io['env']): Promise<AgentStatus> {
  const program = await locateAgent(preset, env);
  const [version, signIn] = await Promise.all([
    program === null ? null : readVersion(preset, program, env),
    findSignIn(preset, { env, home: env.HOME ?? '/' }),
  ]);
  return { preset, program, version, signIn };
}

function locateAgent({ program }: AgentPreset, env: Io['env']): Promise<string | null> {
  return locateProgram(program, '/', inheritedEnvironment(env));
}

async function readVersion(preset: AgentPreset, program: string, env: Io['env']): Promise<string | null> {
  const seen = { ...inheritedEnvironment(env), ...passedVariables(preset, env), ...preset.environment };
  const asked = promisify(execFile)(program, [...preset.versionArgs], {
    env: seen,
    timeout: versionMs,
    killSignal: 'SIGKILL',
  });
  asked.child.stdin?.end();
  const printed = await asked.catch(() => null);
  return /\d+\.\d+[\w.+-]*/.exec(`${printed?.stdout ?? ''}\n${printed?.stderr ?? ''}`)?.[0] ?? null;
}

const signInTexts = { found: 'signed in', missing: 'not signed in', unknown: 'sign-in not known' } as const;

/** `signed in (ANTHROPIC_API_KEY)`; names the variable or file, never its content. */
export function signInText({ signIn }: Pick<AgentStatus, 'signIn'>): string {
  const by = signIn.state === 'found' ? ` (${signIn.name})` : '';
  return `${signInTexts[signIn.state]}${by}`;
}

/** The command that installs it, if npm does. */
export function installCommand({ npmPackage }: AgentPreset): string | null {
  return npmPackage === null ? null : `npm install -g ${npmPackage}`;
}
