/**
 * The agent that is a program. It works in the sandbox it is started in, and what it changed is read from the tree
 * afterwards. As a strategist it says its decisions on lines of JSON, which are recorded once it has ended well.
 */
import { resolve } from 'node:path';
import { environmentOf } from '../../model/environment.ts';
import { type ErrorCode, TroupeError } from '../../model/errors.ts';
import { CommitMessage } from '../../model/review.ts';
import { describeIssue } from '../../model/schema-messages.ts';
import type { Watchdogs } from '../../model/watchdogs.ts';
import type { Agent, AgentTask } from '../../ports/agent.ts';
import type { Clock } from '../../ports/clock.ts';
import { buildEnvironment } from '../process/environment.ts';
import { locateProgram } from '../process/locate.ts';
import type { ProcessOutcome, runProcess } from '../process/run.ts';
import { createDecisionRecorder } from './decision-recorder.ts';
import { exitReasonOf } from './exit-reason.ts';
import { finalOutput } from './final-output.ts';
import { type AgentMessage, parseAgentLine } from './parse-agent-line.ts';
import { buildPrompt } from './prompt.ts';
import { interpolateArgument } from './template.ts';

export interface CommandOptions {
  argv: readonly string[];
  /** Added to the environment of the host and the plan. */
  env: Record<string, string>;
  watchdogs: Watchdogs;
  actionDir: string;
  hostEnv: Record<string, string>;
  clock: Clock;
  run: typeof runProcess;
}

/** What one argument of a program may hold on common systems; a longer prompt goes through standard input. */
const argumentBytesMax = 100_000;

export function commandAgent(options: CommandOptions): Agent {
  const [program = ''] = options.argv;
  return {
    async check() {
      const env = buildEnvironment(options.hostEnv, options.env);
      if ((await locateProgram(program, options.actionDir, env)) === null) throw missing(program);
    },
    async run(task) {
      const { argv, stdin } = buildArgv(options, task);
      const spoken: AgentMessage[] = [];
      const result = await options.run({
        argv,
        cwd: task.directory,
        env: buildEnvironment(
          environmentOf(task.plan, options.hostEnv),
          options.env,
          task.variables,
          variablesOf(task),
        ),
        watchdogs: options.watchdogs,
        signal: task.signal,
        processTag: task.key,
        clock: options.clock,
        stdin,
        onLine(line, stream) {
          task.log(line);
          const said = stream === 'stdout' ? parseAgentLine(line) : null;
          if (said?.kind === 'usage' || said?.kind === 'done') task.reportUsage(said.usage);
          if (said !== null) spoken.push(said);
          return said?.kind === 'done' ? 'done' : undefined;
        },
      });
      if (result.left > 0) task.log(`${program} left ${result.left} of its processes running; they were ended`);
      assertSucceeded(program, options.watchdogs, result);
      await recordMessage(program, task, spoken);
      const message = task.role === 'apply' ? messageIn(program, spoken) : null;
      return { decisions: [], summary: summaryOf(spoken) ?? `${program} finished`, ...(message && { message }) };
    },
  };
}

