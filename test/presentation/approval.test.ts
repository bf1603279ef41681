import { describe, expect, test } from 'vitest';
import type { Approval } from '../../src/index.ts';
import {
  answerHints,
  approvalLines,
  approvalSummary,
  formatApproval,
  pendingApprovals,
} from '../../src/presentation/approval.ts';
import { checkoutChangeLines } from '../../src/presentation/checkout-changes.ts';
import { createColors } from '../../src/presentation/colors.ts';
import { formatGcReport } from '../../src/presentation/gc-report.ts';
import { formatHint } from '../../src/presentation/hints.ts';

const planId = '01KAJ0000000000000R00TP1AN';
const call: Approval = {
  ...{ approvalId: '01KAJ000000000000000000ASK', planId, rootPlanId: planId, goal: 'Move the router' },
  ...{ tool: 'builtin/run', words: 'run npm install', folder: '/srv/app', input: '{"argv":["npm","install"]}' },
  ...{ threshold: null, confidence: 0.5, timeoutSeconds: 600, answer: null },
};
const question = { text: 'Which one?\nBoth work.', choices: ['left', 'right'] };
const asked = (more: Partial<Approval>) => ({ ...call, ...more });

describe('An approval', () => {
  test('names the plan, the call and its folder', () => {
    expect(formatApproval(call)).toEqual([
      '? "Move the router" (plan R00TP1AN) asks to',
      '    run npm install',
      '  in /srv/app',
    ]);
  });

  test('of a tool shows its input where the call does not end in it', () => {
    const write = asked({ tool: 'builtin/write', words: 'write src/a.ts', input: '{"path":"src/a.ts"}' });
    expect(formatApproval(write)).toContain('    with {"path":"src/a.ts"}');
    expect(formatApproval(asked({ tool: 'mcp/find', words: 'find {"q":1}', input: '{"q":1}' }))).toHaveLength(3);
  });

  test('of a subplan that asks a question lists the choices', () => {
    const lines = formatApproval(asked({ rootPlanId: '01KAJ00000000000000000R00T', question }));
    expect(lines[0]).toMatch(/\(subplan \w+\) asks$/);
    expect(lines.slice(1)).toEqual(['    Which one?', '    Both work.', '    1  left', '    2  right']);
  });
});

test('Pending approvals are those without an answer, the longest waiting first', () => {
  const answered = asked({ approvalId: '01KAJ000000000000000000000', answer: {} as Approval['answer'] });
  const later = asked({ approvalId: '01KAJ00000000000000000LATE' });
  expect(pendingApprovals([later, answered, call])).toEqual([call, later]);
});

test('The summary names the first and counts the others', () => {
  expect(approvalSummary([])).toBe('');
  expect(approvalSummary([call])).toBe('"Move the router" asks to run npm install');
  expect(approvalSummary([call, call, call])).toMatch(/npm install, and 2 more$/);
});

test.each([
  ['a call', undefined, [/^troupe plan approve \w+ --approval \w+$/, /^troupe plan deny \w+ --approval \w+$/]],
  ['a question with choices', question, [/^troupe plan answer 1 /]],
  ['a question without choices', { text: 'Why?', choices: [] }, [/^troupe plan answer 'your answer' /]],
] as const)('%s is answered by commands', (_name, own, commands) => {
  const { question: _, ...rest } = call;
  const approval = own === undefined ? rest : { ...rest, question: { text: own.text, choices: [...own.choices] } };
  const hints = answerHints(approval).map(formatHint);
  expect(hints).toEqual(commands.map(shape => expect.stringMatching(shape)));
  expect(approvalLines([approval]).slice(-hints.length)).toEqual(hints.map(hint => `  ${hint}`));
});

describe('Changes of the checkout', () => {
  const change = (files: string[], accepted: boolean) => ({ files, accepted }) as never;

  test('are left out where there are none', () => {
    expect(checkoutChangeLines({ checkoutChanges: [] })).toEqual([]);
  });

  test('name each file once, ten at most, and those that you accepted apart', () => {
    const many = Array.from({ length: 12 }, (_, at) => `f${at}`);
    expect(
      checkoutChangeLines({ checkoutChanges: [change(['a', 'b'], false), change(['b'], false), change(many, true)] }),
    ).toEqual([
      expect.stringMatching(/^! Files of your checkout changed .*: a, b$/),
      expect.stringMatching(/^ {2}You accepted changes in your checkout: f0, .*f9 and 2 more$/),
    ]);
  });
});

test('The report of a cleanup names what stays because it cannot be removed', () => {
  const item = {
    kind: 'plan',
    name: planId,
    goal: 'Old',
    bytes: 10,
    why: 'applied',
    keptIn: null,
    error: null,
  } as const;
  const broken = { ...item, kind: 'sandbox', name: 's1', goal: null, error: { message: 'EBUSY' } };
  const report = { items: [item, broken], bytes: 20, kept: { plans: 1, bytes: 5 }, dryRun: false };
  const text = formatGcReport(report as never, createColors(false));
  expect(text).toContain('still there: s1: EBUSY');
  expect(text).toMatch(/removed 1 item, 20 B; 1 plan stays \(5 B\)$/);
});
