/**
 * Runs an agent that is a program, in its sandbox. Its changes are read from the tree afterwards; its decisions are recorded
 * once it has ended successfully.
 */

import type { AgentEvent, AgentFailure } from '../../model/agent-event.ts';
import type { AgentFormat } from '../../model/agent-format.ts';
import { commandHint } from '../../model/command-hint.ts';
import { type ErrorCode, TroupeError } from '../../model/errors.ts';
import { CommitMessage } from '../../model/review.ts';
import { describeIssue } from '../../model/schema-messages.ts';
import type { Watchdogs } from '../../model/watchdogs.ts';
import type { AgentAnswer, AgentTask } from '../../ports/agent.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ProcessOutcome, runProcess } from '../process/run.ts';
import { type AgentOutput, createAgentOutput } from './agent-output.ts';
import { checkAnswer } from './check-answer.ts';
import { createDecisionRecorder } from './decision-recorder.ts';
import { exitReasonOf, limitEnd } from './exit-reason.ts';
import { finalOutput } from './final-output.ts';
import type { AgentMessage } from './parse-agent-line.ts';

export interface AgentProgram {
  /** Its name in the action. */
  name: string;
  argv: string[];
  stdin: string | null;
  env: Record<string, string>;
  watchdogs: Watchdogs;
  reads: AgentFormat;
  clock: Clock;
  run: typeof runProcess;
  /** The command to sign in; null if it is not known. */
  signIn: string | null;
  /** Arguments that grant more permissions; null if they are not known. */
  permissions: string | null;
}

/** The agent's own retry at which its run is ended: the plan waits instead and releases its slot. */
const retriesMax = 2;

/** @throws {TroupeError} AGENT_FAILED, AGENT_UNAVAILABLE, RATE_LIMITED, TIMED_OUT, STALLED, FLOODED, CANCELLED, INVALID_DECISION */
export async function runAgentProgram(program: AgentProgram, task: AgentTask): Promise<AgentAnswer> {
  const { name, watchdogs, clock } = program;
  const output = createAgentOutput(program.reads, task, retry => {
    if (retry.attempt >= retriesMax && retry.cause !== 'other') throw retryError(program, retry);
  });
  const result = await program.run({
    argv: program.argv,
    cwd: task.directory,
    env: program.env,
    watchdogs,
    signal: task.signal,
    processTag: task.key,
    clock,
    stdin: program.stdin,
    onLine: output.read,
  });
  if (result.left > 0) task.log(`${name} left ${result.left} of its processes running; they were ended`);
  output.close();
  assertSucceeded(program, result, output);
  if (task.role === 'strategy') checkAnswer(task, output.messages);
  await recordMessages(program, task, output.messages);
  const message = task.role === 'apply' ? messageIn(program, output.messages) : null;
  const { refused } = output;
  return {
    decisions: [],
    summary: output.summary ?? `${name} finished`,
    ...(message && { message }),
    ...(refused.length > 0 && { refused: { actions: [...refused], permissions: program.permissions } }),
  };
}

function assertSucceeded(program: AgentProgram, result: ProcessOutcome, output: AgentOutput): void {
  const { name, watchdogs } = program;
  const details = { exitCode: result.exitCode, watchdog: result.watchdog, output: result.tail.slice(-4_000) };
  const fail = (code: ErrorCode, message: string, more: Record<string, unknown> = {}) =>
    failure(program, code, message, { ...details, ...more });
  switch (result.outcome) {
    case 'not_found':
      throw missingProgram(name);
    case 'aborted':
      throw fail('CANCELLED', `${name} was stopped`);
    case 'timed_out':
      throw fail('TIMED_OUT', `${name} did not end within ${watchdogs.totalSeconds} s`);
    case 'flooded':
      throw fail('FLOODED', `${name} printed more than ${watchdogs.outputMiB} MiB`);
    case 'stalled':
      // It reported that its work is done but did not exit: the work counts.
      if (!result.saidDone) throw fail('STALLED', `${name} ${watchdogMessage(result.watchdog, watchdogs)}`);
      if (output.failure !== null) throw failureError(program, output.failure, details);
      return;
    case 'exited': {
      if (output.failure !== null) throw failureError(program, output.failure, details);
      const printed = program.reads === 'lines' ? result.tail : output.rest;
      if (result.exitCode !== 0) {
        const how = result.signal === null ? `exited with ${result.exitCode}` : `was ended by ${result.signal}`;
        const words = finalOutput(printed);
        const { code, details: reason } = exitReasonOf(printed);
        const message = `${name} ${how}${words === '' ? '' : `: ${words}`}`;
        throw fail(code, code === 'AGENT_UNAVAILABLE' ? withSignIn(program, message) : message, reason);
      }
      if (output.isRecognized) return;
      const last = finalOutput(printed);
      throw fail(
        'AGENT_FAILED',
        `${name} printed nothing in the format "${program.reads}"${last === '' ? '' : `: ${last}`}`,
      );
    }
  }
}

