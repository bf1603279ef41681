import { type Approval, Fault, type Plan, type PlanEvent, type StoredFault } from '../index.ts';
import { canAsk } from './ask.ts';
import { cleanLine } from './clean.ts';
import type { Questions } from './questions.ts';
import type { Context } from './verb.ts';
import { approvalLines } from './view/approval.ts';
import { shortId } from './view/ways.ts';

/** Answers what a plan and its subplans ask of a person, for the person at this window. */
export interface Consent {
  see(event: PlanEvent): void;
  /** Aborts once no question is open here any more; null while none is. */
  asking(): AbortSignal | null;
  /** What waits for an answer from elsewhere. */
  open(): readonly Approval[];
  /** Takes its questions from the screen; they stay open. */
  close(): void;
}

export interface ConsentOptions {
  context: Context;
  plan: Plan;
  questions: Questions;
  say(text: string, level?: 'warning'): void;
  /** Something waits that cannot be answered here. */
  onOpen(asked: Approval): void;
}

export function consentAt({ context, plan, questions, say, onOpen }: ConsentOptions): Consent {
  const open = new Map<string, Approval>();
  /** Questions that are being asked here, each with how to take it away. */
  const asked = new Map<string, AbortController>();
  /** Those that this window answered. */
  const own = new Set<string>();
  let quiet: AbortController | null = null;
  let closed = false;

  const waits = async ({ approvalId }: Approval) =>
    (await plan.approvals()).some(each => each.approvalId === approvalId && each.answer === null);

  const answer = async (approval: Approval, signal: AbortSignal) => {
    const { approvalId, words } = approval;
    // What is told from the beginning tells old questions too.
    if (!(await waits(approval)) || signal.aborted) return;
    if (!context.globals.yes && !canAsk(context)) return onOpen(approval);
    const word = context.globals.yes ? 'yes' : await clearWord(questions, approval, signal);
    if (signal.aborted) return;
    if (word === null) return onOpen(approval);
    own.add(approvalId);
    try {
      if (/^n/i.test(word)) await plan.deny({ approval: approvalId, reason: '' });
      else await plan.approve({ approval: approvalId, always: /^a/i.test(word) });
    } catch (thrown) {
      // Another window was faster, or the work that asked is over.
      if (!Fault.is(thrown) || thrown.code !== 'PHASE_GUARD') throw thrown;
      say(`${cleanLine(words)}: answered elsewhere before`);
    }
  };

  const begin = (approval: Approval) => {
    const away = new AbortController();
    asked.set(approval.approvalId, away);
    quiet ??= new AbortController();
    void answer(approval, away.signal)
      .catch(thrown => say(Fault.store(thrown).message, 'warning'))
      .finally(() => end(approval.approvalId));
  };

  const end = (approvalId: string) => {
    asked.delete(approvalId);
    if (asked.size > 0) return;
    quiet?.abort();
    quiet = null;
  };

  return {
    see(event) {
      if (event.type !== 'approval.asked' && event.type !== 'approval.answered') return;
      const { approval } = event;
      const { approvalId } = approval;
      if (event.type === 'approval.asked') {
        open.set(approvalId, approval);
        if (!closed) begin(approval);
        return;
      }
      open.delete(approvalId);
      const away = asked.get(approvalId);
      if (away === undefined || own.has(approvalId)) return;
      away.abort();
      say(`${cleanLine(approval.words)}: ${fate[approval.answer?.verdict ?? 'withdrawn']}`);
    },
    asking: () => quiet?.signal ?? null,
    open: () => [...open.values()],
    close() {
      closed = true;
      for (const away of asked.values()) away.abort();
    },
  };
}

const fate = {
  approved: 'approved elsewhere',
  denied: 'denied elsewhere',
  expired: 'not answered in time',
  withdrawn: 'no longer asked; the work that asked is over',
} as const;

/** Only a clear word is taken; null when the input ends or the question is taken back. */
async function clearWord(questions: Questions, asked: Approval, signal: AbortSignal): Promise<string | null> {
  const facts = approvalLines(asked);
  const choices = `[y]es, once · [n]o · [a]lways ${asked.tool} in this plan`;
  for (let prompt = `Allow it? ${choices}: `; ; prompt = `Type y, n or a. ${choices}: `) {
    const word = await questions.ask([...facts, prompt].join('\n'), { signal });
    if (word === null || /^(y|yes|n|no|a|always)$/i.test(word)) return word;
  }
}

/** What a command says that leaves a tool call waiting: exit code 6, and what to type. */
export function approvalNeeded(planId: string, [first, ...others]: readonly [Approval, ...Approval[]]): StoredFault {
  const id = shortId(planId);
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return new Fault('APPROVAL_NEEDED', `"${cleanLine(first.goal)}" asks to ${cleanLine(first.words)}${more}`, {
    where: `plan ${shortId(first.planId)}, in ${first.folder}`,
    hints: [
      `troupe plan approve ${id}`,
      `troupe plan deny ${id}`,
      `troupe plan approve ${id} --yes   # and what it asks later`,
    ],
    details: { approvals: [first, ...others].map(({ approvalId, planId, tool }) => ({ approvalId, planId, tool })) },
  }).toJSON();
}
