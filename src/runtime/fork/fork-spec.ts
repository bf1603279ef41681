/** Creates a plan from a checkpoint of another, also of a finished one. */

import { stateLostError } from '../../model/checkpoint.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { allowedCommandHints } from '../../model/hints.ts';
import { PlanProgress, type PlanRecord, PlanSpec } from '../../model/plan.ts';
import type { Profile } from '../../model/profile.ts';
import { findProfile } from '../profiles/profiles.ts';
import type { PlanLedger } from '../records/ledger.ts';
import { findCheckpoint } from '../rollback/prepare.ts';

/** Options of `Troupe.fork`. */
export interface ForkOptions {
  /** By id, or a prefix or suffix of one. */
  plan: string;
  /** By id, the end of one, or label. @default the newest */
  checkpoint?: string;
  /**
   * A new goal: the fork then makes its own strategy on the files of the checkpoint.
   * @default the same goal, continuing from the checkpoint
   */
  goal?: string;
  profile?: string;
  /** Guidance for its agents. */
  guidance?: string;
  /** Start Strategize at once: always (true), never (false), or as the profile says (undefined). */
  start?: boolean;
}

/** @throws {TroupeError} UNKNOWN_CHECKPOINT, CHECKPOINT_LOST, UNKNOWN_PROFILE */
export async function createForkSpec(
  ledger: PlanLedger,
  record: PlanRecord,
  { checkpoint: wanted, goal, profile, guidance }: ForkOptions,
  { mintId, now, profiles }: { mintId(): string; now: number; profiles?: readonly Profile[] | undefined },
): Promise<PlanSpec> {
  const checkpoints = await ledger.checkpoints(record.planId);
  const newest = [...checkpoints].sort((left, right) => left.decisionSequence - right.decisionSequence).at(-1);
  if (newest === undefined) {
    throw new TroupeError('UNKNOWN_CHECKPOINT', 'The plan has no checkpoint to fork from', {
      where: `plan ${record.planId}`,
      hints: [
        ...allowedCommandHints(record.availableCommands, record.planId),
        commandHint('plan explain', { planId: record.planId }),
      ],
    });
  }
  const point = wanted === undefined ? newest : await findCheckpoint(ledger, record.planId, wanted);
  const stored = await ledger.checkpointContext(record.planId, point.checkpointId);
  if (stored === null) throw stateLostError(point);
  // The base and the guidance of that time: work that was applied later is not in the files.
  const source = PlanSpec.parse(stored.spec);
  const planId = mintId();
  return {
    ...source,
    invariants: record.invariants,
    planId,
    parentPlanId: null,
    rootPlanId: planId,
    depth: 0,
    description: goal ?? source.description,
    ...(profile === undefined ? {} : profileFields(findProfile(profile, profiles))),
    guidance: [...PlanProgress.shape.guidance.parse(stored.guidance), ...(guidance === undefined ? [] : [guidance])],
    forkedFrom: {
      planId: record.planId,
      checkpointId: point.checkpointId,
      treeOid: point.treeOid,
      sequence: point.decisionSequence,
      includesMerged: checkpoints.some(
        ({ trigger, treeOid }) => ['postExecute', 'preApply'].includes(trigger) && treeOid === point.treeOid,
      ),
      continues: goal === undefined,
    },
    decisionRootId: mintId(),
    spawnDecisionId: null,
    resourceScopes: [],
    startsWith: [],
    createdAt: new Date(now).toISOString(),
  };
}

const profileFields = (profile: Profile) => ({ automationProfile: profile.name, profileSnapshot: profile });
