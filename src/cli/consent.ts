import { type Approval, Fault, type Plan, type PlanEvent, type StoredFault } from '../index.ts';
import { ask, canAsk } from './ask.ts';
import { cleanLine } from './clean.ts';
import type { Progress } from './progress/progress.ts';
import type { Context } from './verb.ts';
import { shortId } from './view/ways.ts';

/** Answers what a plan and its subplans ask of a person, for whoever sits at this window. */
export interface Consent {
  see(event: PlanEvent): void;
  /** Until nobody is being asked; how many answers were tried so far. */
  answered(): Promise<number>;
  /** What waits for somebody elsewhere. */
  open(): readonly Approval[];
}

export interface ConsentOptions {
  context: Context;
  plan: Plan;
  progress: Progress;
  /** Takes a question from the screen; it stays open. */
  signal: AbortSignal;
  /** Something waits that nobody here can answer. */
  onOpen(asked: Approval): void;
}

export function consentAt({ context, plan, progress, signal, onOpen }: ConsentOptions): Consent {
  const open = new Map<string, Approval>();
  let tries = 0;
  let asking: Promise<void> = Promise.resolve();

  const waits = async ({ approvalId }: Approval) =>
    (await plan.approvals()).some(each => each.approvalId === approvalId && each.answer === null);

  const answer = async (asked: Approval) => {
    // What is told from the beginning tells old questions too.
    if (!(await waits(asked))) return;
    if (!context.globals.yes && !canAsk(context)) return onOpen(asked);
    const word = context.globals.yes ? 'yes' : await question(context, progress, asked, signal);
    const { approvalId: approval } = asked;
    if (!open.has(approval)) return;
    if (word === null) return onOpen(asked);
    tries += 1;
    try {
      if (/^n/i.test(word)) await plan.deny({ approval, reason: '' });
      else await plan.approve({ approval, always: /^a/i.test(word) });
    } catch (thrown) {
      // Another window was faster, or the work that asked is over.
      if (!Fault.is(thrown) || thrown.code !== 'PHASE_GUARD') throw thrown;
    }
  };

  return {
    see(event) {
      if (event.type === 'approval.answered') open.delete(event.approval.approvalId);
      if (event.type !== 'approval.asked') return;
      const { approval } = event;
      open.set(approval.approvalId, approval);
      asking = asking.then(() => answer(approval)).catch(thrown => context.say(Fault.store(thrown).message, 'warning'));
    },
    async answered() {
      await asking;
      return tries;
    },
    open: () => [...open.values()],
  };
}

/** Only a clear word is taken; null when the input ends or the question is taken back. */
async function question(
  context: Context,
  progress: Progress,
  { tool, input, planId }: Approval,
  signal: AbortSignal,
): Promise<string | null> {
  const text = `Plan ${shortId(planId)} wants ${tool} ${cleanLine(input)}\nApprove? [y]es, [n]o, [a]lways in this plan: `;
  progress.pause();
  try {
    for (let prompt = text; ; prompt = 'Type y, n or a: ') {
      const word = await ask(context.io, prompt, signal);
      if (word === null || /^(y|yes|n|no|a|always)$/i.test(word)) return word;
    }
  } catch (thrown) {
    if (signal.aborted) return null;
    throw thrown;
  } finally {
    progress.resume();
  }
}

/** What a command says that leaves a tool call waiting: exit code 6, and what to type. */
export function approvalNeeded(planId: string, [first, ...others]: readonly [Approval, ...Approval[]]): StoredFault {
  const id = shortId(planId);
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return new Fault('APPROVAL_NEEDED', `${first.tool} waits for approval${more}: ${cleanLine(first.input)}`, {
    where: `plan ${shortId(first.planId)}`,
    hints: [
      `troupe plan approve ${id}`,
      `troupe plan deny ${id} --reason TEXT`,
      `troupe plan approve ${id} --yes   # and what it asks later`,
    ],
    details: { approvals: [first, ...others].map(({ approvalId, planId, tool }) => ({ approvalId, planId, tool })) },
  }).toJSON();
}
