/**
 * Types of the effects that the machines invoke: a machine declares an effect by name, the runtime provides it from
 * actors/. Input and output are plain JSON. An effect that fails throws an error; the machine receives it as an error
 * event and stores its serialized form.
 */
import type { ApplyInstructions, PartialApplyRequest, PostApplyHookResult } from './apply.ts';
import type { Bisection } from './bisection.ts';
import type { BisectionRequest } from './bisection-request.ts';
import type { ChangeSet } from './change.ts';
import type { CheckpointDraft, RevertedFile, RollbackRequest, StoredContext } from './checkpoint.ts';
import type { SubplanSpec, SubplanTree } from './child-plan.ts';
import type { AdjacentValues, Conflict, Resolution } from './conflict.ts';
import type { CorrectionRequest } from './correction.ts';
import type { DecisionDraft } from './decision.ts';
import type { SerializedError } from './errors.ts';
import type { Invariant } from './invariant.ts';
import type { Phase, PlanSpec, ProjectLink } from './plan.ts';
import type { ConfidenceByThreshold } from './profile.ts';
import type { CommitMessage, Finding } from './review.ts';
import type { GroupConfig, GroupMerge } from './subplan.ts';
import type { ApplyTarget } from './target.ts';
import type { ValidationResult } from './validation.ts';

/** A sandbox of a plan. */
export interface SandboxRef {
  /** Identifies the sandbox in its project. */
  key: string;
  /** The absolute path of its folder. */
  path: string;
}

/** A violation of an invariant. */
export interface Violation {
  invariantId: string;
  /** The text of the invariant. */
  text: string;
  /** Paths of the files that violate it. */
  files: string[];
  message: string;
}

/** The trees to compare. `fromTree` is null if there is no earlier tree; `toTree` is null to check the files of the sandbox. */
export interface CheckedTrees {
  fromTree: string | null;
  toTree: string | null;
}

