import type { Plan } from '../index.ts';
import { messageOf } from '../model/caught-error.ts';
import type { CommandContext } from './command.ts';
import type { ProcessSignal } from './io.ts';
import { isInteractive } from './prompts/prompt.ts';
import type { QuestionQueue } from './prompts/question-queue.ts';

/** Interruptions of a plan that is followed: asks what to do about them, where someone can be asked, and does it. */
export interface PlanInterrupts {
  /** The signal that interrupted the plan, if any. */
  signal(): ProcessSignal | null;
  /** Whether the plan stopped before the user chose what to do. */
  wasIdleFirst(): boolean;
  /** Aborts when the user wants to stop. */
  readonly stopping: AbortSignal;
  /** Resolves when the chosen action is complete. */
  done(): Promise<void>;
  /** Withdraws the question: nothing is left to interrupt. */
  withdraw(): Promise<void>;
  /** No longer handles signals. */
  release(): void;
}

export interface PlanInterruptOptions {
  context: CommandContext;
  plan: Plan;
  questions: QuestionQueue;
  log(text: string, level?: 'warning'): void;
  /** Called when the user wants to stop: open questions are dropped. */
  onStopping(): void;
  /** Called when this process leaves the plan to others. */
  detach(): void;
}

export function handlePlanInterrupts(options: PlanInterruptOptions): PlanInterrupts {
  const { context, plan, questions, log, onStopping, detach } = options;
  const { interrupts } = context;
  const stopping = new AbortController();
  let interruptSignal: ProcessSignal | null = null;
  let idleFirst = false;
  let decision: { done: Promise<void>; drop: AbortController } | null = null;

  const handle = async (signal: ProcessSignal, dropped: AbortSignal) => {
    const choice = await chooseAction(signal, { context, questions, dropped });
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
    onStopping();
    log(interruptText(signal, choice));
    if (choice === 'detach') return detach();
    if (choice === 'cancel') return plan.cancel('interrupted by Ctrl-C');
    await plan.pause().catch(async failure => {
      // A plan that cannot be read, as without its owner, must not keep this process.
      const isApply = await plan.record().then(
        ({ phase }) => phase === 'apply',
        () => false,
      );
      if (signal === 'SIGTERM') detach();
      if (!isApply) throw failure;
      log(
        `An apply cannot be paused: ${signal === 'SIGTERM' ? 'it ends here, and can be resumed' : 'it is finished first'}`,
      );
    });
  };
  const release = interrupts.handle(signal => {
    const drop = new AbortController();
    const done = handle(signal, drop.signal).catch(failure => log(messageOf(failure), 'warning'));
    decision = { done, drop };
  });
  return {
    signal: () => interruptSignal,
    wasIdleFirst: () => idleFirst,
    stopping: stopping.signal,
    done: async () => await decision?.done,
    async withdraw() {
      decision?.drop.abort();
      await decision?.done;
    },
    release,
  };
}

type InterruptChoice = 'continue' | 'detach' | 'pause' | 'cancel';

interface ChoiceOptions {
  context: CommandContext;
  questions: QuestionQueue;
  /** Aborts when nothing is left to interrupt. */
  dropped: AbortSignal;
}

/** Work in another process continues when this one exits; work in this process would end with it. */
async function chooseAction(signal: ProcessSignal, options: ChoiceOptions): Promise<InterruptChoice> {
  const { context } = options;
  if (signal === 'SIGTERM') return context.attached ? 'detach' : 'pause';
  if (isInteractive(context)) return promptForChoice(options);
  return context.attached ? 'detach' : 'cancel';
}

async function promptForChoice({ context, questions, dropped }: ChoiceOptions): Promise<InterruptChoice> {
  const { attached } = context;
  const detach = attached ? '[d]etach, ' : '';
  const question = `Interrupted. Work continues until you answer.\n[g]o ahead, ${detach}[p]ause, or [c]ancel the plan? `;
  const answer = await questions.ask(question, { signal: dropped, urgent: true });
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
