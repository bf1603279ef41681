/**
 * Runs an agent that is a program, in its sandbox. Its changes are read from the tree afterwards; its decisions are recorded
 * once it has ended successfully.
 */

import { randomUUID } from 'node:crypto';
import { type AgentEvent, programResult } from '../../model/agent-event.ts';
import type { AgentFormat } from '../../model/agent-format.ts';
import { TroupeError } from '../../model/errors.ts';
import type { AgentAnswer, AgentTask, ContinuedSession } from '../../ports/agent.ts';
import type { Clock } from '../../ports/clock.ts';
import { serveTools } from '../mcp/serve-tools.ts';
import { toolVariables } from '../mcp/server-entry.ts';
import { countedMessages } from '../mcp/task-tools.ts';
import type { ProcessOutcome, RunningProgram, runProcess } from '../process/run.ts';
import {
  type AgentIdentity,
  agentError,
  exitError,
  failureError,
  interruptionError,
  outcomeDetails,
  withSignIn,
} from './agent-failures.ts';
import { type AgentOutput, type AgentOutputTask, createAgentOutput } from './agent-output.ts';
import { createBunPreload } from './bun-preload.ts';
import { limitEnd } from './exit-reason.ts';
import { finalOutput } from './final-output.ts';
import type { PriceTokens } from './formats/agent-reader.ts';
import { buildPrompt, type Prompt } from './prompt.ts';
import { type AgentResult, recordResult } from './record-result.ts';
import { createUsageFile } from './usage-file.ts';

/** What is different in each run of a program. */
export interface ProgramRun {
  /** The session to continue; null for a new one. */
  session: string | null;
  /** The id of a new session; null if it chooses that itself, or continues one. */
  newSession: string | null;
  /** The address of the tools of its task; null if it has none. */
  toolUrl: string | null;
  /** The file for its usage; null for none. */
  usageFile: string | null;
}

export interface AgentProgram extends AgentIdentity {
  /** Returns the command line. */
  command(prompt: string, run: ProgramRun): { argv: string[]; stdin: string | null };
  /** Whether it takes the id of a new session, and a file for its usage. @default neither */
  takes?: { newSession: boolean; usageFile: boolean } | undefined;
  env: Record<string, string>;
  reads: AgentFormat;
  clock: Clock;
  run: typeof runProcess;
  /** Prices tokens of an agent that does not report its cost. @default they are not priced */
  price?: PriceTokens | undefined;
  /** The agent's own retry at which its run is ended; a rate limit that is not known to be short ends it at the first. @default 2 */
  retriesMax?: number | undefined;
  /** JavaScript that Bun loads before the program. @default none */
  bunPreload?: string | undefined;
  /** Arguments that grant more permissions; null if they are not known. */
  permissions: string | null;
}

type Retry = Extract<AgentEvent, { kind: 'retry' }>;

/** @throws {TroupeError} AGENT_FAILED, AGENT_UNAVAILABLE, RATE_LIMITED, TIMED_OUT, STALLED, FLOODED, CANCELLED, INVALID_DECISION */
export async function runAgentProgram(program: AgentProgram, task: AgentTask): Promise<AgentAnswer> {
  const result = await task.once(programResult, () => runOrContinue(program, task));
  return recordResult(program, task, result, program.permissions);
}

/** Continues the session of an earlier run. An agent that does not have it begins a new one, once. */
async function runOrContinue(program: AgentProgram, task: AgentTask): Promise<AgentResult> {
  const { session } = task;
  const last = session?.last ?? null;
  if (session === null || last === null) return runOnce(program, task, null);
  task.log(`continues session ${last.id}`);
  try {
    return await runOnce(program, task, last);
  } catch (thrown) {
    if (!(thrown instanceof UnusedSessionError)) throw thrown;
    task.log(`${program.name} did not continue session ${last.id}, and begins a new one: ${thrown.message}`);
    await session.restart();
    return runOnce(program, task, null);
  }
}

/** A run that was to continue a session failed before it did anything: most likely the agent does not have the session. */
class UnusedSessionError extends Error {}

