/** A new plan from a checkpoint of another, which may be long over. */

import { onward } from '../model/advice.ts';
import { Fault } from '../model/fault.ts';
import { type PlanRecord, PlanSpec } from '../model/plan.ts';
import type { Profile } from '../model/profile.ts';
import type { PlanLedger } from './ledger.ts';
import { profileOf } from './profiles.ts';
import { findCheckpoint, landedSince } from './returning.ts';

export interface ForkOptions {
  /** By id, or beginning or end of one. */
  plan: string;
  /** By id, the end of one, or label. @default the newest */
  checkpoint?: string;
  /** What is wanted instead: the fork then thinks for itself, on the files of the checkpoint. @default the same, going on from there */
  goal?: string;
  profile?: string;
  /** What its agents are to know. */
  guidance?: string;
  /** Start Strategize at once whatever the profile says (true), never (false), or as the profile says (undefined). */
  start?: boolean;
}

/** @throws {Fault} UNKNOWN_CHECKPOINT, UNKNOWN_PROFILE */
export async function forkedSpec(
  ledger: PlanLedger,
  record: PlanRecord,
  { checkpoint: wanted, goal, profile, guidance }: ForkOptions,
  { mintId, now, profiles }: { mintId(): string; now: number; profiles?: readonly Profile[] | undefined },
): Promise<PlanSpec> {
  const checkpoints = await ledger.checkpoints(record.planId);
  const newest = [...checkpoints].sort((left, right) => left.decisionSequence - right.decisionSequence).at(-1);
  if (newest === undefined) {
    throw new Fault('UNKNOWN_CHECKPOINT', 'The plan has no checkpoint to fork from', {
      where: `plan ${record.planId}`,
      hints: [...onward(record.ways, record.planId), `troupe plan explain ${record.planId}`],
    });
  }
  const point = wanted === undefined ? newest : findCheckpoint(checkpoints, record.planId, wanted);
  const source = PlanSpec.parse(
    Object.fromEntries(Object.keys(PlanSpec.shape).map(key => [key, Reflect.get(record, key)])),
  );
  const planId = mintId();
  // What landed since is not in its files: it stands where the other plan stood then.
  const [landed] = landedSince(await ledger.journal(record.planId), point.decisionSequence);
  return {
    ...source,
    projectLinks: landed?.from ?? source.projectLinks,
    planId,
    parentPlanId: null,
    rootPlanId: planId,
    depth: 0,
    description: goal ?? source.description,
    ...(profile === undefined ? {} : frozen(profileOf(profile, profiles))),
    guidance: [...record.guidance, ...(guidance === undefined ? [] : [guidance])],
    forkedFrom: {
      planId: record.planId,
      checkpointId: point.checkpointId,
      treeOid: point.treeOid,
      sequence: point.decisionSequence,
      holdsMerged: checkpoints.some(
        ({ trigger, treeOid }) => ['postExecute', 'preApply'].includes(trigger) && treeOid === point.treeOid,
      ),
      goesOn: goal === undefined,
    },
    decisionRootId: mintId(),
    spawnDecisionId: null,
    resourceScopes: [],
    startsWith: [],
    createdAt: new Date(now).toISOString(),
  };
}

const frozen = (profile: Profile) => ({ automationProfile: profile.name, profileSnapshot: profile });
