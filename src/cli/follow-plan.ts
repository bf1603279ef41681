import type { Approval, Plan, PlanRecord } from '../index.ts';
import { canRedraw, createColors, shouldUseColor } from '../presentation/colors.ts';
import { agentSteps } from '../presentation/plan-activity.ts';
import type { CommandContext } from './command.ts';
import type { ProcessSignal } from './io.ts';
import { createLiveProgress } from './progress/live.ts';
import { createPlainProgress, createSilentProgress } from './progress/plain.ts';
import type { Progress } from './progress/progress.ts';
import { createApprovalPrompts } from './prompts/approval-prompts.ts';
import { isInteractive } from './prompts/prompt.ts';
import { createQuestionQueue, type QuestionQueue } from './prompts/question-queue.ts';

/** Follows one plan while it works: prints its events, asks its questions, and handles interruptions. */
export interface PlanFollower {
  /** Skips past events of a plan that waits; call it before sending a command. */
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
  const { interrupts } = context;
  const progress = createProgress(context);
  const questions = createQuestionQueue(progress.ask);
  const log = (text: string, level?: 'warning') => progress.writeAbove(() => context.log(text, level));
  let interruptSignal: ProcessSignal | null = null;
  let idleFirst = false;
  let after: string | undefined;
  let decision: { done: Promise<void>; drop: AbortController } | null = null;
  const detached = new AbortController();
  /** Aborted when the user wants to stop: open questions are dropped. */
  const stopping = new AbortController();
  const approvals = createApprovalPrompts({
    ...{ context, plan, log },
    questions,
    // The plan's own approval makes it wait; one of a subplan does not, and cannot be answered here.
    onUnanswered: ({ planId }) => {
      if (planId !== plan.id) detached.abort();
    },
  });

  const releaseInterrupts = interrupts.handle(signal => {
    const drop = new AbortController();
    const done = handleInterrupt(signal, drop.signal).catch(failure => log(messageOf(failure), 'warning'));
    decision = { done, drop };
  });
  const handleInterrupt = async (signal: ProcessSignal, dropped: AbortSignal) => {
    const choice = await chooseAction(signal, dropped);
    if (dropped.aborted) {
      interruptSignal = signal;
      idleFirst = true;
      return log('Nothing is at work any more');
    }
    if (choice === 'continue') {
      interrupts.reset();
      return log('Continuing');
    }
    interruptSignal = signal;
    stopping.abort();
    approvals.close();
    log(interruptText(signal, choice));
    if (choice === 'detach') return detached.abort();
    if (choice === 'cancel') return plan.cancel('interrupted by Ctrl-C');
    // An apply cannot be paused. If it does not finish within this process, the next command resumes it.
    await plan.pause().catch(failure => {
      if (signal === 'SIGTERM') detached.abort();
      throw failure;
    });
  };
  /** Work in another process continues when this one exits; work in this process would end with it. */
  const chooseAction = (signal: ProcessSignal, dropped: AbortSignal): Promise<InterruptChoice> | InterruptChoice => {
    if (signal === 'SIGTERM') return context.attached ? 'detach' : 'pause';
    if (isInteractive(context)) return promptForChoice(context, questions, dropped);
    return context.attached ? 'detach' : 'cancel';
  };

  /** Prints events until the plan waits; while questions are open here, until they are answered anywhere. */
  const showEvents = async (asking: AbortSignal | null) => {
    const signal = asking === null ? detached.signal : AbortSignal.any([detached.signal, asking]);
    const from = after === undefined ? {} : { after };
    for await (const event of plan.events({ ...from, rests: asking !== null, signal })) {
      after = event.seq;
      context.emitEvent(event);
      progress.showEvent(event);
      approvals.handleEvent(event);
    }
    // The approvals end with the plan.
    if (asking !== null && !signal.aborted) approvals.close();
  };

  const closing = new AbortController();
  /** Shows what agents do from now on. A log that cannot be read does not affect the plan. */
  const showActivity = async ({ signal }: AbortController) => {
    try {
      for await (const line of plan.logs({ steps: agentSteps, follow: true, rests: true, tail: 0, signal }))
        progress.showLogLine(line);
    } catch (thrown) {
      if (!signal.aborted) log(`The activity of agents cannot be shown: ${messageOf(thrown)}`, 'warning');
    }
  };
  if (!context.globals.quiet) void showActivity(closing);

  return {
    async skipHistory() {
      if (!(await plan.record()).resting) return;
      for await (const event of plan.events()) {
        after = event.seq;
        progress.skipEvent(event);
      }
    },
    async waitUntilIdle() {
      const giveBack = progress.captureKeys();
      try {
        for (;;) {
          const asking = approvals.promptSignal();
          await showEvents(asking);
          if (asking !== null && !detached.signal.aborted) continue;
          const record = await plan.waitUntilIdle({ signal: detached.signal });
          if (approvals.promptSignal() !== null && !detached.signal.aborted) continue;
          // Nothing is left to interrupt: the question is dropped.
          decision?.drop.abort();
          await decision?.done;
          return record;
        }
      } finally {
        giveBack();
      }
    },
    async prompt(question) {
      const answer = await questions.ask(question, { signal: stopping.signal });
      // The chosen action completes before the command continues.
      if (stopping.signal.aborted) await decision?.done;
      return answer;
    },
    pendingApprovals: () => approvals.pending(),
    interruptSignal: () => interruptSignal,
    wasIdleBeforeInterrupt: () => idleFirst,
    close() {
      closing.abort();
      approvals.close();
      progress.close();
      releaseInterrupts();
    },
  };
}

type InterruptChoice = 'continue' | 'detach' | 'pause' | 'cancel';

async function promptForChoice(
  context: CommandContext,
  asks: QuestionQueue,
  signal: AbortSignal,
): Promise<InterruptChoice> {
  const { attached } = context;
  const detach = attached ? '[d]etach, ' : '';
  const question = `Interrupted. Work continues until you answer.\n[g]o ahead, ${detach}[p]ause, or [c]ancel the plan? `;
  const answer = await asks.ask(question, { signal, urgent: true });
  if (answer === null) return attached ? 'detach' : 'cancel';
  if (attached && /^d/i.test(answer)) return 'detach';
  if (/^c/i.test(answer)) return 'cancel';
  return /^p/i.test(answer) ? 'pause' : 'continue';
}

function interruptText(signal: ProcessSignal, choice: Exclude<InterruptChoice, 'continue'>): string {
  const terminated = signal === 'SIGTERM';
  switch (choice) {
    case 'detach':
      return terminated ? 'Terminated; the plan continues' : 'Detached; the plan continues';
    case 'pause':
      return terminated ? 'Terminated: pausing the plan' : 'Pausing the plan';
    case 'cancel':
      return 'Cancelling the plan; its work is kept in a ref';
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

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
