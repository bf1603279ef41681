/** Everything that can be said to a plan: commands, and the answers of whatever is under way. */
import type { AnyEventObject } from 'xstate';
import type { Landed } from '../../machines/landing.ts';
import { unanswered } from '../../machines/plan/asking.ts';
import type { Approval } from '../../src/model/approval.ts';
import type { RollbackOrder } from '../../src/model/checkpoint.ts';
import type { CorrectionMode, CorrectionOrder, RunAgain } from '../../src/model/correction.ts';
import type { Invariant } from '../../src/model/invariant.ts';
import type { PartOrder } from '../../src/model/landing.ts';
import type { Queue } from '../../src/model/queue.ts';
import type { Finding } from '../../src/model/review.ts';
import type { Waiting } from '../../src/model/waiting.ts';
import { checkpointOf } from '../machines/effects.ts';
import { conflictOf, decisionOf, faultOf, idOf, memberOf, resultOf, specOf } from '../machines/spec.ts';

const fault = faultOf();
const a = conflictOf('a');
const b = conflictOf('b');
const decision = decisionOf('1');
const broken = resultOf('check', { passed: false });
const remark: Finding = { severity: 'warning', path: 'f', line: 1, text: 'a remark' };
const blocker: Finding = { severity: 'blocking', path: 'f', line: 1, text: 'it is wrong' };
const good = resultOf('check');
const noted = resultOf('note', { passed: false, required: false });

export const asked: Approval = {
  ...{ approvalId: idOf('Q'), planId: idOf('P'), rootPlanId: idOf('P'), tool: 'builtin/write', input: '{}' },
  ...{ goal: 'Rename', words: 'write a.txt', folder: '/sandbox' },
  ...{ threshold: 'writeFiles', confidence: 1, timeoutSeconds: 60, answer: null },
};

const rule: Invariant = {
  ...{ invariantId: idOf('J'), text: 'keep the names', scope: 'plan', origin: 'plan' },
  ...{ check: null, nonOverridable: false, each: 'phase' },
};

const order: RollbackOrder = {
  rollbackId: 'b',
  checkpointId: 'c',
  treeOid: 't',
  sandbox: 'k',
  sequence: 1,
  snapshot: { lastCompletedStep: -1, confidence: 1, estimate: null, guidance: [], errorDetails: {} },
  holdsMerged: false,
  childPlanIds: [],
  force: false,
};

const correction = (mode: CorrectionMode, from: RunAgain): AnyEventObject => ({
  type: 'correct',
  order: {
    ...{ correctionId: 'k', decisionId: 'd', interventionId: 'i', mode, from, guidance: 'otherwise' },
    ...{ treeOid: from === 'strategize' ? null : 't1', sequence: null, mergedUpTo: null, force: false },
    ...{ decisions: [], superseded: [], childPlanIds: [], kept: [] },
  } satisfies CorrectionOrder,
});

const part: PartOrder = {
  ...{ landingId: 'l', attempt: 1, baseTree: specOf().projectLinks[0]?.baseTree ?? '', treeOid: 't1', left: [] },
  ...{ target: { kind: 'checkout' as const }, subplans: [], commit: null, after: null, checkpointId: 'c' },
};

export const everyCommand: AnyEventObject[] = [
  { type: 'start' },
  { type: 'execute' },
  { type: 'apply', target: { kind: 'checkout' }, approved: false },
  { type: 'land', order: part },
  { type: 'land', order: { ...part, baseTree: 'elsewhere' } },
  { type: 'land', order: { ...part, attempt: 7 } },
  { type: 'approve' },
  { type: 'pause' },
  { type: 'resume' },
  { type: 'cancel', reason: 'enough' },
  { type: 'revert', decision, guidance: 'otherwise' },
  { type: 'prompt', decision, guidance: 'mind this' },
  { type: 'resolve', conflictId: a.conflictId, resolution: { take: 'ours' } },
  { type: 'resolve', conflictId: 'unknown', resolution: { take: 'ours' } },
  { type: 'expire', fault },
  { type: 'rollback', order, decision },
  correction('revert', 'strategize'),
  correction('revert', 'work'),
  correction('append', 'children'),
  { type: 'checkpoint', checkpoint: checkpointOf('manual') },
  { type: 'forget', checkpointId: 'c' },
  {
    type: 'edit',
    edit: { correctionId: 'k', guidance: 'otherwise', decisions: [], interventionId: 'i', superseded: [] },
  },
  { type: 'answer', approvalId: asked.approvalId, answer: unanswered },
  { type: 'answer', approvalId: 'unknown', answer: unanswered },
  { type: 'approval.expired', approvalId: asked.approvalId },
  { type: 'constrain', invariant: rule },
  { type: 'release', invariantId: rule.invariantId },
];

/** Everything but corrections, answers, which nobody gives who was not asked, and what moves no plan. */
const seldom = ['correct', 'answer', 'approval.expired', 'constrain', 'release', 'land', 'forget', 'edit'];
export const usual = everyCommand.map(({ type }) => type).filter(type => !seldom.includes(type));

/** What agents, and the charts that ask them, say on their way. */
const queue: Queue = { cap: 'agent', agent: 'local/work', most: 1, ahead: 0 };
const waiting: Waiting = { fault, tries: 1, triesMax: 3, waitMs: 1, until: null };
export const turnNews: AnyEventObject[] = [{ type: 'turn.awaited', queue }, { type: 'turn.taken' }];
export const agentNews: AnyEventObject[] = [
  ...turnNews,
  { type: 'attempt.delayed', waiting },
  { type: 'attempt.resumed' },
  { type: 'step.completed', step: 1 },
];

