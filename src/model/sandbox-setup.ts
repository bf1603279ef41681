/** What is the same in every sandbox that is set up, on the owner's machine and on a worker's. */
import type { Hint } from './command-hint.ts';
import { TroupeError } from './errors.ts';
import type { PlanSpec, ProjectLink } from './plan.ts';

export interface SandboxPlace {
  path: string;
  /** The project's folder from which it was made. */
  root: string;
  ports: { start: number; end: number };
  link: ProjectLink;
}

/** Returns the environment variables that tell programs about their sandbox. */
export function sandboxVariables({ path, root, ports, link }: SandboxPlace): Record<string, string> {
  return {
    TROUPE_ROOT: root,
    TROUPE_WORKTREE: path,
    TROUPE_BRANCH: link.branch ?? '',
    TROUPE_BASE: link.baseCommit,
    TROUPE_PORT_START: String(ports.start),
    TROUPE_PORT_END: String(ports.end),
  };
}

/** A set-up that prints more than this is stopped. */
const outputMiBMax = 256;

/** Limits of a command of a set-up. */
export const setUpWatchdogs = ({ timeout }: Pick<NonNullable<PlanSpec['setup']>, 'timeout'>) => ({
  totalSeconds: timeout,
  idleSeconds: timeout,
  graceSeconds: 5,
  outputMiB: outputMiBMax,
});

/**
 * @param failure the beginning of the message, and what to do
 * @throws {TroupeError} CANCELLED, SETUP_FAILED
 */
export function assertSetUp(
  argv: readonly string[],
  { outcome, exitCode, tail }: { outcome: string; exitCode: number | null; tail: string },
  { message, hints }: { message: string; hints?: Hint[] },
): void {
  const command = argv.join(' ');
  if (outcome === 'aborted') throw new TroupeError('CANCELLED', `The set-up command ${command} was stopped`);
  if (outcome === 'exited' && exitCode === 0) return;
  const how = outcome === 'exited' ? `exited with ${exitCode}` : outcome.replace('_', ' ');
  throw new TroupeError('SETUP_FAILED', `${message}: ${command}: ${how}`, {
    where: command,
    ...(hints !== undefined && { hints }),
    details: { command, exitCode, output: tail.slice(-4_000) },
  });
}
