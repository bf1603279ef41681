/**
 * Effects that the machines invoke, as types: declared by a machine by name, provided by the runtime from actors/. Everything is
 * plain JSON. An effect that fails throws an error; the machine receives it as an error event and stores its plain form.
 */
import type { ApplyInstructions, PartialApplyRequest, PostApplyHookResult } from './apply.ts';
import type { ChangeSet } from './change.ts';
import type { CheckpointDraft, RevertedFile, RollbackRequest } from './checkpoint.ts';
import type { AdjacentValues, Conflict, Resolution } from './conflict.ts';
import type { CorrectionRequest } from './correction.ts';
import type { DecisionDraft } from './decision.ts';
import type { SerializedError } from './errors.ts';
import type { Invariant } from './invariant.ts';
import type { Phase, PlanSpec, ProjectLink } from './plan.ts';
import type { ConfidenceByThreshold } from './profile.ts';
import type { CommitMessage, Finding } from './review.ts';
import type { SubplanConfig } from './subplan.ts';
import type { ApplyTarget } from './target.ts';
import type { ValidationResult } from './validation.ts';

export interface SandboxRef {
  key: string;
  path: string;
}

export interface Violation {
  invariantId: string;
  text: string;
  files: string[];
  message: string;
}

/** Children to run: their specs, without the base they start from, which the supervisor fills in. */
export interface SubplanSpec {
  spec: PlanSpec;
  decisionId: string;
  goal: string;
  /** Plan ids of siblings that must complete first. */
  dependsOn: string[];
  /** What it made in an attempt before; it does not run again then. */
  reusedTree: SubplanTree | null;
}

/** A child's result on its way to the merge: three-way with `baseTree`, the tree the child started from. */
export interface SubplanTree {
  planId: string;
  goal: string;
  baseTree: string;
  treeOid: string;
}

/** null: there is nothing before, or the files of the sandbox itself are checked. */
export interface CheckedTrees {
  fromTree: string | null;
  toTree: string | null;
}