/** Where it landed is told apart from where the plan began only by who looks at the base. */
const landed: Landed = {
  ...{ outcome: 'landed', commits: ['c'], files: ['f'], results: [], changeSet: null, after: null },
  ...{ links: specOf().projectLinks, checkpoint: checkpointOf('postApply') },
};

/** What each thing under way may answer: well, badly, and in ways it must not. */
export const answers: Record<string, unknown[]> = {
  preflight: [{ checked: [] }],
  reconciliation: [
    { outcome: 'reconciled', invariants: [] },
    { outcome: 'violated', invariants: [], violations: [], fault },
  ],
  strategize: [{ decisions: [decision], confidence: 0.8 }],
  estimate: [{ estimate: null }],
  prepare: [{ sandbox: { key: 'k', path: '/s' }, startTree: 't0', checkpoint: checkpointOf('preExecute') }],
  execute: [{ decisions: [], tree: 't1', toolCalls: 1 }],
  enlist: [
    { members: [], config: specOf().subplanConfig, checkpoint: null },
    { members: [memberOf('A')], config: specOf().subplanConfig, checkpoint: null },
  ],
  subplans: [
    { outcome: 'complete', children: [], statuses: [] },
    { outcome: 'failed', fault, children: [], statuses: [] },
    { outcome: 'cancelled', reason: 'enough', children: [], statuses: [] },
  ],
  merge: [
    { outcome: 'merged', tree: 't2' },
    { outcome: 'failed', fault },
  ],
  place: [{ tree: 't2' }],
  validation: [
    { outcome: 'passed', results: [noted], findings: [remark], fixes: 0, toolCalls: 0, fault: null },
    { outcome: 'passed', results: [noted], findings: [blocker], fixes: 0, toolCalls: 0, fault: null },
    { outcome: 'passed', results: [broken], findings: [], fixes: 0, toolCalls: 0, fault: null },
    { outcome: 'failed', results: [broken], findings: [], fixes: 3, toolCalls: 0, fault },
    { outcome: 'failed', results: [], findings: [blocker], fixes: 0, toolCalls: 0, fault },
    { outcome: 'failed', results: [], findings: [], fixes: 0, toolCalls: 0, fault },
  ],
  review: [
    { resultTree: 't3', changeSet: changes(1), checkpoint: checkpointOf('postExecute') },
    { resultTree: 't0', changeSet: changes(0), checkpoint: checkpointOf('postExecute') },
  ],
  describe: [
    { message: { subject: 'say it', body: '' }, fault: null, decisions: [] },
    { message: null, fault, decisions: [] },
  ],
  recover: [{ fault, decisions: [], details: {}, checkpoint: null }],
  apply: [
    { outcome: 'landed', commits: ['c'], files: ['f'], results: [], checkpoint: checkpointOf('preApply') },
    { outcome: 'landed', commits: ['c'], files: ['f'], results: [broken], checkpoint: checkpointOf('preApply') },
    { outcome: 'constrained', fault, results: [broken], checkpoint: checkpointOf('preApply') },
    { outcome: 'constrained', fault, results: [], checkpoint: checkpointOf('preApply') },
  ],
  landing: [
    { outcome: 'landed', landed },
    { outcome: 'landed', landed: { ...landed, changeSet: changes(0) } },
    { outcome: 'refused', fault },
  ],
  correction: [
    { outcome: 'corrected', present: checkpointOf('beforeCorrection'), sandbox: { key: 'k', path: '/s' } },
    { outcome: 'corrected', present: null, sandbox: null },
    { outcome: 'refused', fault },
  ],
  rollback: [{ present: checkpointOf('beforeRollback'), changes: [] }],
  dismiss: [{ ref: null }],
};

const folded = { treeOid: 't1', planIds: [] };
export const mergeNews: AnyEventObject[] = [
  { type: 'merge.conflicted', tree: 't2', conflicts: [a, b], folded, fault: null },
  { type: 'merge.conflicted', tree: 't2', conflicts: [a], folded, fault: null },
  { type: 'merge.resumed' },
  { type: 'merge.reopened', conflict: a, fault },
];

export const groupReports: AnyEventObject[] = [{ type: 'group.waits' }, { type: 'group.wants' }];

type Answers = Record<string, unknown[]>;

/** A plan that has a required check: a validation that says it passed may have left it out. */
export const checked: Answers = {
  validation: [
    ...(answers.validation ?? []),
    { outcome: 'passed', results: [good, noted], findings: [], fixes: 0, toolCalls: 0, fault: null },
    { outcome: 'passed', results: [good], findings: [blocker], fixes: 0, toolCalls: 0, fault: null },
    { outcome: 'failed', results: [good], findings: [], fixes: 0, toolCalls: 0, fault },
  ],
};

/** Strategies that are sure, unsure, and sure but for one kind of choice. */
export const doubtful: Answers = {
  strategize: [
    { decisions: [decision], confidence: 0.8 },
    { decisions: [decision], confidence: 0.3 },
    { decisions: [decision], confidence: 0.8, convictions: { spawnSubplans: 0.3 } },
  ],
};

/** An agent that found nothing to change. */
export const idle: Answers = {
  review: [{ resultTree: 't0', changeSet: changes(0), checkpoint: checkpointOf('postExecute') }],
};

function changes(count: number) {
  const file = { path: 'f', operation: 'added' as const, before: null, after: 'b', mode: '100644' };
  return { alias: 'main', baseTree: 't0', resultTree: 't3', files: Array.from({ length: count }, () => file) };
}