/** The command as it is started: a path is relative to the action, and the prompt goes where it is asked for. */
function buildArgv({ argv, actionDir }: CommandOptions, task: AgentTask): { argv: string[]; stdin: string | null } {
  const prompt = buildPrompt(task);
  const values = { ...task.plan.arguments, prompt, goal: task.plan.description, actionDir };
  const words = argv.map(word => interpolateArgument(word, values));
  const inWords = argv.some(word => /\{\{?\s*prompt\s*\}/.test(word));
  if (words.some(word => Buffer.byteLength(word) > argumentBytesMax)) {
    throw new TroupeError('AGENT_FAILED', `The prompt is too long for an argument of ${argv[0]}; leave {prompt} out`, {
      where: argv.join(' '),
      retriable: false,
      hints: ['troupe help action'],
    });
  }
  const [program = '', ...rest] = words;
  return { argv: [isPath(program) ? resolve(actionDir, program) : program, ...rest], stdin: inWords ? null : prompt };
}

function isPath(program: string): boolean {
  return program.includes('/');
}

function variablesOf({ plan, role, attempt, directory }: AgentTask): Record<string, string> {
  return {
    TROUPE_PLAN_ID: plan.planId,
    TROUPE_ROOT_PLAN_ID: plan.rootPlanId,
    TROUPE_ROLE: role,
    TROUPE_GOAL: plan.description.slice(0, argumentBytesMax / 4),
    TROUPE_DIRECTORY: directory,
    TROUPE_ATTEMPT: String(attempt),
    TROUPE_DEPTH: String(plan.depth),
    TROUPE_ARGUMENTS: JSON.stringify(plan.arguments).slice(0, argumentBytesMax / 4),
  };
}

function assertSucceeded(program: string, watchdogs: Watchdogs, result: ProcessOutcome): void {
  const fail = (code: ErrorCode, message: string, more: Record<string, unknown> = {}) =>
    new TroupeError(code, message, {
      where: program,
      hints: code === 'AGENT_UNAVAILABLE' ? ['troupe doctor'] : ['troupe plan logs', 'troupe plan execute'],
      details: { exitCode: result.exitCode, watchdog: result.watchdog, output: result.tail.slice(-4_000), ...more },
    });
  switch (result.outcome) {
    case 'not_found':
      throw missing(program);
    case 'aborted':
      throw fail('CANCELLED', `${program} was stopped`);
    case 'timed_out':
      throw fail('TIMED_OUT', `${program} did not end within ${watchdogs.totalSeconds} s`);
    case 'stalled':
      // It said that its work was done, and did not manage to exit: the work is there all the same.
      if (result.saidDone) return;
      throw fail('STALLED', `${program} ${watchdogMessage(result.watchdog, watchdogs)}`);
    case 'flooded':
      throw fail('FLOODED', `${program} printed more than ${watchdogs.outputMiB} MiB`);
    case 'exited': {
      if (result.exitCode === 0) return;
      const { code, details } = exitReasonOf(result.tail);
      const how = result.signal === null ? `exited with ${result.exitCode}` : `was ended by ${result.signal}`;
      const words = finalOutput(result.tail);
      throw fail(code, `${program} ${how}${words === '' ? '' : `: ${words}`}`, details);
    }
  }
}

function watchdogMessage(watchdog: ProcessOutcome['watchdog'], { startSeconds, idleSeconds }: Watchdogs): string {
  if (watchdog === 'start') return `printed nothing in its first ${startSeconds ?? idleSeconds} s`;
  return `printed nothing for ${idleSeconds} s`;
}

async function recordMessage(program: string, task: AgentTask, spoken: readonly AgentMessage[]): Promise<void> {
  const record = createDecisionRecorder(task);
  if (task.role === 'review') {
    const findings = spoken.filter(said => said.kind === 'finding');
    if (findings.length === 0 && !spoken.some(({ kind }) => kind === 'done')) throw withoutReview(program);
    for (const { value } of findings) await record.finding(value);
  }
  if (task.role !== 'strategy' && task.role !== 'execution') return;
  for (const said of spoken) {
    if (said.kind === 'decision') await record.decide(said.value);
    else if (said.kind === 'subplan') await record.subplan(said.value);
  }
}

/** A reviewer whose output has no finding in our format may have written one as prose, which would be lost. */
function withoutReview(program: string): TroupeError {
  const message = `${program} gave no review: it printed neither a line {"finding": …} nor a last line {"type": "result"}`;
  return new TroupeError('AGENT_FAILED', message, {
    where: program,
    hints: ['troupe plan logs', 'troupe plan execute'],
  });
}

/** The last message it printed. @throws {TroupeError} AGENT_FAILED where it is none */
function messageIn(program: string, spoken: readonly AgentMessage[]): CommitMessage | null {
  const said = spoken.findLast(({ kind }) => kind === 'message');
  if (said?.kind !== 'message') return null;
  const parsed = CommitMessage.safeParse(said.value, { error: describeIssue });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `message.${path.join('.')}: ${message}`);
  throw new TroupeError(
    'AGENT_FAILED',
    `${program} printed a commit message that is not understood: ${problems.join('; ')}`,
    {
      where: program,
      hints: ['troupe plan logs'],
    },
  );
}

function summaryOf(spoken: readonly AgentMessage[]): string | null {
  const done = spoken.filter(said => said.kind === 'done').at(-1);
  return done?.summary ?? null;
}

function missing(program: string): TroupeError {
  const what = isPath(program) ? 'is not an executable file' : 'is not on the PATH';
  return new TroupeError(
    'AGENT_UNAVAILABLE',
    `The program ${program} ${what}; install it, or name another in the action`,
    {
      where: program,
      hints: ['troupe doctor', 'troupe help action'],
    },
  );
}