async function runOnce(program: AgentProgram, task: AgentTask, session: ContinuedSession | null): Promise<AgentResult> {
  const { name, watchdogs, clock, retriesMax = 2 } = program;
  const prompt = buildPrompt(task, session);
  const newSession = program.takes?.newSession && task.session !== null && session === null ? randomUUID() : null;
  await using usageFile = program.takes?.usageFile ? await createUsageFile() : null;
  await using preload = program.bunPreload === undefined ? null : await createBunPreload(program.bunPreload);
  const output = createAgentOutput(
    program.reads,
    { ...outputTask(task, prompt, session), newSession, price: program.price },
    retry => {
      if (endsRun(retry, retriesMax)) throw retryError(program, retry);
    },
  );
  let running: Pick<RunningProgram, 'pauseWatchdogs'> | null = null;
  await using served = await serveTools(
    task,
    program.reads !== 'lines',
    () => running?.pauseWatchdogs() ?? (() => undefined),
  );
  const { server, messages } = served;
  const { argv, stdin } = program.command(prompt.text, {
    ...{ session: session?.id ?? null, newSession },
    ...{ toolUrl: server?.url ?? null, usageFile: usageFile?.path ?? null },
  });
  const result = await program.run({
    argv,
    cwd: task.directory,
    env: { ...preload?.variables, ...program.env, ...(server === null ? {} : toolVariables(server)) },
    watchdogs,
    signal: task.signal,
    processTag: task.key,
    clock,
    stdin,
    onLine: output.read,
    onRunning(program) {
      running = program;
    },
  });
  served.end();
  if (result.left > 0) task.log(`${name} left ${result.left} of its processes running; they were ended`);
  output.close();
  output.readUsage((await usageFile?.read()) ?? null);
  try {
    assertSucceeded(program, result, output);
  } catch (thrown) {
    const isUnused = session !== null && !output.hasWorked;
    if (isUnused && TroupeError.is(thrown) && thrown.code === 'AGENT_FAILED')
      throw new UnusedSessionError(thrown.message);
    throw thrown;
  }
  const { summary, refused } = output;
  return { messages: countedMessages(messages, output.messages), summary, refused: [...refused] };
}

function outputTask(task: AgentTask, { given }: Prompt, session: ContinuedSession | null): AgentOutputTask {
  const { log, logOutput, reportUsage, directory } = task;
  const onSession = (id: string) => task.session?.keep(id, given);
  return { log, logOutput, reportUsage, directory, onSession, usageBefore: session?.usage };
}

function assertSucceeded(program: AgentProgram, result: ProcessOutcome, output: AgentOutput): void {
  const interruption = interruptionError(program, result);
  // It reported that its work is done but did not exit: the work counts.
  const hangs = result.outcome === 'stalled' && result.isReportedDone;
  if (interruption !== null && !hangs) throw interruption;
  if (output.failure !== null) throw failureError(program, output.failure, outcomeDetails(result));
  if (hangs) return;
  const printed = program.reads === 'lines' ? result.tail : output.rest;
  if (result.exitCode !== 0) throw exitError(program, result, printed);
  if (output.isRecognized) return;
  const last = finalOutput(printed);
  const message = `${program.name} printed nothing in the format "${program.reads}"${last === '' ? '' : `: ${last}`}`;
  throw agentError(program, 'AGENT_FAILED', message, outcomeDetails(result));
}

/** An agent may wait so long for a rate limit by itself; a longer wait is the plan's, which releases its slot. */
const shortWaitSeconds = 5;

/** A rate limit of which the agent says no delay may be a long one. */
function endsRun({ cause, attempt, afterSeconds }: Retry, retriesMax: number): boolean {
  if (cause === 'other') return false;
  const isLong = cause === 'rate_limit' && (afterSeconds === null || afterSeconds > shortWaitSeconds);
  return isLong || attempt >= retriesMax;
}

function retryError(program: AgentProgram, retry: Retry): TroupeError {
  const times = retry.attempt === 1 ? '' : ` ${retry.attempt} times`;
  const description = `${program.name} was refused${times}: ${retry.message}`;
  if (retry.cause === 'sign_in') return agentError(program, 'AGENT_UNAVAILABLE', withSignIn(program, description), {});
  const { afterSeconds } = retry;
  // The delay may be one that the agent chose itself; what the service says counts more.
  const wait = { ...(afterSeconds !== null && { retryAfterSeconds: afterSeconds }), ...limitEnd(retry.message) };
  return agentError(program, 'RATE_LIMITED', description, wait);
}
