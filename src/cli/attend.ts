import type { Approval, Plan, PlanRecord } from '../index.ts';
import { canAsk } from './ask.ts';
import { consentAt } from './consent.ts';
import type { Signal } from './io.ts';
import { movesCursor, painter, wantsColor } from './paint.ts';
import { lineProgress, silentProgress } from './progress/lines.ts';
import { liveProgress } from './progress/live.ts';
import type { Progress } from './progress/progress.ts';
import { type Questions, questions } from './questions.ts';
import type { Context } from './verb.ts';

/** Stays with one plan while it works: shows its events, asks what it asks, and obeys the person who interrupts. */
export interface Attendance {
  /** Passes over what happened to a resting plan before; to be called before it is told anything. */
  catchUp(): Promise<void>;
  /** Until the plan rests or is final, and nothing it asks can be answered here. */
  settle(): Promise<PlanRecord>;
  /** Tool calls that wait for an answer from elsewhere. */
  unanswered(): readonly Approval[];
  /** One line from the person, asked below everything that is shown; null when the input ends or Ctrl-C comes instead. */
  ask(question: string): Promise<string | null>;
  /** How the plan was interrupted, if it was. */
  interrupted(): Signal | null;
  /** Whether it rested before the person said what the interruption was to do. */
  restedFirst(): boolean;
  close(): void;
}

export function attend(context: Context, plan: Plan): Attendance {
  const { interrupts } = context;
  const progress = progressOf(context);
  const asks = questions(progress.ask);
  const say = (text: string, level?: 'warning') => progress.above(() => context.say(text, level));
  let signalled: Signal | null = null;
  let late = false;
  let after: string | undefined;
  let deciding: { done: Promise<void>; drop: AbortController } | null = null;
  const left = new AbortController();
  /** The person wants no more of it: what is asked is dropped. */
  const stopping = new AbortController();
  const consent = consentAt({
    ...{ context, plan, say },
    questions: asks,
    // The plan's own question makes it rest; one of a subplan does not, and cannot be answered here.
    onOpen: ({ planId }) => {
      if (planId !== plan.id) left.abort();
    },
  });

  const letGo = interrupts.hold(signal => {
    const drop = new AbortController();
    const done = decide(signal, drop.signal).catch(failure => say(messageOf(failure), 'warning'));
    deciding = { done, drop };
  });
  const decide = async (signal: Signal, dropped: AbortSignal) => {
    const choice = await choiceAt(signal, dropped);
    if (dropped.aborted) {
      signalled = signal;
      late = true;
      return say('Nothing is at work any more');
    }
    if (choice === 'go on') {
      interrupts.forgive();
      return say('Going on');
    }
    signalled = signal;
    stopping.abort();
    consent.close();
    say(said(signal, choice));
    if (choice === 'detach') return left.abort();
    if (choice === 'cancel') return plan.cancel('interrupted by Ctrl-C');
    // An apply cannot be paused. Where it is not brought to its end within this process, the next command takes it up.
    await plan.pause().catch(failure => {
      if (signal === 'SIGTERM') left.abort();
      throw failure;
    });
  };
  /** Work that another process does goes on when this one leaves; work of our own would end with us. */
  const choiceAt = (signal: Signal, dropped: AbortSignal): Promise<Choice> | Choice => {
    if (signal === 'SIGTERM') return context.attached ? 'detach' : 'pause';
    if (canAsk(context)) return choose(context, asks, dropped);
    return context.attached ? 'detach' : 'cancel';
  };

  /** Events until the plan rests; while questions are open here, until they are answered, wherever that happens. */
  const follow = async (asking: AbortSignal | null) => {
    const signal = asking === null ? left.signal : AbortSignal.any([left.signal, asking]);
    const from = after === undefined ? {} : { after };
    for await (const event of plan.events({ ...from, rests: asking !== null, signal })) {
      after = event.seq;
      context.event(event);
      progress.see(event);
      consent.see(event);
    }
    // What asked is over with its plan.
    if (asking !== null && !signal.aborted) consent.close();
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
      const giveBack = progress.takeKeys();
      try {
        for (;;) {
          const asking = consent.asking();
          await follow(asking);
          if (asking !== null && !left.signal.aborted) continue;
          const record = await plan.settled({ signal: left.signal });
          if (consent.asking() !== null && !left.signal.aborted) continue;
          // There is nothing left to interrupt: the question is over with the work.
          deciding?.drop.abort();
          await deciding?.done;
          return record;
        }
      } finally {
        giveBack();
      }
    },
    async ask(question) {
      const answer = await asks.ask(question, { signal: stopping.signal });
      // What the person wanted instead is done before the command goes on.
      if (stopping.signal.aborted) await deciding?.done;
      return answer;
    },
    unanswered: () => consent.open(),
    interrupted: () => signalled,
    restedFirst: () => late,
    close() {
      consent.close();
      progress.close();
      letGo();
    },
  };
}

type Choice = 'go on' | 'detach' | 'pause' | 'cancel';

async function choose(context: Context, asks: Questions, signal: AbortSignal): Promise<Choice> {
  const { attached } = context;
  const detach = attached ? '[d]etach, ' : '';
  const question = `Interrupted. Work goes on until you answer.\n[g]o on, ${detach}[p]ause, or [c]ancel the plan? `;
  const answer = await asks.ask(question, { signal, urgent: true });
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

function progressOf(context: Context): Progress {
  const { io, globals, color } = context;
  if (globals.quiet) return silentProgress(io);
  const live = globals.format === 'rich' && movesCursor(io.env, io.stderr);
  return live
    ? liveProgress(io, painter(wantsColor(color, io.env, io.stderr)), {
        verbose: globals.verbose,
        keys: canAsk(context),
      })
    : lineProgress(io, globals);
}

function messageOf(failure: unknown): string {
  return failure instanceof Error ? failure.message : String(failure);
}
