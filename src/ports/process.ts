/** How one run of a program ended. */
export interface ProcessResult {
  outcome: 'exited' | 'timed_out' | 'stalled' | 'aborted' | 'not_found';
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
  watchdogs: { totalSeconds: number; idleSeconds: number; graceSeconds: number };
  signal: AbortSignal;
  /** Inherited by every descendant, so that orphans can be found after a crash. */
  marker: string;
  onLine?: (line: string) => void;
}) => Promise<ProcessResult>;
