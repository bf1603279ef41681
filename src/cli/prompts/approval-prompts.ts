import {
  type Approval,
  commandHint,
  type Plan,
  type PlanEvent,
  requestText,
  type SerializedError,
  TroupeError,
} from '../../index.ts';
import { answerHints, formatApproval } from '../../presentation/approval.ts';
import { shortId } from '../../presentation/hints.ts';
import { sanitizeLine } from '../../presentation/sanitize.ts';
import type { CommandContext } from '../command.ts';
import { isInteractive } from './prompt.ts';
import type { QuestionQueue } from './question-queue.ts';

/** Asks the user at this terminal for the approvals of a plan and its subplans. */
export interface ApprovalPrompts {
  handleEvent(event: PlanEvent): void;
  /** Aborts once no question is open here any more; null while none is open. */
  promptSignal(): AbortSignal | null;
  /** Approvals that wait for an answer from elsewhere. */
  pending(): readonly Approval[];
  /** Removes its questions from the screen; the approvals stay pending. */
  close(): void;
}

export interface ApprovalPromptOptions {
  context: CommandContext;
  plan: Plan;
  questions: QuestionQueue;
  log(text: string, level?: 'warning'): void;
  /** Called for an approval that cannot be answered here. */
  onUnanswered(asked: Approval): void;
}

export function createApprovalPrompts(options: ApprovalPromptOptions): ApprovalPrompts {
  const { log } = options;
  const open = new Map<string, Approval>();
  const prompts = createOpenPrompts();
  /** Approvals answered here. */
  const answeredHere = new Set<string>();
  let closed = false;

  const openPrompt = (approval: Approval) => {
    const { approvalId } = approval;
    void answerHere(approval, { ...options, answeredHere, signal: prompts.add(approvalId) })
      .catch(thrown => log(TroupeError.serialize(thrown).message, 'warning'))
      .finally(() => prompts.remove(approvalId));
  };

  return {
    handleEvent(event) {
      if (event.type !== 'approval.requested' && event.type !== 'approval.answered') return;
      const { approval } = event;
      const { approvalId } = approval;
      if (event.type === 'approval.requested') {
        open.set(approvalId, approval);
        if (!closed) openPrompt(approval);
        return;
      }
      open.delete(approvalId);
      if (answeredHere.has(approvalId) || !prompts.withdraw(approvalId)) return;
      log(`${sanitizeLine(approval.words)}: ${closedTexts[approval.answer?.verdict ?? 'withdrawn']}`);
    },
    promptSignal: prompts.signal,
    pending: () => [...open.values()],
    close() {
      closed = true;
      prompts.withdrawAll();
    },
  };
}

/** The questions being asked here, each with its cancellation. */
function createOpenPrompts() {
  const prompts = new Map<string, AbortController>();
  let lastEnded: AbortController | null = null;
  return {
    /** Returns a signal that aborts when the question is withdrawn. */
    add(approvalId: string): AbortSignal {
      const withdrawn = new AbortController();
      prompts.set(approvalId, withdrawn);
      lastEnded ??= new AbortController();
      return withdrawn.signal;
    },
    remove(approvalId: string): void {
      prompts.delete(approvalId);
      if (prompts.size > 0) return;
      lastEnded?.abort();
      lastEnded = null;
    },
    /** Returns whether the question was open. */
    withdraw(approvalId: string): boolean {
      const withdrawn = prompts.get(approvalId);
      withdrawn?.abort();
      return withdrawn !== undefined;
    },
    withdrawAll(): void {
      for (const withdrawn of prompts.values()) withdrawn.abort();
    },
    /** Aborts when the last question ends; null while none is open. */
    signal: () => lastEnded?.signal ?? null,
  };
}

/** Asks for one approval, unless it was answered before, and sends the answer. */
async function answerHere(
  approval: Approval,
  {
    context,
    plan,
    questions,
    log,
    onUnanswered,
    answeredHere,
    signal,
  }: ApprovalPromptOptions & { answeredHere: Set<string>; signal: AbortSignal },
): Promise<void> {
  const { approvalId, words } = approval;
  // Events from the start also contain old approvals.
  const approvals = await plan.approvals();
  const isPending = approvals.some(each => each.approvalId === approvalId && each.answer === null);
  if (!isPending || signal.aborted) return;
  if (!context.globals.yes && !isInteractive(context)) return onUnanswered(approval);
  const word = context.globals.yes ? 'yes' : await promptForAnswer(questions, approval, signal);
  if (signal.aborted) return;
  if (word === null) return onUnanswered(approval);
  answeredHere.add(approvalId);
  try {
    await sendAnswer(plan, approval, context.globals.yes ? null : word);
  } catch (thrown) {
    // Another client answered first, or the work that asked has ended.
    TroupeError.assert(thrown, 'PHASE_GUARD');
    log(`${sanitizeLine(words)}: answered elsewhere before`);
  }
}

const closedTexts = {
  answered: 'answered elsewhere',
  approved: 'approved elsewhere',
  denied: 'denied elsewhere',
  expired: 'not answered in time',
  withdrawn: 'no longer asked; the work that asked is over',
} as const;

/** @param word what the person typed; null: whatever is asked, the answer is yes */
async function sendAnswer(
  plan: Plan,
  { approvalId: approval, question }: Approval,
  word: string | null,
): Promise<void> {
  if (question === undefined) {
    if (word !== null && /^n/i.test(word)) await plan.deny({ approval, reason: '' });
    else await plan.approve({ approval, always: word !== null && /^a/i.test(word) });
  } else if (word === null) await plan.deny({ approval, reason: 'With --yes the agent decides' });
  else await plan.answer(word, { approval });
}

/** Accepts only a clear answer; null when the input ends or the question is withdrawn. */
async function promptForAnswer(questions: QuestionQueue, asked: Approval, signal: AbortSignal): Promise<string | null> {
  const details = formatApproval(asked);
  if (asked.question !== undefined) {
    const prompt = asked.question.choices.length === 0 ? 'Your answer: ' : 'A number, or your answer: ';
    for (;;) {
      const word = await questions.ask([...details, prompt].join('\n'), { signal });
      if (word === null || word.trim() !== '') return word;
    }
  }
  const choices = `[y]es, once · [n]o · [a]lways ${asked.tool} in this plan`;
  for (let prompt = `Allow it? ${choices}: `; ; prompt = `Type y, n or a. ${choices}: `) {
    const word = await questions.ask([...details, prompt].join('\n'), { signal });
    if (word === null || /^(y|yes|n|no|a|always)$/i.test(word)) return word;
  }
}

/** The error of a command that leaves an approval pending: exit code 6, with the commands to answer it. */
export function approvalRequiredError(
  planId: string,
  [first, ...others]: readonly [Approval, ...Approval[]],
): SerializedError {
  const id = shortId(planId);
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  return new TroupeError(
    'APPROVAL_NEEDED',
    `"${sanitizeLine(first.goal)}" ${sanitizeLine(requestText(first))}${more}`,
    {
      where: `plan ${shortId(first.planId)}, in ${first.folder}`,
      hints:
        first.question === undefined
          ? [
              commandHint('plan approve', { planId: id }),
              commandHint('plan deny', { planId: id }),
              commandHint('plan approve', { planId: id, options: { yes: true }, note: 'and what it asks later' }),
            ]
          : answerHints(first),
      details: { approvals: [first, ...others].map(({ approvalId, planId, tool }) => ({ approvalId, planId, tool })) },
    },
  ).toJSON();
}
