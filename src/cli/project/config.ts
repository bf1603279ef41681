import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import {
  AgentSpec,
  CheckoutGuard,
  createProfile,
  describeIssue,
  Name,
  PriceTable,
  ProfileDraft,
  shellQuote,
  TroupeError,
  type TroupeOptions,
} from '../../index.ts';
import type { Io } from '../io.ts';
import { NotifySettings } from './notify.ts';
import type { QueueSettings } from './queue-flags.ts';

/** A configuration file, of a project or of a user. Unknown keys are rejected by name. */
const Config = z.strictObject({
  /** Profile of plans whose action and caller name none. */
  profile: z.string().optional(),
  /** The agent that works on the goal of `troupe run "GOAL"` where `--agent` names none. */
  agent: z.string().min(1).optional(),
  actor: z
    .strictObject({
      /** What reconciles invariants when the action does not say; null: nothing. */
      default: z.strictObject({ reconciliation: z.literal('builtin').nullable().optional() }).optional(),
    })
    .optional(),
  apply: z
    .strictObject({
      /** Timeout of git hooks and signing together, in seconds. @default 600 */
      hookTimeoutSeconds: z.number().positive().max(86_400).optional(),
    })
    .optional(),
  /** What plans do when files of the checkout change while an agent works, without evidence of who changed them. */
  checkoutGuard: CheckoutGuard.optional(),
  /** MiB of one plan's log to keep, over all attempts. @default 256 */
  logMiB: z.int().min(1).max(1_000_000).optional(),
  /** Prices of models, by the name of the model as the agent calls it, for agents that report tokens and no cost. */
  prices: PriceTable.optional(),
  /** Custom profiles, by name. */
  profiles: z.record(Name, ProfileDraft).optional(),
});

/** Only a project's file says where its plans are: two projects in one store would mix their plans. */
const ProjectConfig = Config.extend({
  /** The store: the address of a PostgreSQL database, as for `--store`. @default a folder */
  store: z
    .string()
    .regex(/^postgres(?:ql)?:\/\//, 'must be the address of a PostgreSQL database: postgres://…')
    .optional(),
});

/** Only the user's own file may name programs to run: a project's file may come from elsewhere. */
const SharedConfig = Config.extend({
  /** A program that is notified when a plan needs you. */
  notify: NotifySettings.optional(),
  /** Your own agents, by name, described as in an action. A name of a preset replaces the preset. */
  agents: z.record(Name, AgentSpec).optional(),
  /** Workers do the work of all your projects. */
  workers: z
    .strictObject({
      /** `redis://`, `rediss://` or `postgres://` address. */
      queue: z.string().min(1),
      /** The bare git repository through which files travel. */
      exchange: z.string().min(1).optional(),
      namespace: z.string().min(1).optional(),
      /** Only workers with these labels. */
      labels: z.array(z.string().min(1)).optional(),
    })
    .optional(),
});

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
  return (await readConfig(join(userConfigDir(env), 'config.yaml'), SharedConfig))?.agents ?? {};
}

/** Loads where your work goes, without a project. @throws {TroupeError} INVALID_CONFIG */
export async function loadUserWorkers(env: Io['env']): Promise<QueueSettings> {
  return (await readConfig(join(userConfigDir(env), 'config.yaml'), SharedConfig))?.workers ?? {};
}

/** Loads the project's settings, with the user's as defaults. @throws {TroupeError} INVALID_CONFIG, UNKNOWN_PROFILE */
export async function loadSettings({ home }: { home: string }, env: Io['env']): Promise<ProjectSettings> {
  const [own, shared] = await Promise.all([
    readConfig(join(home, 'config.yaml'), ProjectConfig),
    readConfig(join(userConfigDir(env), 'config.yaml'), SharedConfig),
  ]);
  const drafts = Object.entries({ ...shared?.profiles, ...own?.profiles });
  let profiles: NonNullable<ProjectSettings['profiles']> = [];
  for (const [name, draft] of drafts) {
    profiles = [...profiles, createProfile(name, draft, profiles)];
  }
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
    ...(shared?.agents === undefined ? {} : { agents: shared.agents }),
    ...(profile === undefined ? {} : { profile }),
    ...(agent === undefined ? {} : { agent }),
    ...(checkoutGuard === undefined ? {} : { checkoutGuard }),
    ...(logMiB === undefined ? {} : { logBytesMax: logMiB * 1024 ** 2 }),
    ...(hookSeconds === undefined ? {} : { hookTimeoutMs: Math.round(hookSeconds * 1000) }),
    ...(reconciliation === undefined ? {} : { reconciliation }),
  };
}

/** Returns the store that a project's file names. @throws {TroupeError} INVALID_CONFIG */
export async function readConfiguredStore(home: string): Promise<string | undefined> {
  return (await readConfig(join(home, 'config.yaml'), ProjectConfig))?.store;
}

/**
 * Sets the default agent for goals in this project; the rest of the project's file is unchanged. Returns the file.
 * @throws {TroupeError} INVALID_CONFIG when the file is not a map
 */
export async function setConfiguredAgent({ home }: { home: string }, agent: string): Promise<string> {
  const file = join(home, 'config.yaml');
  await readConfig(file, ProjectConfig);
  const { parseDocument } = await import('yaml');
  const text = await readFile(file, 'utf8').catch(() => '');
  const document = parseDocument(text);
  document.set('agent', agent);
  await mkdir(home, { recursive: true, mode: 0o700 });
  await writeFile(file, document.toString(), { mode: 0o600 });
  return file;
}

async function readConfig<Schema extends z.ZodType>(file: string, schema: Schema): Promise<z.infer<Schema> | null> {
  const text = await readFile(file, 'utf8').catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return null;
    throw thrown;
  });
  if (text === null) return null;
  const { parse } = await import('yaml');
  let value: unknown;
  try {
    value = parse(text) ?? {};
  } catch (cause) {
    throw configError(file, 'This is no YAML', cause);
  }
  const parsed = schema.safeParse(value, { error: describeIssue });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw configError(file, `${path === '' ? 'It ' : `${path}: `}${issue?.message ?? 'is not understood'}`);
}

/** Until the file is corrected, every command that opens the project fails like this. */
function configError(file: string, message: string, cause?: unknown): TroupeError {
  return new TroupeError('INVALID_CONFIG', message, { where: file, hints: [`cat ${shellQuote(file)}`], cause });
}
