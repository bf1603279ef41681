import * as z from 'zod';
import { messageOf } from '../../model/caught-error.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { CommitMessage } from '../../model/review.ts';
import { describeIssue, describeIssues } from '../../model/schema-messages.ts';
import { truncateEnd } from '../../model/truncate.ts';
import type { Agent, AgentAnswer, AgentTask } from '../../ports/agent.ts';
import { loadDefaultFunction } from '../modules/load-module.ts';
import { type ScriptContext, scriptContext } from './script-context.ts';

/** What a script's default export is. What it answers is a summary, or more than that, or nothing. */
export type Script = (
  context: ScriptContext,
) => Promise<string | ScriptAnswer | undefined | null> | string | ScriptAnswer | undefined | null;

const ScriptAnswer = z.strictObject({
  summary: z.string().default(''),
  estimate: z.record(z.string(), z.unknown()).optional(),
  /** What the commit of the result says, where that is asked. */
  message: CommitMessage.optional(),
  usage: z.strictObject({ tokens: z.number().min(0).optional(), usd: z.number().min(0).optional() }).optional(),
});
/** What a script returns. */
export type ScriptAnswer = z.input<typeof ScriptAnswer>;

const unavailable = { code: 'AGENT_UNAVAILABLE', hints: [commandHint('doctor'), commandHint('help action')] } as const;

/** The agent that is a function of the user's, run in this process: it is trusted not to block it. */
export function scriptAgent(options: { module: string; actionDir: string }): Agent {
  const load = async () => (await loadDefaultFunction(options.module, options.actionDir, unavailable)) as Script;
  return {
    async check() {
      await load();
    },
    async run(task) {
      const script = await load();
      const answer = await untilAborted(task.signal, async () => {
        try {
          return await script(scriptContext(task));
        } catch (error) {
          throw failure(options.module, task, error);
        }
      });
      return answerOf(options.module, answer);
    },
  };
}

/** A script that does not listen to the signal is left behind: its tool calls are refused from now on. */
async function untilAborted<Value>(signal: AbortSignal, work: () => Promise<Value>): Promise<Value> {
  const stopped = () => new TroupeError('CANCELLED', 'The script was stopped');
  if (signal.aborted) throw stopped();
  const { promise, reject } = withReject();
  const onAbort = () => reject(stopped());
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await Promise.race([work(), promise]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function withReject(): { promise: Promise<never>; reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  return { promise, reject };
}

function failure(module: string, task: AgentTask, error: unknown): TroupeError {
  if (TroupeError.is(error)) return error;
  const message = messageOf(error);
  return new TroupeError('AGENT_FAILED', `The script ${module} failed: ${message}`, {
    where: module,
    hints: [commandHint('plan logs', { planId: task.plan.planId })],
    details: { stack: error instanceof Error ? truncateEnd(error.stack ?? '', 4_000) : '' },
    cause: error,
  });
}

function answerOf(module: string, answer: unknown): AgentAnswer {
  if (answer === undefined || answer === null) return { decisions: [], summary: '' };
  const parsed = ScriptAnswer.safeParse(typeof answer === 'string' ? { summary: answer } : answer, {
    error: describeIssue,
  });
  if (parsed.success) {
    const { summary, estimate, message, usage } = parsed.data;
    return {
      decisions: [],
      summary,
      ...(estimate && { estimate }),
      ...(message && { message }),
      ...(usage && { usage: withoutGaps(usage) }),
    };
  }
  const problems = describeIssues(parsed.error, 'answer');
  throw new TroupeError('AGENT_FAILED', `The script ${module} returned an invalid answer: ${problems}`, {
    where: module,
    retriable: false,
    hints: [commandHint('plan logs')],
  });
}

function withoutGaps({ tokens, usd }: NonNullable<z.output<typeof ScriptAnswer>['usage']>) {
  return { ...(tokens !== undefined && { tokens }), ...(usd !== undefined && { usd }) };
}
