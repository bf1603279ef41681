/** Cleanup: what can be removed, how much space it takes, and what was removed. */
import type { SerializedError } from './errors.ts';

/** Options of `Troupe.cleanUp`. */
export interface CleanupOptions {
  /** Remove only plans that ended, and orphaned items last changed, longer ago than this. @default 30 days */
  olderThanMs?: number;
  /** Remove ended plans, oldest first, until Troupe's data takes no more bytes than this. @default no limit */
  maxBytes?: number;
  /** Report without removing anything. @default true */
  dryRun?: boolean;
}

/**
 * One item that can be removed. `sandbox`: of an ended or unknown plan, or an incomplete one; its files are in a ref.
 * `plan`: an ended root plan with its subplans, their records, refs and logs. `leftover`: a folder left by a process
 * that exited unexpectedly; its files are in a ref. `refs`: refs of an unknown plan. `log`: a log of an unknown plan.
 */
export interface CleanupItem {
  kind: 'sandbox' | 'plan' | 'leftover' | 'refs' | 'log';
  /** A path, a plan id, or a prefix of refs. */
  name: string;
  /** The root plan it belongs to; null for orphaned items. */
  planId: string | null;
  /** The goal of that plan. */
  goal: string | null;
  why: string;
  bytes: number;
  /** The ref that holds its files, if there were any to save. */
  keptIn: string | null;
  /** Why it could not be removed. */
  error: SerializedError | null;
}

/** The result of `Troupe.cleanUp`. */
export interface CleanupReport {
  dryRun: boolean;
  items: CleanupItem[];
  /** Of all items, without those that could not be removed. */
  bytes: number;
  /** Root plans that stay: unfinished, or too recent. */
  kept: { plans: number; bytes: number };
}
