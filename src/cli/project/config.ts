import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type * as z from 'zod';
import {
  type AgentSpec,
  type Profile,
  type ProfileDraft,
  shellQuote,
  TroupeError,
  type TroupeOptions,
} from '../../index.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import type { Io } from '../io.ts';
import type { NotifySettings } from './notify.ts';
import type { QueueSettings } from './queue-flags.ts';

/** Agents of a user, by name. */
export type OwnAgents = Readonly<Record<string, AgentSpec>>;

export interface ProjectSettings
  extends Pick<TroupeOptions, 'profile' | 'reconciliation' | 'profiles' | 'logBytesMax' | 'checkoutGuard' | 'prices'> {
  agents?: OwnAgents;
  notify: NotifySettings | null;
  workers: QueueSettings;
  /** The agent for goals of `troupe run`. @default the only one that is installed */
  agent?: string;
  /** Timeout of the hooks and the signing of one apply, in milliseconds. @default 600_000 */
  hookTimeoutMs?: number;
}

/** The folder of a user's settings for every project. */
export function userConfigDir(env: Io['env']): string {
  const config = env.XDG_CONFIG_HOME || join(env.HOME || '/', '.config');
  return join(config, 'troupe');
}

/** Loads the user's own agents, without a project. @throws {TroupeError} INVALID_CONFIG */
export async function loadOwnAgents(env: Io['env']): Promise<OwnAgents> {
  return (await readConfig(join(userConfigDir(env), 'config.yaml'), 'SharedConfig'))?.agents ?? {};
}

/** Loads where your work goes, without a project. @throws {TroupeError} INVALID_CONFIG */
export async function loadUserWorkers(env: Io['env']): Promise<QueueSettings> {
  return (await readConfig(join(userConfigDir(env), 'config.yaml'), 'SharedConfig'))?.workers ?? {};
}

/** Loads the project's settings, with the user's as defaults. @throws {TroupeError} INVALID_CONFIG, UNKNOWN_PROFILE */
export async function loadSettings({ home }: { home: string }, env: Io['env']): Promise<ProjectSettings> {
  const [own, shared] = await Promise.all([
    readConfig(join(home, 'config.yaml'), 'ProjectConfig'),
    readConfig(join(userConfigDir(env), 'config.yaml'), 'SharedConfig'),
  ]);
  const drafts = Object.entries({ ...shared?.profiles, ...own?.profiles });
  const profiles = drafts.length === 0 ? [] : await createProfiles(drafts);
  const profile = own?.profile ?? shared?.profile;
  const agent = own?.agent ?? shared?.agent;
  const checkoutGuard = own?.checkoutGuard ?? shared?.checkoutGuard;
  const logMiB = own?.logMiB ?? shared?.logMiB;
  const hookSeconds = own?.apply?.hookTimeoutSeconds ?? shared?.apply?.hookTimeoutSeconds;
  const inProject = own?.actor?.default?.reconciliation;
  const reconciliation = inProject === undefined ? shared?.actor?.default?.reconciliation : inProject;
  const prices = { ...shared?.prices, ...own?.prices };
  return {
    profiles,
    prices,
    notify: shared?.notify ?? null,
    workers: shared?.workers ?? {},
    ...omitUndefined({ agents: shared?.agents, profile, agent, checkoutGuard }),
    ...(logMiB === undefined ? {} : { logBytesMax: logMiB * 1024 ** 2 }),
    ...(hookSeconds === undefined ? {} : { hookTimeoutMs: Math.round(hookSeconds * 1000) }),
    ...omitUndefined({ reconciliation }),
  };
}

async function createProfiles(drafts: [name: string, draft: ProfileDraft][]): Promise<Profile[]> {
  const { createProfile } = await loadSchemas();
  let profiles: Profile[] = [];
  for (const [name, draft] of drafts) profiles = [...profiles, createProfile(name, draft, profiles)];
  return profiles;
}

/** Returns the store that a project's file names. @throws {TroupeError} INVALID_CONFIG */
export async function readConfiguredStore(home: string): Promise<string | undefined> {
  return (await readConfig(join(home, 'config.yaml'), 'ProjectConfig'))?.store;
}

/**
 * Sets the default agent for goals in this project; the rest of the project's file is unchanged. Returns the file.
 * @throws {TroupeError} INVALID_CONFIG when the file is not a map
 */
export async function setConfiguredAgent({ home }: { home: string }, agent: string): Promise<string> {
  const file = join(home, 'config.yaml');
  await readConfig(file, 'ProjectConfig');
  const { parseDocument } = await import('yaml');
  const text = await readFile(file, 'utf8').catch(() => '');
  const document = parseDocument(text);
  document.set('agent', agent);
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(file, document.toString(), { mode: 0o600 });
  return file;
}

/** Most projects have no such file, and most users have none: the schemas are loaded for a file that exists. */
const loadSchemas = () => import('./config-schema.ts');

type Schemas = Pick<Awaited<ReturnType<typeof loadSchemas>>, 'ProjectConfig' | 'SharedConfig'>;

async function readConfig<Name extends keyof Schemas>(
  file: string,
  schema: Name,
): Promise<z.infer<Schemas[Name]> | null> {
  const text = await readFile(file, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return null;
    throw thrown;
  });
  if (text === null) return null;
  const [{ parse }, { describeIssue, describeIssues, ...schemas }] = await Promise.all([import('yaml'), loadSchemas()]);
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (cause) {
    throw configError(file, 'This is no YAML', cause);
  }
  const parsed = schemas[schema].safeParse(value, { error: describeIssue });
  if (parsed.success) return parsed.data as z.infer<Schemas[Name]>;
  throw configError(file, describeIssues(parsed.error, 'It'));
}

/** Until the file is corrected, every command that opens the project fails like this. */
function configError(file: string, message: string, cause?: unknown): TroupeError {
  return new TroupeError('INVALID_CONFIG', message, { where: file, hints: [`cat ${shellQuote(file)}`], cause });
}
