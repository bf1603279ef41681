import * as z from 'zod';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { nameKey } from '../../model/name-key.ts';
import { Profile, ThresholdName, type Thresholds, ToolGuards, thresholdNames } from '../../model/profile.ts';

/** The eight profiles: each column is one, each row a threshold. docs/reference/profiles.md shows the same table. */
const thresholdTable: Record<ThresholdName, readonly number[]> = {
  startStrategize: [1, 0, 0, 0, 0, 0, 0, 0],
  startExecute: [1, 1, 1, 0.8, 0.5, 0, 0, 0],
  startApply: [1, 1, 1, 1, 1, 0.9, 1, 0],
  decideStrategy: [1, 0.9, 0, 0.8, 0, 0, 0, 0],
  chooseResources: [1, 0.9, 0, 0.8, 0, 0, 0, 0],
  spawnSubplans: [1, 0.9, 0, 0.6, 0, 0, 0, 0],
  writeFiles: [1, 0, 0, 0, 0, 0, 0, 0],
  runCommands: [1, 0, 0, 0, 0, 0, 0, 0],
  recoverErrors: [1, 0.9, 0, 0.6, 0, 0, 0, 0],
  fixValidations: [1, 0, 0, 0, 0, 0, 0, 0],
  resolveConflicts: [1, 1, 0, 0.8, 0, 0, 0, 0],
};

/** Names of the eight built-in profiles. */
export const profileNames = [
  'manual',
  'review',
  'supervised',
  'cautious',
  'trusted',
  'auto',
  'ci',
  'full-auto',
] as const;

const otherDifferences: Partial<Record<(typeof profileNames)[number], Partial<Profile>>> = {
  manual: { retriesMax: 0, fixesMax: 0 },
  ci: { retriesMax: 1, questions: 'decide' },
  'full-auto': { questions: 'decide' },
};

/** The purpose of each profile, in one line. */
export const profileDescriptions: Readonly<Record<(typeof profileNames)[number], string>> = {
  manual: 'asks you before every step and before every tool call that writes files or runs a program',
  review: 'runs Strategize without asking; you review the strategy and the result',
  supervised: 'the default: you start Execute and Apply; the work in between is not interrupted',
  cautious: 'continues to the result when confidence is high; asks when it is not',
  trusted: 'continues to the result unless confidence is low; you apply it',
  auto: 'also applies the result when confidence is high',
  ci: 'continues to the result without asking, and never applies it without a command',
  'full-auto': 'continues through Apply without asking',
};

const builtin: readonly Profile[] = profileNames.map((name, column) =>
  Profile.parse({
    name,
    thresholds: Object.fromEntries(thresholdNames.map(threshold => [threshold, thresholdTable[threshold][column]])),
    ...otherDifferences[name],
  }),
);

/**
 * Returns the complete profile of a name, to be frozen into a plan. A custom profile takes precedence over a built-in
 * one of the same name.
 * @throws {TroupeError} UNKNOWN_PROFILE listing the known ones
 */
export function findProfile(name: string, own: readonly Profile[] = []): Profile {
  const profiles = [...own, ...builtin];
  const match = profiles.find(profile => nameKey(profile.name) === nameKey(name));
  if (match) return match;
  const known = [...new Set(profiles.map(profile => profile.name))];
  throw new TroupeError('UNKNOWN_PROFILE', `There is no profile "${name}"; known are ${known.join(', ')}`, {
    where: name,
    hints: [commandHint('profile list')],
  });
}

/** A custom profile as you write it: its differences from another. */
export const ProfileDraft = z.strictObject({
  /** @default supervised */
  extends: z.string().default('supervised'),
  thresholds: z.partialRecord(ThresholdName, z.number().min(0).max(1)).default({}),
  guards: ToolGuards.partial().prefault({}),
  retriesMax: Profile.shape.retriesMax.unwrap().optional(),
  fixesMax: Profile.shape.fixesMax.unwrap().optional(),
  questions: Profile.shape.questions.unwrap().optional(),
});
export type ProfileDraft = z.input<typeof ProfileDraft>;

/** Returns the complete profile of a draft. @throws {TroupeError} UNKNOWN_PROFILE for an unknown `extends` */
export function createProfile(name: string, draft: ProfileDraft, own: readonly Profile[] = []): Profile {
  const { extends: base, thresholds, guards, ...rest } = ProfileDraft.parse(draft);
  const parent = findProfile(
    base,
    own.filter(other => nameKey(other.name) !== nameKey(name)),
  );
  return Profile.parse({
    ...parent,
    ...rest,
    name,
    thresholds: { ...parent.thresholds, ...thresholds } satisfies Thresholds,
    guards: { ...parent.guards, ...guards },
  });
}
