import type { RunOutcome } from '../model/validation.ts';

/**
 * Limits after which a program is stopped: seconds, and a limit for its output. An omitted limit is not watched or
 * uses the default below.
 */
export interface WatchdogLimits {
  totalSeconds: number;
  /** Time without any output from the start. @default idleSeconds */
  startSeconds?: number | undefined;
  /** Time without further output. */
  idleSeconds: number;
  /** Time from reporting its result to its exit. @default graceSeconds */
  resultSeconds?: number | undefined;
  /** Time from the request to stop to the kill. */
  graceSeconds: number;
  /** @default no limit */
  outputMiB?: number | undefined;
}

/** The result of running a program. */
export interface ProcessResult {
  outcome: RunOutcome;
  exitCode: number | null;
  durationMs: number;
  /** sha256 of everything it printed, in hex. */
  digest: string;
  /** The end of what it printed, bounded. */
  tail: string;
}

/** Runs a program without a shell in its own process group. When it resolves, none of the program's processes is left. */
export type RunProcess = (options: {
  argv: readonly string[];
  cwd: string;
  env: Record<string, string>;
  watchdogs: WatchdogLimits;
  signal: AbortSignal;
  /** Inherited by every descendant process, so that orphans can be found after a crash. */
  processTag: string;
  onLine?: (line: string) => void;
}) => Promise<ProcessResult>;
