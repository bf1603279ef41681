import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import {
  CheckoutGuard,
  createProfile,
  describeIssue,
  Name,
  ProfileDraft,
  TroupeError,
  type TroupeOptions,
} from '../../index.ts';
import type { Io } from '../io.ts';
import { NotifySettings } from './notify.ts';
import type { ProjectLocation } from './project-location.ts';

/** A configuration file, of one project or of one person. Unknown keys are refused by name. */
const Config = z.strictObject({
  /** Profile of plans whose action and caller name none. */
  profile: z.string().optional(),
  actor: z
    .strictObject({
      /** Who reconciles invariants where the action says nothing of it; null: nobody. */
      default: z.strictObject({ reconciliation: z.literal('builtin').nullable().optional() }).optional(),
    })
    .optional(),
  apply: z
    .strictObject({
      /** How long git hooks and signing may take in all, in seconds. @default 600 */
      hookTimeoutSeconds: z.number().positive().max(86_400).optional(),
    })
    .optional(),
  /** What plans do where files of the checkout change while an agent works, and nothing shows who changed them. */
  checkoutGuard: CheckoutGuard.optional(),
  /** MiB kept of one plan's log, over all its tries. @default 256 */
  logMiB: z.int().min(1).max(1_000_000).optional(),
  /** Profiles of one's own, by name. */
  profiles: z.record(Name, ProfileDraft).optional(),
});

/** Only a person says which of their programs run: a folder from elsewhere may bring a project's file with it. */
const SharedConfig = Config.extend({
  /** A program that hears when somebody is needed. */
  notify: NotifySettings.optional(),
});

export interface ProjectSettings
  extends Pick<TroupeOptions, 'profile' | 'reconciliation' | 'profiles' | 'logBytesMax' | 'checkoutGuard'> {
  notify: NotifySettings | null;
  /** How long the hooks and the signing of one apply may take, in milliseconds. @default 600_000 */
  hookTimeoutMs?: number;
}

/** Where a person keeps what holds for every project. */
export function userConfigDir(env: Io['env']): string {
  const config = env.XDG_CONFIG_HOME || join(env.HOME || '/', '.config');
  return join(config, 'troupe');
}

/** What the project's file says; what it does not say, the person's. @throws {TroupeError} INVALID_CONFIG, UNKNOWN_PROFILE */
export async function loadSettings({ home }: Pick<ProjectLocation, 'home'>, env: Io['env']): Promise<ProjectSettings> {
  const [own, shared] = await Promise.all([
    readConfig(join(home, 'config.yaml'), Config),
    readConfig(join(userConfigDir(env), 'config.yaml'), SharedConfig),
  ]);
  const drafts = Object.entries({ ...shared?.profiles, ...own?.profiles });
  let profiles: NonNullable<ProjectSettings['profiles']> = [];
  for (const [name, draft] of drafts) {
    profiles = [...profiles, createProfile(name, draft, profiles)];
  }
  const profile = own?.profile ?? shared?.profile;
  const checkoutGuard = own?.checkoutGuard ?? shared?.checkoutGuard;
  const logMiB = own?.logMiB ?? shared?.logMiB;
  const hookSeconds = own?.apply?.hookTimeoutSeconds ?? shared?.apply?.hookTimeoutSeconds;
  const inProject = own?.actor?.default?.reconciliation;
  const reconciliation = inProject === undefined ? shared?.actor?.default?.reconciliation : inProject;
  return {
    profiles,
    notify: shared?.notify ?? null,
    ...(profile === undefined ? {} : { profile }),
    ...(checkoutGuard === undefined ? {} : { checkoutGuard }),
    ...(logMiB === undefined ? {} : { logBytesMax: logMiB * 1024 ** 2 }),
    ...(hookSeconds === undefined ? {} : { hookTimeoutMs: Math.round(hookSeconds * 1000) }),
    ...(reconciliation === undefined ? {} : { reconciliation }),
  };
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
    throw new TroupeError('INVALID_CONFIG', 'This is no YAML', { where: file, cause });
  }
  const parsed = schema.safeParse(value, { error: describeIssue });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') ?? '';
  throw new TroupeError(
    'INVALID_CONFIG',
    `${path === '' ? 'It ' : `${path}: `}${issue?.message ?? 'is not understood'}`,
    {
      where: file,
    },
  );
}
