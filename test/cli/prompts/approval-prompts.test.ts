/** Questions of a plan at the terminal: what is asked, what each answer does, and what happens when another client is faster. */
import { describe, expect, test } from 'vitest';
import type { CommandContext } from '../../../src/cli/command.ts';
import { approvalRequiredError, createApprovalPrompts } from '../../../src/cli/prompts/approval-prompts.ts';
import { createQuestionQueue, type ShowQuestion } from '../../../src/cli/prompts/question-queue.ts';
import { type Approval, type Plan, type PlanEvent, TroupeError } from '../../../src/index.ts';
import { childId, planEvent, rootId } from '../sample-records.ts';
import { createTerminal } from '../test-terminal.ts';

const call: Approval = {
  ...{ approvalId: '01KAJ0000000000000ASKED001', planId: rootId, rootPlanId: rootId, goal: 'Rename' },
  ...{ tool: 'builtin/run', words: 'run npm test', folder: '/sandbox', input: '{}', threshold: 'runCommands' },
  ...{ confidence: 0.5, timeoutSeconds: 60, answer: null },
} as Approval;
const question = (...choices: string[]): Approval => ({ ...call, question: { text: 'Which store?', choices } });
const requested = (approval: Approval) => planEvent({ planId: rootId, type: 'approval.requested', approval });
const answered = (approval: Approval, verdict?: 'approved' | 'denied' | 'expired' | 'answered'): PlanEvent => {
  const answer = verdict === undefined ? null : { verdict, always: false, reason: '', at: '' };
  return planEvent({ planId: rootId, type: 'approval.answered', approval: { ...approval, answer } as Approval });
};

interface Script {
  asked?: Approval;
  /** What is typed at each question in turn; null ends the input. */
  typed?: readonly (string | null)[];
  tty?: boolean;
  yes?: boolean;
  /** Rejects every answer. */
  refusal?: Error;
  /** What the plan has pending. */
  pending?: readonly Approval[];
}

/** A plan that asks, and a person who types by a script; without one the question stays on the screen. */
function createPrompts({ asked = call, typed, tty = true, yes = false, refusal, pending = [asked] }: Script) {
  const seen = { questions: [] as string[], sent: [] as unknown[], log: [] as string[], unanswered: [] as string[] };
  const left = [...(typed ?? [])];
  const show: ShowQuestion = (text, { signal }) => {
    seen.questions.push(text);
    if (typed !== undefined) return Promise.resolve(left.shift() ?? null);
    return new Promise(resolve => signal.addEventListener('abort', () => resolve(undefined)));
  };
  const send = async (...words: unknown[]) => {
    if (refusal !== undefined) throw refusal;
    seen.sent.push(words);
  };
  const prompts = createApprovalPrompts({
    context: {
      io: createTerminal({ tty }),
      globals: { yes, input: true, format: 'rich' },
    } as unknown as CommandContext,
    plan: {
      approvals: async () => [...pending],
      approve: ({ always }: { always: boolean }) => send('approve', always),
      deny: ({ reason }: { reason: string }) => send('deny', reason),
      answer: (text: string) => send('answer', text),
    } as unknown as Plan,
    questions: createQuestionQueue(show),
    log: (text, level) => seen.log.push(level === undefined ? text : `${level}: ${text}`),
    onUnanswered: ({ words }) => seen.unanswered.push(words),
  });
  return {
    ...seen,
    prompts,
    /** Resolves when no question is open any more. */
    async ask() {
      prompts.handleEvent(requested(asked));
      await ended(prompts.promptSignal());
    },
  };
}

const ended = (signal: AbortSignal | null) =>
  new Promise<void>(resolve => {
    if (signal === null || signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve());
  });

describe('A call that needs approval', () => {
  test.each([
    ['y', ['approve', false]],
    ['A', ['approve', true]],
    ['always', ['approve', true]],
    ['NO', ['deny', '']],
  ])('is answered by %s', async (word, expected) => {
    const { ask, sent, questions } = createPrompts({ typed: [word] });
    await ask();
    expect(sent).toEqual([expected]);
    expect(questions).toEqual([expect.stringContaining('Allow it? [y]es, once · [n]o · [a]lways builtin/run')]);
  });

  test('is asked for again until the answer is clear', async () => {
    const { ask, sent, questions } = createPrompts({ typed: ['maybe', '', 'yes'] });
    await ask();
    expect(questions.slice(1)).toEqual([
      expect.stringContaining('Type y, n or a.'),
      expect.stringContaining('Type y, n or a.'),
    ]);
    expect(sent).toEqual([['approve', false]]);
  });

  test('stays pending when the input ends, and without a terminal is not asked for', async () => {
    const closed = createPrompts({ typed: [null] });
    await closed.ask();
    expect([closed.sent, closed.unanswered]).toEqual([[], ['run npm test']]);
    expect(closed.prompts.pending()).toEqual([call]);
    const piped = createPrompts({ tty: false });
    await piped.ask();
    expect([piped.questions, piped.sent, piped.unanswered]).toEqual([[], [], ['run npm test']]);
  });

  test('is approved by --yes without a question', async () => {
    const { ask, sent, questions } = createPrompts({ tty: false, yes: true });
    await ask();
    expect([questions, sent]).toEqual([[], [['approve', false]]]);
  });

  test('is not asked for when it was answered before the command looked', async () => {
    for (const pending of [[], [{ ...call, answer: { verdict: 'approved' } } as Approval]]) {
      const { ask, questions, unanswered } = createPrompts({ pending });
      await ask();
      expect([questions, unanswered]).toEqual([[], []]);
    }
  });
});