/** Input and output of each effect, by name. */
export interface Effects {
  /** Runs all seven checks; names every failure in one error PREFLIGHT_FAILED. */
  preflight: { input: { spec: PlanSpec; phase: Phase }; output: { checked: string[] } };
  /** Returns the effective invariants by precedence, and the invariant_enforced decisions to record. */
  collectInvariants: {
    input: { spec: PlanSpec; phase: Phase };
    output: { effective: Invariant[]; conflictCount: number; decisions: DecisionDraft[] };
  };
  check: {
    input: { spec: PlanSpec; phase: Phase; invariants: Invariant[]; sandbox: SandboxRef | null } & CheckedTrees;
    output: { violations: Violation[] };
  };
  strategize: {
    input: { spec: PlanSpec; attempt: number; guidance: string[] };
    /** `confidenceByThreshold`: its confidence in each kind of decision. */
    output: { decisions: DecisionDraft[]; confidence: number; confidenceByThreshold?: ConfidenceByThreshold };
  };
  estimate: { input: { spec: PlanSpec; attempt: number }; output: { estimate: Record<string, unknown> | null } };
  /** Opens the sandbox of this attempt, merges startsWith into it, creates the pre-execute checkpoint. */
  prepare: {
    input: { spec: PlanSpec; attempt: number; from: string | null };
    output: { sandbox: SandboxRef; startTree: string; checkpoint: CheckpointDraft };
  };
  /**
   * Runs the execution agent and captures `tree` from the sandbox. Calls up to `begin.sequence` come from the
   * journal, for a fork that `inherits` after those of the plan it was forked from.
   */
  execute: {
    input: {
      spec: PlanSpec;
      attempt: number;
      sandbox: SandboxRef;
      begin: { tree: string; sequence: number | null; inherits: boolean };
      guidance: string[];
      /** Confidence in the plan. @default 1 */
      confidence?: number;
    };
    /** `run` identifies this run of the agent, also in its decisions; continuing from a checkpoint keeps the run. */
    output: { decisions: DecisionDraft[]; tree: string; toolCalls: number; run: string };
  };
  /** Creates child specs from the recorded spawn decisions. Refuses excessive depth and cycles before anything runs. */
  createSubplans: {
    /** Spawn decisions up to `mergedUpTo` are already in the work. */
    input: {
      spec: PlanSpec;
      attempt: number;
      workTree: string;
      mergedUpTo: number | null;
      /** The run of the execution agent whose spawn decisions count. */
      run: string | null;
      /** Children whose results may be reused when they would start from the same base. */
      kept: string[];
      /** Children whose work was applied: it is already in the base. */
      appliedPlanIds: string[];
    };
    output: { members: SubplanSpec[]; config: GroupConfig; checkpoint: CheckpointDraft | null };
  };
  /** Merges the next children into the current tree: several at once when they changed different files, else one. */
  mergeNext: {
    input: {
      spec: PlanSpec;
      ours: string;
      /** Children not merged yet, in order; at least one. */
      children: SubplanTree[];
      earlier: SubplanTree[];
      strategy: GroupMerge;
    };
    /** `folded` is the number of children merged into the tree; one when there are conflicts. */
    output: {
      clean: boolean;
      treeOid: string;
      folded: number;
      conflicts: Conflict[];
      engines: Record<string, string>;
      adjacent?: Record<string, AdjacentValues[]>;
    };
  };
  /** Resolves one conflict, or one hunk of it, in the merged tree. An agent works in the sandbox. */
  resolveConflict: {
    input: {
      spec: PlanSpec;
      attempt: number;
      sandbox: SandboxRef;
      tree: string;
      conflict: Conflict;
      resolution: Resolution;
      guidance: string[];
    };
    output: { treeOid: string; decisions: DecisionDraft[]; toolCalls: number };
  };
  /** Resets the sandbox's files to exactly `tree`; `toSee` when a person is going to look at them. */
  restoreTree: {
    input: { spec: PlanSpec; sandbox: SandboxRef; tree: string; toSee: boolean };
    output: { tree: string };
  };
  /** Runs every validation on the sandbox's current files. */
  validate: {
    input: { spec: PlanSpec; sandbox: SandboxRef; round: number };
    output: { results: ValidationResult[]; tree: string };
  };
  /**
   * Finds the subplans that make a required validation fail: merges the results of some of them, in a checkout of its own,
   * and validates that. Each run is recorded, so that a crash repeats none.
   */
  bisect: {
    input: BisectionRequest;
    /** `decisions` has one decision, which records what was found. */
    output: { bisection: Bisection; decisions: DecisionDraft[] };
  };
  /** Reviews the merged result, which passed its validations, in a checkout of its own. */
  reviewResult: {
    input: { spec: PlanSpec; attempt: number; tree: string; round: number; guidance: string[] };
    /** `decisions` has one decision for each finding. */
    output: { findings: Finding[]; decisions: DecisionDraft[]; toolCalls: number };
  };
  fix: {
    input: {
      spec: PlanSpec;
      attempt: number;
      sandbox: SandboxRef;
      /** The tree that was validated. */
      tree: string;
      results: ValidationResult[];
      /** Of the review of that tree; empty when a validation failed before it. */
      findings: Finding[];
      /** Why a validation failed, if that was searched: the agent of the subplan found fixes it. @default null */
      bisection?: Bisection | null;
      round: number;
      guidance: string[];
      confidence?: number;
    };
    output: { decisions: DecisionDraft[]; tree: string; toolCalls: number };
  };
  /** Freezes the result: scope check, checkout fingerprint, changeset, post-execute checkpoint. */
  review: {
    /** `isRest`: parts were applied, so nothing may be left. `tree`: the files, where they are captured and unchanged. */
    input: { spec: PlanSpec; sandbox: SandboxRef; startTree: string; isRest: boolean; tree: string | null };
    output: { resultTree: string; changeSet: ChangeSet; checkpoint: CheckpointDraft };
  };
  /** Returns the commit message written by the applyActor; null with the reason when it failed, and the default is used. */
  describe: {
    input: { spec: PlanSpec; attempt: number; resultTree: string };
    output: { message: CommitMessage | null; error: SerializedError | null; decisions: DecisionDraft[] };
  };
  /** Prepares the recovery from a failure: an error_recovery decision, merged details, hints to run, an on-error checkpoint. */
  recover: {
    input: { spec: PlanSpec; phase: Phase; attempt: number; error: SerializedError; sandbox: SandboxRef | null };
    output: {
      error: SerializedError;
      decisions: DecisionDraft[];
      details: Record<string, unknown>;
      checkpoint: CheckpointDraft | null;
    };
  };
  /**
   * Creates the pre-apply checkpoint, then applies exactly `resultTree`, or merges onto a moved base and validates
   * again first. A selected part was never validated as such, so its validations run before it is applied.
   */
  apply: {
    input: {
      spec: PlanSpec;
      attempt: number;
      target: ApplyTarget;
      resultTree: string;
      sandbox: SandboxRef;
      order: ApplyInstructions | null;
      /** The commit message, where the applyActor wrote one. @default the goal */
      message: CommitMessage | null;
    };
    output:
      | {
          outcome: 'applied';
          commits: string[];
          files: string[];
          results: ValidationResult[];
          checkpoint: CheckpointDraft;
          after?: PostApplyHookResult | null;
          uncommitted?: string[];
        }
      | { outcome: 'constrained'; error: SerializedError; results: ValidationResult[]; checkpoint: CheckpointDraft };
  };
  /**
   * Applies a part of a plan's work, in a temporary sandbox, as `apply` applies a result: its validations run first.
   * The plan continues from `links`.
   */
  applyPart: {
    input: {
      spec: PlanSpec;
      attempt: number;
      order: PartialApplyRequest;
      /** The plan's own sandbox, used for the checkpoint after the apply. */
      sandbox: SandboxRef;
      /** The reviewed result, if there is one: it stays unchanged, and its remaining changes are returned. */
      resultTree: string | null;
      /** The next step may start from everything in the new commit. */
      rebases: boolean;
    };
    output:
      | {
          outcome: 'applied';
          commits: string[];
          files: string[];
          results: ValidationResult[];
          links: ProjectLink[];
          /** Remaining changes of the result; null when there is no result yet. */
          changeSet: ChangeSet | null;
          checkpoint: CheckpointDraft;
          after: PostApplyHookResult | null;
        }
      | { outcome: 'constrained'; error: SerializedError; results: ValidationResult[] };
  };
  /**
   * Rolls files back to a checkpoint, after a checkpoint of the current state, and returns the context stored at it. All
   * or nothing: when it fails, the files are unchanged and the new checkpoint is deleted. `expected` is the tree the plan
   * left, when nothing else should have changed it since.
   */
  rollback: {
    input: { spec: PlanSpec; sandbox: SandboxRef; order: RollbackRequest; expected: string | null };
    output: { changes: RevertedFile[]; context: StoredContext };
  };
  /**
   * Before a correction: creates a checkpoint of the current state. Fails, without changes, when the files to start
   * from are gone or the sandbox was changed by something else.
   */
  checkpointCurrent: {
    input: { spec: PlanSpec; sandbox: SandboxRef; order: CorrectionRequest; expected: string | null };
    output: { present: CheckpointDraft };
  };
  /** Opens a sandbox for the next attempt, with the files of a tree. */
  openNextSandbox: { input: { spec: PlanSpec; attempt: number; tree: string }; output: { sandbox: SandboxRef } };
  /** Removes such a sandbox, or what exists of it. */
  removeSandbox: {
    input: { spec: PlanSpec; attempt: number; present: CheckpointDraft };
    output: { discarded: boolean };
  };
  /** Captures the sandbox in a ref, then removes it and temporary checkouts; `tree` is the work of a plan without a result. */
  archiveSandbox: {
    input: { spec: PlanSpec; sandbox: SandboxRef | null; reason: string; captured?: string | null };
    output: { ref: string | null; tree?: string };
  };
}

export type { PlanCommand } from './command.ts';

/** The name of an effect, such as `execute`. */
export type EffectName = keyof Effects;
/** The input of an effect, as the machines send it. */
export type EffectInput<Name extends EffectName> = Effects[Name]['input'];
/** The output of an effect, as the machines receive it. */
export type EffectOutput<Name extends EffectName> = Effects[Name]['output'];
