import type { RunOutcome } from '../model/validation.ts';

/** When a program is ended. Seconds, and a limit of its output; what is left out is not watched, or as another is. */
export interface WatchdogLimits {
  totalSeconds: number;
  /** Without any output so far. @default idleSeconds */
  startSeconds?: number | undefined;
  /** Without output since the last. */
  idleSeconds: number;
  /** From saying that it is done to its exit. @default graceSeconds */
  resultSeconds?: number | undefined;
  /** From being asked to end to being killed. */
  graceSeconds: number;
  /** @default no limit */
  outputMiB?: number | undefined;
}

/** How one run of a program ended. */
export interface ProcessResult {
  outcome: RunOutcome;
  exitCode: number | null;
  durationMs: number;
  /** sha256 over everything it printed, in hex. */
  digest: string;
  /** The end of what it printed, bounded. */
  tail: string;
}

/** Runs a program without a shell in its own process group; when it resolves, nothing of it is left running. */
export type RunProcess = (options: {
  argv: readonly string[];
  cwd: string;
  env: Record<string, string>;
  watchdogs: WatchdogLimits;
  signal: AbortSignal;
  /** Inherited by every descendant, so that orphans can be found after a crash. */
  processTag: string;
  onLine?: (line: string) => void;
}) => Promise<ProcessResult>;