function failure(
  { name, signIn }: AgentProgram,
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
function failureError(program: AgentProgram, { cause, message }: AgentFailure, details: Record<string, unknown>) {
  const words = finalOutput(message);
  const said = `${program.name} failed: ${words}`;
  switch (cause) {
    case 'rate_limit':
      return failure(program, 'RATE_LIMITED', said, { ...details, ...limitEnd(message) });
    case 'sign_in':
      return failure(program, 'AGENT_UNAVAILABLE', withSignIn(program, said), details);
    case 'other':
      return failure(program, 'AGENT_FAILED', said, details);
  }
}

function retryError(program: AgentProgram, retry: Extract<AgentEvent, { kind: 'retry' }>): TroupeError {
  const said = `${program.name} was refused ${retry.attempt} times: ${retry.message}`;
  if (retry.cause === 'sign_in') return failure(program, 'AGENT_UNAVAILABLE', withSignIn(program, said), {});
  const { afterSeconds } = retry;
  const wait = afterSeconds === null ? limitEnd(retry.message) : { retryAfterSeconds: afterSeconds };
  return failure(program, 'RATE_LIMITED', said, wait);
}

function withSignIn({ signIn }: AgentProgram, message: string): string {
  return signIn === null ? message : `${message.replace(/\.$/, '')}. Sign in: ${signIn}`;
}

function watchdogMessage(watchdog: ProcessOutcome['watchdog'], { startSeconds, idleSeconds }: Watchdogs): string {
  if (watchdog === 'start') return `printed nothing in its first ${startSeconds ?? idleSeconds} s`;
  return `printed nothing for ${idleSeconds} s`;
}

async function recordMessages(
  program: AgentProgram,
  task: AgentTask,
  messages: readonly AgentMessage[],
): Promise<void> {
  const record = createDecisionRecorder(task);
  if (task.role === 'review') {
    const findings = messages.filter(said => said.kind === 'finding');
    // A reviewer whose output has no finding in our format may have written one as prose, which would be lost.
    if (findings.length === 0 && !messages.some(({ kind }) => kind === 'done')) {
      const message = `${program.name} gave no review: it printed neither a line {"finding": …} nor a last line {"type": "result"}`;
      throw failure(program, 'AGENT_FAILED', message, {});
    }
    for (const { value } of findings) await record.finding(value);
  }
  if (task.role !== 'strategy' && task.role !== 'execution') return;
  for (const said of messages) {
    if (said.kind === 'decision') await record.decide(said.value);
    else if (said.kind === 'subplan') await record.subplan(said.value);
  }
}

/** Returns the last message it printed, or null. @throws {TroupeError} AGENT_FAILED if it is not understood */
function messageIn(program: AgentProgram, messages: readonly AgentMessage[]): CommitMessage | null {
  const said = messages.findLast(({ kind }) => kind === 'message');
  if (said?.kind !== 'message') return null;
  const parsed = CommitMessage.safeParse(said.value, { error: describeIssue });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `message.${path.join('.')}: ${message}`);
  throw failure(
    program,
    'AGENT_FAILED',
    `${program.name} printed a commit message that is not understood: ${problems.join('; ')}`,
    {},
  );
}

export function missingProgram(name: string, install: string | null = null): TroupeError {
  const what = name.includes('/') ? 'is not an executable file' : 'is not on the PATH';
  const how = install === null ? 'install it' : `install it (${install})`;
  return new TroupeError('AGENT_UNAVAILABLE', `The program ${name} ${what}; ${how}, or name another in the action`, {
    where: name,
    hints: [commandHint('doctor'), commandHint('help action')],
  });
}
