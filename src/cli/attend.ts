import type { Approval, Plan, PlanRecord } from '../index.ts';
import { ask, canAsk } from './ask.ts';
import { consentAt } from './consent.ts';
import type { Signal } from './io.ts';
import { movesCursor, painter, wantsColor } from './paint.ts';
import { lineProgress } from './progress/lines.ts';
import { liveProgress } from './progress/live.ts';
import { type Progress, silent } from './progress/progress.ts';
import type { Context } from './verb.ts';

/** Stays with one plan while it works: shows its events, and obeys the person who interrupts. */
export interface Attendance {
  /** Passes over what happened to a resting plan before; to be called before it is told anything. */
  catchUp(): Promise<void>;
  /** Until the plan rests or is final. */
  settle(): Promise<PlanRecord>;
  /** Tool calls that wait for somebody elsewhere. */
  unanswered(): readonly Approval[];
  /** One line from the person, asked below everything that is shown; null when the input ends or Ctrl-C comes instead. */
  ask(question: string): Promise<string | null>;
  /** How the plan was interrupted, if it was. */
  interrupted(): Signal | null;
  close(): void;
}

export function attend(context: Context, plan: Plan): Attendance {
  const { interrupts } = context;
  const progress = progressOf(context);
  let signalled: Signal | null = null;
  let after: string | undefined;
  let asking: Promise<void> = Promise.resolve();
  const left = new AbortController();
  const interrupted = new AbortController();
  const consent = consentAt({
    context,
    plan,
    progress,
    signal: interrupted.signal,
    // The plan's own question makes it rest; one of a subplan does not, and nobody here can answer it.
    onOpen: ({ planId }) => {
      if (planId !== plan.id) left.abort();
    },
  });

  const letGo = interrupts.hold(signal => {
    asking = decide(signal).catch(failure => context.say(messageOf(failure), 'warning'));
  });
  const decide = async (signal: Signal) => {
    interrupted.abort();
    const choice = await choiceAt(signal);
    if (choice === 'go on') {
      interrupts.forgive();
      return context.say('Going on');
    }
    signalled = signal;
    context.say(said(signal, choice));
    if (choice === 'detach') return left.abort();
    return choice === 'pause' ? plan.pause() : plan.cancel('interrupted by Ctrl-C');
  };
  /** Work that another process does goes on when this one leaves; work of our own would end with us. */
  const choiceAt = (signal: Signal): Promise<Choice> | Choice => {
    if (signal === 'SIGTERM') return context.attached ? 'detach' : 'pause';
    if (canAsk(context)) return choose(context, progress);
    return context.attached ? 'detach' : 'cancel';
  };

  return {
    async catchUp() {
      if (!(await plan.record()).resting) return;
      for await (const event of plan.events()) {
        after = event.seq;
        progress.know(event);
      }
    },
    async settle() {
      for (;;) {
        const answers = await consent.answered();
        for await (const event of plan.events({ ...(after === undefined ? {} : { after }), signal: left.signal })) {
          after = event.seq;
          context.event(event);
          progress.see(event);
          consent.see(event);
        }
        const record = await plan.settled({ signal: left.signal });
        await asking;
        // Whoever was answered goes on; the plan rests no longer.
        if ((await consent.answered()) === answers || left.signal.aborted) return record;
      }
    },
    async ask(question) {
      progress.pause();
      try {
        return await ask(context.io, question, interrupted.signal);
      } catch (thrown) {
        if (!interrupted.signal.aborted) throw thrown;
        await asking;
        // The person chose to go on: the question is still open.
        return signalled === null ? await ask(context.io, question) : null;
      } finally {
        progress.resume();
      }
    },
    unanswered: () => consent.open(),
    interrupted: () => signalled,
    close() {
      progress.close();
      letGo();
    },
  };
}

type Choice = 'go on' | 'detach' | 'pause' | 'cancel';

async function choose(context: Context, progress: Progress): Promise<Choice> {
  const { attached } = context;
  progress.pause();
  const detach = attached ? '[d]etach, ' : '';
  const answer = await ask(context.io, `Interrupted. [g]o on, ${detach}[p]ause, or [c]ancel the plan? `);
  progress.resume();
  if (answer === null) return attached ? 'detach' : 'cancel';
  if (attached && /^d/i.test(answer)) return 'detach';
  if (/^c/i.test(answer)) return 'cancel';
  return /^p/i.test(answer) ? 'pause' : 'go on';
}

function said(signal: Signal, choice: Exclude<Choice, 'go on'>): string {
  const terminated = signal === 'SIGTERM';
  switch (choice) {
    case 'detach':
      return terminated ? 'Terminated; the plan goes on' : 'Detached; the plan goes on';
    case 'pause':
      return terminated ? 'Terminated: pausing the plan' : 'Pausing the plan';
    case 'cancel':
      return 'Cancelling the plan; its work is kept in a ref';
  }
}

function progressOf({ io, globals, color }: Context): Progress {
  if (globals.quiet) return silent;
  const live = globals.format === 'rich' && movesCursor(io.env, io.stderr);
  return live ? liveProgress(io, painter(wantsColor(color, io.env, io.stderr)), globals) : lineProgress(io, globals);
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
