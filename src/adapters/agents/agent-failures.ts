/** Errors of agents that are programs. */
import type { AgentFailure } from '../../model/agent-event.ts';
import { commandHint } from '../../model/command-hint.ts';
import { type ErrorCode, TroupeError } from '../../model/errors.ts';
import type { Watchdogs } from '../../model/watchdogs.ts';
import type { ProcessOutcome } from '../process/run.ts';
import { exitReasonOf, limitEnd } from './exit-reason.ts';
import { finalOutput } from './final-output.ts';

/** The agent in errors of its runs. */
export interface AgentIdentity {
  /** Its name in the action. */
  name: string;
  watchdogs: Watchdogs;
  /** The command to sign in; null if it is not known. */
  signIn: string | null;
}

export function agentError(
  { name, signIn }: AgentIdentity,
  code: ErrorCode,
  message: string,
  details: Record<string, unknown>,
): TroupeError {
  const hints =
    code === 'AGENT_UNAVAILABLE'
      ? [...(signIn === null ? [] : [signIn]), commandHint('doctor')]
      : [commandHint('plan logs'), commandHint('plan execute')];
  return new TroupeError(code, message, { where: name, hints, details });
}

/** Returns the failure that an agent itself reports. */
export function failureError(
  program: AgentIdentity,
  { cause, message }: AgentFailure,
  details: Record<string, unknown>,
): TroupeError {
  const words = finalOutput(message);
  const description = `${program.name} failed: ${words}`;
  switch (cause) {
    case 'rate_limit':
      return agentError(program, 'RATE_LIMITED', description, { ...details, ...limitEnd(message) });
    case 'sign_in':
      return agentError(program, 'AGENT_UNAVAILABLE', withSignIn(program, description), details);
    case 'other':
      return agentError(program, 'AGENT_FAILED', description, details);
  }
}

/** Returns the error of a run that the program did not end itself; null for one that it ended, or that found no program. */
export function interruptionError(program: AgentIdentity, result: ProcessOutcome): TroupeError | null {
  const { name, watchdogs } = program;
  const fail = (code: ErrorCode, message: string) => agentError(program, code, message, outcomeDetails(result));
  switch (result.outcome) {
    case 'not_found':
      return missingProgram(name);
    case 'aborted':
      return fail('CANCELLED', `${name} was stopped`);
    case 'timed_out':
      return fail('TIMED_OUT', `${name} did not end within ${watchdogs.totalSeconds} s`);
    case 'flooded':
      return fail('FLOODED', `${name} printed more than ${watchdogs.outputMiB} MiB`);
    case 'stalled':
      return fail('STALLED', `${name} ${watchdogMessage(result.watchdog, watchdogs)}`);
    case 'exited':
      return null;
  }
}

/** Returns the error of a program that exited. `printed` is what it printed in no known format. */
export function exitError(program: AgentIdentity, result: ProcessOutcome, printed: string, addition = ''): TroupeError {
  const how = result.signal === null ? `exited with ${result.exitCode}` : `was ended by ${result.signal}`;
  const words = finalOutput(printed);
  const { code, details } = exitReasonOf(printed);
  const message = `${program.name} ${how}${addition}${words === '' ? '' : `: ${words}`}`;
  const description = code === 'AGENT_UNAVAILABLE' ? withSignIn(program, message) : message;
  return agentError(program, code, description, { ...outcomeDetails(result), ...details });
}

export function outcomeDetails({ exitCode, watchdog, tail }: ProcessOutcome): Record<string, unknown> {
  return { exitCode, watchdog, output: tail.slice(-4_000) };
}

export function withSignIn({ signIn }: AgentIdentity, message: string): string {
  return signIn === null ? message : `${message.replace(/\.$/, '')}. Sign in: ${signIn}`;
}

function watchdogMessage(watchdog: ProcessOutcome['watchdog'], { startSeconds, idleSeconds }: Watchdogs): string {
  if (watchdog === 'start') return `printed nothing in its first ${startSeconds ?? idleSeconds} s`;
  return `printed nothing for ${idleSeconds} s`;
}

export function missingProgram(name: string, install: string | null = null): TroupeError {
  const what = name.includes('/') ? 'is not an executable file' : 'is not on the PATH';
  const how = install === null ? 'install it' : `install it (${install})`;
  return new TroupeError('AGENT_UNAVAILABLE', `The program ${name} ${what}; ${how}, or name another in the action`, {
    where: name,
    hints: [commandHint('doctor'), commandHint('help action')],
  });
}
