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
  /** Where its program is; null: it is not installed. */
  program: string | null;
  /** As the program says; null where it does not say one in time. */
  version: string | null;
  signIn: SignIn;
}

/** A program that does not say its version by then is not waited for. */
const versionMs = 10_000;

/** The known agents that are on PATH. Nothing is started. */
export async function findInstalledAgents(env: Io['env']): Promise<InstalledAgent[]> {
  const found = await Promise.all(
    Object.values(presets).map(async preset => ({ preset, program: await locateAgent(preset, env) })),
  );
  return found.flatMap(({ preset, program }) => (program === null ? [] : [{ preset, program }]));
}

/** Every known agent, installed ones first. Their programs are asked for a version, all at the same time. */
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

/** `signed in (ANTHROPIC_API_KEY)`; the variable or the file is named, never what it holds. */
export function signInText({ signIn }: Pick<AgentStatus, 'signIn'>): string {
  const by = signIn.state === 'found' ? ` (${signIn.name})` : '';
  return `${signInTexts[signIn.state]}${by}`;
}

/** The command that installs it, where npm does. */
export function installCommand({ npmPackage }: AgentPreset): string | null {
  return npmPackage === null ? null : `npm install -g ${npmPackage}`;
}