export interface Effects {
  /** All seven checks; every failure named in one error PREFLIGHT_FAILED. */
  preflight: { input: { spec: PlanSpec; phase: Phase }; output: { checked: string[] } };
  /** Effective invariants by precedence, and the invariant_enforced decisions to record. */
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
    /** `confidenceByThreshold`: how sure it is of each kind of decision. */
    output: { decisions: DecisionDraft[]; confidence: number; confidenceByThreshold?: ConfidenceByThreshold };
  };
  estimate: { input: { spec: PlanSpec; attempt: number }; output: { estimate: Record<string, unknown> | null } };
  /** Opens (or finds) the sandbox of this attempt, merges startsWith into it, makes the pre-execute checkpoint. After a rollback its files are those of `from`. */
  prepare: {
    input: { spec: PlanSpec; attempt: number; from: string | null };
    output: { sandbox: SandboxRef; startTree: string; checkpoint: CheckpointDraft };
  };
  /**
   * The execution agent's own work. `tree` is captured from the sandbox, whatever the agent says. It begins on `begin.tree`;
   * after a rollback, with the calls that had been made by `begin.sequence` already answered; for a fork that `inherits`,
   * with those of the plan it was forked from before them.
   */
  execute: {
    input: {
      spec: PlanSpec;
      attempt: number;
      sandbox: SandboxRef;
      begin: { tree: string; sequence: number | null; inherits: boolean };
      guidance: string[];
      /** Behind the plan. @default 1 */
      confidence?: number;
    };
    /** `run` names this run of the agent, as its decisions do; what goes on from a checkpoint is the run it was. */
    output: { decisions: DecisionDraft[]; tree: string; toolCalls: number; run: string };
  };
  /** Child specs from the recorded spawn decisions; refuses depth and cycles before anything runs. */
  createSubplans: {
    /** Spawn decisions up to `mergedUpTo` are in the work already. */
    input: {
      spec: PlanSpec;
      attempt: number;
      workTree: string;
      mergedUpTo: number | null;
      /** The run of the execution agent whose spawn decisions count. */
      run: string | null;
      /** Children whose results may be used again, where they still start from the same. */
      kept: string[];
      /** Children whose work has landed: it is in the work already. */
      landed: string[];
    };
    output: { members: SubplanSpec[]; config: SubplanConfig; checkpoint: CheckpointDraft | null };
  };
  /** The next children folded into what is merged so far: several at once where they do not meet, else one. */
  mergeNext: {
    input: {
      spec: PlanSpec;
      ours: string;
      /** Those not folded yet, in order; there is at least one. */
      children: SubplanTree[];
      earlier: SubplanTree[];
      strategy: SubplanConfig['mergeStrategy'];
    };
    /** `folded` is how many of the children are in the tree; one where there are conflicts. */
    output: {
      clean: boolean;
      treeOid: string;
      folded: number;
      conflicts: Conflict[];
      engines: Record<string, string>;
      adjacent?: Record<string, AdjacentValues[]>;
    };
  };
  /** One conflict, or a hunk of it, settled in the merged tree. An agent that is asked works in the sandbox. */
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
  /** Makes the sandbox's files exactly `tree`; `toSee` when a person is going to look at them. */
  restoreTree: {
    input: { spec: PlanSpec; sandbox: SandboxRef; tree: string; toSee: boolean };
    output: { tree: string };
  };
  /** Runs every validation on the sandbox as it stands. */
  validate: {
    input: { spec: PlanSpec; sandbox: SandboxRef; round: number };
    output: { results: ValidationResult[]; tree: string };
  };
  /** The reviewer's findings about the merged result, which passed its validations. It works in a checkout of its own. */
  reviewResult: {
    input: { spec: PlanSpec; attempt: number; tree: string; round: number; guidance: string[] };
    /** `decisions` holds one for each finding. */
    output: { findings: Finding[]; decisions: DecisionDraft[]; toolCalls: number };
  };
  fix: {
    input: {
      spec: PlanSpec;
      attempt: number;
      sandbox: SandboxRef;
      /** The work as it was checked. */
      tree: string;
      results: ValidationResult[];
      /** Of the review of that work; empty where a validation failed before it. */
      findings: Finding[];
      round: number;
      guidance: string[];
      confidence?: number;
    };
    output: { decisions: DecisionDraft[]; tree: string; toolCalls: number };
  };
  /** Freezes the result: scope check, checkout fingerprint, changeset, post-execute checkpoint. */
  review: {
    /** `isRest`: parts of the plan have landed, and nothing may be left to do. */
    input: { spec: PlanSpec; sandbox: SandboxRef; startTree: string; isRest: boolean };
    output: { resultTree: string; changeSet: ChangeSet; checkpoint: CheckpointDraft };
  };
  /** The message of the commit, as the applyActor writes it; null with the reason where it failed, and the default stays. */
  describe: {
    input: { spec: PlanSpec; attempt: number; resultTree: string };
    output: { message: CommitMessage | null; error: SerializedError | null; decisions: DecisionDraft[] };
  };
  /** What to make of a failure: an error_recovery decision, merged details, runnable hints, an on-error checkpoint. */
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
   * Pre-apply checkpoint, then lands exactly `resultTree`, or merges onto a moved base and validates again first. Of a part
   * of it that was chosen nobody knows yet whether the checks hold: they run before it lands.
   */
  apply: {
    input: {
      spec: PlanSpec;
      attempt: number;
      target: ApplyTarget;
      resultTree: string;
      sandbox: SandboxRef;
      order: ApplyInstructions | null;
      /** Of the commit, where the applyActor wrote one. @default the goal */
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
   * Lands a part of a plan's work, in a sandbox of its own, as `apply` lands a result: its checks run first. The plan goes on
   * from `links`.
   */
  applyPart: {
    input: {
      spec: PlanSpec;
      attempt: number;
      order: PartialApplyRequest;
      /** The plan's own, of which the checkpoint after the landing is. */
      sandbox: SandboxRef;
      /** The reviewed result, where there is one: it stays as it is, and what is left of it is told. */
      resultTree: string | null;
      /** What is done next may begin with all that the landed commit holds. */
      rebases: boolean;
    };
    output:
      | {
          outcome: 'applied';
          commits: string[];
          files: string[];
          results: ValidationResult[];
          links: ProjectLink[];
          /** What is left of the result; null where there is none yet. */
          changeSet: ChangeSet | null;
          checkpoint: CheckpointDraft;
          after: PostApplyHookResult | null;
        }
      | { outcome: 'constrained'; error: SerializedError; results: ValidationResult[] };
  };
  /**
   * Files back to what they were at a checkpoint; first a checkpoint of the present. All or nothing: when it fails, the
   * files are as before. `expected` is the tree we left there, when nobody else should have changed it since.
   */
  rollback: {
    input: { spec: PlanSpec; sandbox: SandboxRef; order: RollbackRequest; expected: string | null };
    output: { present: CheckpointDraft; changes: RevertedFile[] };
  };
  /**
   * Before a correction: the present in a checkpoint. Fails when the files it is to begin with are gone, or somebody
   * else changed the sandbox; nothing has changed then.
   */
  checkpointCurrent: {
    input: { spec: PlanSpec; sandbox: SandboxRef; order: CorrectionRequest; expected: string | null };
    output: { present: CheckpointDraft };
  };
  /** A sandbox for the attempt after this one, with the files of a tree. */
  openNextSandbox: { input: { spec: PlanSpec; attempt: number; tree: string }; output: { sandbox: SandboxRef } };
  /** Takes such a sandbox away again, or what there is of it. */
  removeSandbox: {
    input: { spec: PlanSpec; attempt: number; present: CheckpointDraft };
    output: { discarded: boolean };
  };
  /** Captures the sandbox in a ref, then removes it, or what was only looked at; `tree` is what a plan without a result made. */
  archiveSandbox: {
    input: { spec: PlanSpec; sandbox: SandboxRef | null; reason: string };
    output: { ref: string | null; tree?: string };
  };
}

export type { PlanCommand } from './command.ts';

export type EffectName = keyof Effects;
export type EffectInput<Name extends EffectName> = Effects[Name]['input'];
export type EffectOutput<Name extends EffectName> = Effects[Name]['output'];

/** What a child plan reports to its supervisor when it ends. */
export type PlanOutput =
  | { outcome: 'complete'; planId: string; baseTree: string; treeOid: string }
  /** With what people told it, which the next attempt is to be told too. */
  | { outcome: 'failed'; planId: string; phase: Phase; error: SerializedError; guidance?: string[] }
  | { outcome: 'cancelled'; planId: string; reason: string }
  | { outcome: 'applied'; planId: string };
