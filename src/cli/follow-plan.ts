import type { Approval, Plan, PlanEvent, PlanRecord } from '../index.ts';
import { messageOf } from '../model/caught-error.ts';
import { omitUndefined } from '../model/optional-keys.ts';
import { canRedraw, createColors, shouldUseColor } from '../presentation/colors.ts';
import { agentSteps } from '../presentation/plan-activity.ts';
import type { CommandContext } from './command.ts';
import type { ProcessSignal } from './io.ts';
import { handlePlanInterrupts } from './plan-interrupts.ts';
import { createLiveProgress } from './progress/live.ts';
import { createPlainProgress, createSilentProgress } from './progress/plain.ts';
import type { Progress } from './progress/progress.ts';
import { type ApprovalPrompts, createApprovalPrompts } from './prompts/approval-prompts.ts';
import { isInteractive } from './prompts/prompt.ts';
import { createQuestionQueue } from './prompts/question-queue.ts';

/** Follows one plan while it works: prints its events, asks its questions, and handles interruptions. */
export interface PlanFollower {
  /** Skips past the events so far, but for questions that are open; call it before sending a command. */
  skipHistory(): Promise<void>;
  /** Resolves when the plan waits or is final, and none of its approvals can be answered here. */
  waitUntilIdle(): Promise<PlanRecord>;
  /** Approvals that wait for an answer from elsewhere. */
  pendingApprovals(): readonly Approval[];
  /** Reads one line from the user, below everything shown; null when the input ends or on Ctrl-C. */
  prompt(question: string): Promise<string | null>;
  /** The signal that interrupted the plan, if any. */
  interruptSignal(): ProcessSignal | null;
  /** Whether the plan stopped before the user chose what to do about the interruption. */
  wasIdleBeforeInterrupt(): boolean;
  close(): void;
}

export function followPlan(context: CommandContext, plan: Plan): PlanFollower {
  const progress = createProgress(context);
  const questions = createQuestionQueue(progress.ask);
  const log = (text: string, level?: 'warning') => progress.writeAbove(() => context.log(text, level));
  const detached = new AbortController();
  const approvals = createApprovalPrompts({
    ...{ context, plan, log },
    questions,
    // The plan's own approval makes it wait; one of a subplan does not, and cannot be answered here.
    onUnanswered: ({ planId }) => {
      if (planId !== plan.id) detached.abort();
    },
  });
  const interrupts = handlePlanInterrupts({
    ...{ context, plan, questions, log },
    onStopping: () => approvals.close(),
    detach: () => detached.abort(),
  });

  const events = createEventPrinter(plan, { context, progress, approvals, detached: detached.signal });
  const closing = new AbortController();
  if (!context.globals.quiet) void showActivity(plan, { progress, log, signal: closing.signal });

  return {
    skipHistory: events.skipHistory,
    async waitUntilIdle() {
      const giveBack = progress.captureKeys();
      try {
        for (;;) {
          const asking = approvals.promptSignal();
          await events.print(asking);
          if (asking !== null && !detached.signal.aborted) continue;
          const record = await plan.waitUntilIdle({ signal: detached.signal });
          if (approvals.promptSignal() !== null && !detached.signal.aborted) continue;
          await interrupts.withdraw();
          return record;
        }
      } finally {
        giveBack();
      }
    },
    async prompt(question) {
      const answer = await questions.ask(question, { signal: interrupts.stopping });
      // The chosen action completes before the command continues.
      if (interrupts.stopping.aborted) await interrupts.done();
      return answer;
    },
    pendingApprovals: () => approvals.pending(),
    interruptSignal: interrupts.signal,
    wasIdleBeforeInterrupt: interrupts.wasIdleFirst,
    close() {
      closing.abort();
      approvals.close();
      progress.close();
      interrupts.release();
    },
  };
}

/** Prints the events of a plan, each once. */
function createEventPrinter(
  plan: Plan,
  {
    context,
    progress,
    approvals,
    detached,
  }: { context: CommandContext; progress: Progress; approvals: ApprovalPrompts; detached: AbortSignal },
) {
  let after: string | undefined;
  /** What a plan at work had asked before. It is asked here too, unless the command of this process answers it. */
  const openRequests = new Map<string, PlanEvent>();
  return {
    async skipHistory(): Promise<void> {
      for await (const event of plan.events({ signal: AbortSignal.abort() })) {
        after = event.seq;
        progress.skipEvent(event);
        if (event.type === 'approval.requested') openRequests.set(event.approval.approvalId, event);
        if (event.type === 'approval.answered') openRequests.delete(event.approval.approvalId);
      }
      // One that waits for you asks again once it continues.
      if ((await plan.record()).resting) openRequests.clear();
    },
    /** Prints events until the plan waits; while questions are open here, until they are answered anywhere. */
    async print(asking: AbortSignal | null): Promise<void> {
      const signal = asking === null ? detached : AbortSignal.any([detached, asking]);
      const from = omitUndefined({ after });
      for (const request of openRequests.values()) approvals.handleEvent(request);
      openRequests.clear();
      for await (const event of plan.events({ ...from, rests: asking !== null, signal })) {
        after = event.seq;
        context.emitEvent(event);
        progress.showEvent(event);
        approvals.handleEvent(event);
      }
      // The approvals end with the plan.
      if (asking !== null && !signal.aborted) approvals.close();
    },
  };
}

/** Shows what agents do from now on. A log that cannot be read does not affect the plan. */
async function showActivity(
  plan: Plan,
  { progress, log, signal }: { progress: Progress; log(text: string, level?: 'warning'): void; signal: AbortSignal },
): Promise<void> {
  try {
    for await (const line of plan.logs({ steps: agentSteps, follow: true, rests: true, tail: 0, signal }))
      progress.showLogLine(line);
  } catch (thrown) {
    const reason = messageOf(thrown);
    if (!signal.aborted) log(`The activity of agents cannot be shown: ${reason}`, 'warning');
  }
}

function createProgress(context: CommandContext): Progress {
  const { io, globals, color } = context;
  if (globals.quiet) return createSilentProgress(io);
  const live = globals.format === 'rich' && canRedraw(io.env, io.stderr);
  return live
    ? createLiveProgress(io, createColors(shouldUseColor(color, io.env, io.stderr)), {
        verbose: globals.verbose,
        keys: isInteractive(context),
      })
    : createPlainProgress(io, globals);
}