describe('A question of an agent', () => {
  test('takes a number or a text, and no empty line', async () => {
    const chosen = createPrompts({ asked: question('LevelDB', 'PostgreSQL'), typed: ['  ', '2'] });
    await chosen.ask();
    expect(chosen.questions).toHaveLength(2);
    expect(chosen.questions[0]).toMatch(
      /Which store\?\n {4}1 {2}LevelDB\n {4}2 {2}PostgreSQL\nA number, or your answer: $/,
    );
    expect(chosen.sent).toEqual([['answer', '2']]);
    const free = createPrompts({ asked: question(), typed: ['no idea'] });
    await free.ask();
    expect(free.questions[0]).toMatch(/Which store\?\nYour answer: $/);
    expect(free.sent).toEqual([['answer', 'no idea']]);
  });

  test('is left to the agent by --yes, and stays pending when the input ends', async () => {
    const yes = createPrompts({ asked: question('LevelDB'), yes: true });
    await yes.ask();
    expect(yes.sent).toEqual([['deny', 'With --yes the agent decides']]);
    const closed = createPrompts({ asked: question('LevelDB'), typed: [null] });
    await closed.ask();
    expect([closed.sent, closed.unanswered]).toEqual([[], ['run npm test']]);
  });
});

describe('Another client', () => {
  test.each([
    ['approved', 'approved elsewhere'],
    ['denied', 'denied elsewhere'],
    ['expired', 'not answered in time'],
    ['answered', 'answered elsewhere'],
    [undefined, 'no longer asked; the work that asked is over'],
  ] as const)('removes the question from the screen: %s', async (verdict, text) => {
    const { prompts, log, sent, questions } = createPrompts({});
    prompts.handleEvent(requested(call));
    const signal = prompts.promptSignal();
    await expect.poll(() => questions.length).toBe(1);
    prompts.handleEvent(answered(call, verdict));
    await ended(signal);
    expect([log, sent, prompts.pending()]).toEqual([[`run npm test: ${text}`], [], []]);
    expect(prompts.promptSignal()).toBeNull();
    prompts.handleEvent(answered(call, verdict));
    expect(log).toHaveLength(1);
  });

  test('that was faster is reported, and any other failure is a warning', async () => {
    const late = createPrompts({ typed: ['y'], refusal: new TroupeError('PHASE_GUARD', 'Nothing waits') });
    await late.ask();
    expect(late.log).toEqual(['run npm test: answered elsewhere before']);
    for (const refusal of [new TroupeError('STORE_LOCKED', 'The store is in use'), new Error('The store is in use')]) {
      const failed = createPrompts({ typed: ['y'], refusal });
      await failed.ask();
      expect(failed.log).toEqual(['warning: The store is in use']);
    }
  });

  test('gets the questions that this command leaves, also those that come after it stopped asking', async () => {
    const { prompts, questions, log } = createPrompts({});
    prompts.handleEvent(requested(call));
    const signal = prompts.promptSignal();
    await expect.poll(() => questions.length).toBe(1);
    prompts.close();
    await ended(signal);
    const later = { ...call, approvalId: '01KAJ0000000000000ASKED002' };
    prompts.handleEvent(requested(later));
    prompts.handleEvent(planEvent({ planId: rootId, type: 'plan.cancelled', reason: 'enough' }));
    expect([questions.length, prompts.promptSignal(), log]).toEqual([1, null, []]);
    expect(prompts.pending()).toEqual([call, later]);
  });
});

test('The error of a command that leaves approvals has the commands that answer them', () => {
  const one = approvalRequiredError(rootId, [call]);
  expect(one).toMatchObject({ code: 'APPROVAL_NEEDED', message: '"Rename" asks to run npm test' });
  expect(one.hints).toHaveLength(3);
  const two = approvalRequiredError(rootId, [question('LevelDB'), { ...call, planId: childId }]);
  expect(two.message).toMatch(/^"Rename" asks: .*\(and 1 more\)$/);
  expect(two.hints).toMatchObject([{ command: 'plan answer' }]);
  expect(two.details).toMatchObject({ approvals: [{ planId: rootId }, { planId: childId }] });
});
