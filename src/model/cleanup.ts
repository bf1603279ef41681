/** Cleaning up: what may go, what it takes, and what was done about it. */
import type { SerializedError } from './errors.ts';

export interface CleanupOptions {
  /** Only plans that ended, and strays that nobody touched, longer ago than this. @default 30 days */
  olderThanMs?: number;
  /** Ended plans go, oldest first, until what Troupe keeps takes no more bytes than this. @default no limit */
  maxBytes?: number;
  /** Only says what would be done. @default true */
  dryRun?: boolean;
}

/**
 * One thing that may go.
 * `sandbox`: of a plan that has ended, or that no plan knows, or half of one; its files are in a ref first.
 * `plan`: a root plan that has ended, with its subplans, their records, refs and logs.
 * `leftover`: a folder left by a process that is dead; its files are in a ref already.
 * `refs`: refs of ours that no plan knows. `log`: a log that no plan knows.
 */
export interface CleanupItem {
  kind: 'sandbox' | 'plan' | 'leftover' | 'refs' | 'log';
  /** What it is called: a path, the id of a plan, the beginning of refs. */
  name: string;
  /** The root plan it belongs to; null for strays. */
  planId: string | null;
  /** The goal of that plan. */
  goal: string | null;
  why: string;
  bytes: number;
  /** The ref that holds its files, where there were any to keep. */
  keptIn: string | null;
  /** Why it is still there although it was to go. */
  error: SerializedError | null;
}

export interface CleanupReport {
  dryRun: boolean;
  items: CleanupItem[];
  /** Of all items, without those that could not go. */
  bytes: number;
  /** Root plans that stay: unfinished, or too young. */
  kept: { plans: number; bytes: number };
}
