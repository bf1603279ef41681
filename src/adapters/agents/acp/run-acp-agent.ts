/**
 * Runs an agent that speaks the Agent Client Protocol over its standard input and output, for one task: one process, one
 * session, one prompt. If the process ends in the middle of its work, it is started once more and its session continues, if
 * the agent can load sessions.
 */
import { programResult } from '../../../model/agent-event.ts';
import type { AgentAnswer, AgentTask } from '../../../ports/agent.ts';
import type { Clock } from '../../../ports/clock.ts';
import { type ServedTools, serveTools } from '../../mcp/serve-tools.ts';
import { countedMessages } from '../../mcp/task-tools.ts';
import type { ProcessOutcome, RunningProgram, runProcess } from '../../process/run.ts';
import { type AgentIdentity, exitError, failureError, interruptionError, outcomeDetails } from '../agent-failures.ts';
import { createEventCollector, type EventCollector } from '../event-collector.ts';
import { exitReasonOf } from '../exit-reason.ts';
import { failureCause } from '../formats/failure-cause.ts';
import { stringAt } from '../formats/json-line.ts';
import { buildPrompt, type Prompt } from '../prompt.ts';
import { createRawOutput } from '../raw-output.ts';
import { type AgentResult, recordResult } from '../record-result.ts';
import { type AcpStart, openAcpConversation } from './acp-conversation.ts';
import { type AcpSession, authRequiredCode } from './session.ts';
import { createUpdateReader, type UpdateReader } from './update-reader.ts';

export interface AcpProgram extends AgentIdentity {
  argv: string[];
  env: Record<string, string>;
  model?: string | undefined;
  /** Whether it may ask for files of its sandbox. */
  offersFiles: boolean;
  clock: Clock;
  run: typeof runProcess;
}

/** Longest message, in characters: files are in messages. */
const lineMax = 32 * 1024 * 1024;
const restCharactersMax = 4_000;
const continuePrompt =
  'Your process ended in the middle of your work and was started again. The files are as you left them. Continue, and finish your task.';

/** The end of one process. */
interface AcpRun {
  result: ProcessOutcome;
  /** null if it ended before it had one. */
  session: AcpSession | null;
  /** Whether it answered the prompt. */
  isAnswered: boolean;
  /** The last output that is not of the protocol. */
  rest: string;
}

interface AcpWork {
  program: AcpProgram;
  task: AgentTask;
  events: EventCollector;
  reader: UpdateReader;
  /** The tools of its task. */
  served: ServedTools;
  /** The last prompt. */
  prompt: Prompt;
  /** The last process. */
  running: RunningProgram | null;
}

/** @throws {TroupeError} AGENT_FAILED, AGENT_UNAVAILABLE, RATE_LIMITED, TIMED_OUT, STALLED, FLOODED, CANCELLED, INVALID_DECISION */
export async function runAcpAgent(program: AcpProgram, task: AgentTask): Promise<AgentAnswer> {
  const result = await task.once(programResult, () => runOrContinue(program, task));
  return recordResult(program, task, result, null);
}

async function runOrContinue(program: AcpProgram, task: AgentTask): Promise<AgentResult> {
  const last = task.session?.last ?? null;
  const onSession = (id: string) => task.session?.keep(id, work.prompt.given);
  const { log, reportUsage } = task;
  const events = createEventCollector({ log, reportUsage, onSession }, () => undefined);
  const reader = createUpdateReader(task.directory, last?.usage);
  await using served = await serveTools(task, true, () => work.running?.pauseWatchdogs() ?? (() => undefined));
  const prompt = { text: '', given: [] };
  const work: AcpWork = { program, task, events, reader, served, prompt, running: null };
  let run = await runOnce(work, {
    load: last?.id ?? null,
    promptFor: isLoaded => buildPrompt(task, isLoaded ? last : null),
  });
  if (canContinue(run)) {
    task.log(`${program.name} ended in the middle of its work; it is started again and continues its session`);
    const { result } = run;
    run = await runOnce(work, {
      load: run.session.id,
      promptFor: isLoaded => (isLoaded ? { text: continuePrompt, given: [] } : buildPrompt(task)),
    });
    if (!run.isAnswered && run.session === null && run.result.outcome === 'exited') run = { ...run, result };
  }
  served.end();
  for (const event of work.reader.close()) events.take(event);
  events.close();
  assertAnswered(program, run);
  if (events.failure !== null) throw failureError(program, events.failure, outcomeDetails(run.result));
  const { messages, summary, refused } = events;
  return { messages: countedMessages(served.messages, messages), summary, refused };
}

function canContinue(run: AcpRun): run is AcpRun & { session: AcpSession } {
  const isDead = run.result.outcome === 'exited' && !run.isAnswered;
  return isDead && run.session?.canLoad === true && exitReasonOf(run.rest).code === 'AGENT_FAILED';
}

function assertAnswered(program: AcpProgram, { result, isAnswered, rest }: AcpRun): void {
  const interruption = interruptionError(program, result);
  // An agent that does not exit after its answer is terminated: the work counts.
  if (interruption !== null && !(isAnswered && result.outcome === 'stalled')) throw interruption;
  if (!isAnswered) throw exitError(program, result, rest, ' before it finished its work');
}

async function runOnce(work: AcpWork, start: AcpStart): Promise<AcpRun> {
  const { program, task, events, reader, served } = work;
  work.running = null;
  const onPrompt = (prompt: Prompt) => {
    work.prompt = prompt;
  };
  const conversation = await openAcpConversation({ program, task, events, reader, served, start, onPrompt });
  const raw = createRawOutput(line => task.logOutput(line));
  let rest = '';
  const result = await program
    .run({
      argv: program.argv,
      cwd: task.directory,
      env: program.env,
      watchdogs: program.watchdogs,
      signal: task.signal,
      processTag: task.key,
      clock: program.clock,
      lineMax,
      onLine(text, stream) {
        if (stream === 'stdout' && conversation.read(text)) return raw.write(text);
        task.log(text);
        rest = `${rest}${text}\n`.slice(-restCharactersMax);
      },
      onStart(started) {
        work.running = started;
        conversation.hold(started).then(
          () => {
            started.done();
            started.stdin.end();
          },
          thrown => {
            // The end of the process has its own error.
            if (!conversation.isLost) started.fail(toTroupeError(program, thrown));
          },
        );
      },
      onStop: conversation.cancel,
    })
    .finally(() => {
      raw.close();
      conversation.close();
    });
  if (result.left > 0) task.log(`${program.name} left ${result.left} of its processes running; they were ended`);
  const { session, isAnswered } = conversation;
  return { result, session, isAnswered, rest };
}

/** An error that the agent answers with: the protocol has a code for a missing sign-in, and words for everything else. */
function toTroupeError(program: AcpProgram, thrown: unknown): unknown {
  if (!(thrown instanceof Error) || !('code' in thrown) || typeof thrown.code !== 'number') return thrown;
  const details = stringAt(thrown, 'data', 'details') ?? stringAt(thrown, 'data', 'message') ?? '';
  const message = details === '' || thrown.message.includes(details) ? thrown.message : `${thrown.message}: ${details}`;
  if (thrown.code === authRequiredCode) {
    return failureError(program, { cause: 'sign_in', message: `${message}: sign in with the agent itself` }, {});
  }
  return failureError(program, { cause: failureCause(message), message }, {});
}
