/** Everything that a plan can receive: commands, and the answers of what is running. */
import type { AnyEventObject } from 'xstate';
import type { PartialApplyResult } from '../../../machines/partial-apply.machine.ts';
import { expiredAnswer } from '../../../machines/plan/actions/approvals.ts';
import type { AgentQueuePosition } from '../../../src/model/agent-queue.ts';
import type { PartialApplyRequest } from '../../../src/model/apply.ts';
import type { Approval } from '../../../src/model/approval.ts';
import type { RollbackRequest } from '../../../src/model/checkpoint.ts';
import type { CorrectionMode, CorrectionRequest, RestartPoint } from '../../../src/model/correction.ts';
import type { Invariant } from '../../../src/model/invariant.ts';
import type { RetryDelay } from '../../../src/model/retry-delay.ts';
import type { Finding } from '../../../src/model/review.ts';
import {
  sampleConflict,
  sampleDecision,
  sampleError,
  sampleResult,
  sampleSpec,
  subplanOf,
  ulidOf,
} from '../../machines/fixtures.ts';
import { sampleCheckpoint, sampleStoredContext } from '../../machines/scripted-effects.ts';

const error = sampleError();
const a = sampleConflict('a');
const b = sampleConflict('b');
const decision = sampleDecision('1');
const broken = sampleResult('check', { passed: false });
const remark: Finding = { severity: 'warning', path: 'f', line: 1, text: 'a remark' };
const blocker: Finding = { severity: 'blocking', path: 'f', line: 1, text: 'it is wrong' };
const good = sampleResult('check');
const notedFinding = sampleResult('note', { passed: false, required: false });

export const pendingApproval: Approval = {
  ...{ approvalId: ulidOf('Q'), planId: ulidOf('P'), rootPlanId: ulidOf('P'), tool: 'builtin/write', input: '{}' },
  ...{ goal: 'Rename', words: 'write a.txt', folder: '/sandbox' },
  ...{ threshold: 'writeFiles', confidence: 1, timeoutSeconds: 60, answer: null },
};

const rule: Invariant = {
  ...{ invariantId: ulidOf('J'), text: 'keep the names', scope: 'plan', origin: 'plan' },
  ...{ check: null, nonOverridable: false, each: 'phase' },
};

const order: RollbackRequest = {
  rollbackId: 'b',
  checkpointId: 'c',
  treeOid: 't',
  sandbox: 'k',
  sequence: 1,
  includesMerged: false,
  childPlanIds: [],
  force: false,
};

const correction = (mode: CorrectionMode, from: RestartPoint): AnyEventObject => ({
  type: 'correct',
  order: {
    ...{ correctionId: 'k', decisionId: 'd', interventionId: 'i', mode, from, guidance: 'otherwise' },
    ...{ treeOid: from === 'strategize' ? null : 't1', sequence: null, mergedUpTo: null, force: false },
    ...{ decisions: [], superseded: [], childPlanIds: [], kept: [] },
  } satisfies CorrectionRequest,
});

/** A checkpoint stores whatever the plan had then: also what must not come back. */
const storedContext = sampleStoredContext({
  ...{ position: { phase: 'apply', state: 'constrained' }, resting: true, confidence: 0.8 },
  ...{ attempt: 7, reversionCount: 3, sandbox: null, slot: 'held', approved: true, stopReason: 'cancel' },
  ...{ workTree: 't9', mergedTree: 't9', resultTree: 't9', conflicts: [a], validationResults: [broken] },
  ...{ subplansRunning: true, subplansWait: true, mergeRunning: true, approvals: [pendingApproval], error },
  ...{ pausedFrom: { phase: 'execute', state: 'complete' }, rollback: { order, decision, done: null } },
  ...{
    changeSet: changes(1),
    appliedParts: [],
    resumeFrom: { tree: 't9', sequence: 9, mergedUpTo: 9, isAgentWorkDone: true, inherits: false },
  },
});

const part: PartialApplyRequest = {
  ...{ applyId: 'l', attempt: 1, baseTree: sampleSpec().projectLinks[0]?.baseTree ?? '', treeOid: 't1', left: [] },
  ...{ target: { kind: 'checkout' as const }, subplans: [], commit: null, after: null, checkpointId: 'c' },
};

export const everyCommand: AnyEventObject[] = [
  { type: 'start' },
  { type: 'execute' },
  { type: 'apply', target: { kind: 'checkout' }, approved: false },
  { type: 'apply', target: { kind: 'checkout' }, approved: true },
  { type: 'applyPart', order: part },
  { type: 'applyPart', order: { ...part, baseTree: 'elsewhere' } },
  { type: 'applyPart', order: { ...part, attempt: 7 } },
  { type: 'approve' },
  { type: 'pause' },
  { type: 'resume' },
  { type: 'cancel', reason: 'enough' },
  { type: 'revert', decision, guidance: 'otherwise' },
  { type: 'prompt', decision, guidance: 'mind this' },
  { type: 'resolve', conflictId: a.conflictId, resolution: { take: 'ours' } },
  { type: 'resolve', conflictId: 'unknown', resolution: { take: 'ours' } },
  { type: 'expire', error },
  { type: 'rollback', order, decision },
  correction('revert', 'strategize'),
  correction('revert', 'work'),
  correction('append', 'children'),
  { type: 'checkpoint', checkpoint: sampleCheckpoint('manual') },
  { type: 'deleteCheckpoint', checkpointId: 'c' },
  {
    type: 'edit',
    edit: { correctionId: 'k', guidance: 'otherwise', decisions: [], interventionId: 'i', superseded: [] },
  },
  { type: 'answerApproval', approvalId: pendingApproval.approvalId, answer: expiredAnswer },
  { type: 'answerApproval', approvalId: 'unknown', answer: expiredAnswer },
  { type: 'approval.expired', approvalId: pendingApproval.approvalId },
  { type: 'addInvariant', invariant: rule },
  { type: 'removeInvariant', invariantId: rule.invariantId },
];

/** Everything but corrections, answers to approvals (there are none without a request), and commands that move no plan. */
const rareCommands = [
  'correct',
  'answerApproval',
  'approval.expired',
  'addInvariant',
  'removeInvariant',
  'applyPart',
  'deleteCheckpoint',
  'edit',
];
export const usualCommands = everyCommand.map(({ type }) => type).filter(type => !rareCommands.includes(type));

/** What agents, and the charts that ask them, say on their way. */
const queue: AgentQueuePosition = { cap: 'agent', agent: 'local/work', most: 1, ahead: 0 };
const waiting: RetryDelay = { error, tries: 1, triesMax: 3, waitMs: 1, until: null };
export const queueEvents: AnyEventObject[] = [{ type: 'agent.queued', queue }, { type: 'agent.admitted' }];
export const agentEvents: AnyEventObject[] = [
  ...queueEvents,
  { type: 'attempt.delayed', waiting },
  { type: 'attempt.resumed' },
  { type: 'step.completed', step: 1 },
];

/** The applied base differs from the plan's first base only for guards that read the base. */
const appliedPart: PartialApplyResult = {
  ...{ outcome: 'applied', commits: ['c'], files: ['f'], results: [], changeSet: null, after: null },
  ...{ links: sampleSpec().projectLinks, checkpoint: sampleCheckpoint('postApply') },
};

/** What each thing under way may answer: well, badly, and in ways it must not. */
export const answers: Record<string, unknown[]> = {
  preflight: [{ checked: [] }],
  reconciliation: [
    { outcome: 'reconciled', invariants: [] },
    { outcome: 'violated', invariants: [], violations: [], error },
  ],
  strategize: [{ decisions: [decision], confidence: 0.8 }],
  estimate: [{ estimate: null }],
  prepare: [{ sandbox: { key: 'k', path: '/s' }, startTree: 't0', checkpoint: sampleCheckpoint('preExecute') }],
  execute: [{ decisions: [], tree: 't1', toolCalls: 1 }],
  createSubplans: [
    { members: [], config: sampleSpec().subplanConfig, checkpoint: null },
    { members: [subplanOf('A')], config: sampleSpec().subplanConfig, checkpoint: null },
  ],
  subplans: [
    { outcome: 'complete', children: [], statuses: [] },
    { outcome: 'failed', error, children: [], statuses: [] },
    { outcome: 'cancelled', reason: 'enough', children: [], statuses: [] },
  ],
  merge: [
    { outcome: 'merged', tree: 't2' },
    { outcome: 'failed', error },
  ],
  restoreTree: [{ tree: 't2' }],
  validation: [
    { outcome: 'passed', results: [notedFinding], findings: [remark], fixes: 0, toolCalls: 0, error: null },
    { outcome: 'passed', results: [notedFinding], findings: [blocker], fixes: 0, toolCalls: 0, error: null },
    { outcome: 'passed', results: [broken], findings: [], fixes: 0, toolCalls: 0, error: null },
    { outcome: 'failed', results: [broken], findings: [], fixes: 3, toolCalls: 0, error },
    { outcome: 'failed', results: [], findings: [blocker], fixes: 0, toolCalls: 0, error },
    { outcome: 'failed', results: [], findings: [], fixes: 0, toolCalls: 0, error },
  ],
  review: [
    { resultTree: 't3', changeSet: changes(1), checkpoint: sampleCheckpoint('postExecute') },
    { resultTree: 't0', changeSet: changes(0), checkpoint: sampleCheckpoint('postExecute') },
  ],
  describe: [
    { message: { subject: 'say it', body: '' }, error: null, decisions: [] },
    { message: null, error, decisions: [] },
  ],
  recover: [{ error, decisions: [], details: {}, checkpoint: null }],
  apply: [
    { outcome: 'applied', commits: ['c'], files: ['f'], results: [], checkpoint: sampleCheckpoint('preApply') },
    { outcome: 'applied', commits: ['c'], files: ['f'], results: [broken], checkpoint: sampleCheckpoint('preApply') },
    { outcome: 'constrained', error, results: [broken], checkpoint: sampleCheckpoint('preApply') },
    { outcome: 'constrained', error, results: [], checkpoint: sampleCheckpoint('preApply') },
    {
      outcome: 'failed',
      error,
      recovery: { error, decisions: [], details: {}, checkpoint: null },
      recoveryError: null,
    },
    { outcome: 'failed', error, recovery: null, recoveryError: error },
  ],
  partialApply: [
    { outcome: 'applied', applied: appliedPart },
    { outcome: 'applied', applied: { ...appliedPart, changeSet: changes(0) } },
    { outcome: 'rejected', error },
  ],
  correction: [
    { outcome: 'corrected', present: sampleCheckpoint('beforeCorrection'), sandbox: { key: 'k', path: '/s' } },
    { outcome: 'corrected', present: null, sandbox: null },
    { outcome: 'rejected', error },
  ],
  rollback: [{ changes: [], context: storedContext }],
  archiveSandbox: [{ ref: null }],
};

const folded = { treeOid: 't1', planIds: [] };
export const mergeEvents: AnyEventObject[] = [
  { type: 'merge.conflicted', tree: 't2', conflicts: [a, b], folded, error: null },
  { type: 'merge.conflicted', tree: 't2', conflicts: [a], folded, error: null },
  { type: 'merge.resumed' },
  { type: 'merge.reopened', conflict: a, error },
];

export const subplansEvents: AnyEventObject[] = [{ type: 'subplans.idle' }, { type: 'subplans.ready' }];

type Answers = Record<string, unknown[]>;

/** A plan that has a required check: a validation that says it passed may have left it out. */
export const checked: Answers = {
  validation: [
    ...(answers.validation ?? []),
    { outcome: 'passed', results: [good, notedFinding], findings: [], fixes: 0, toolCalls: 0, error: null },
    { outcome: 'passed', results: [good], findings: [blocker], fixes: 0, toolCalls: 0, error: null },
    { outcome: 'failed', results: [good], findings: [], fixes: 0, toolCalls: 0, error },
  ],
};

/** Strategies that are sure, unsure, and sure but for one kind of choice. */
export const lowConfidenceResults: Answers = {
  strategize: [
    { decisions: [decision], confidence: 0.8 },
    { decisions: [decision], confidence: 0.3 },
    { decisions: [decision], confidence: 0.8, confidenceByThreshold: { spawnSubplans: 0.3 } },
  ],
};

/** An agent that found nothing to change. */
export const idle: Answers = {
  review: [{ resultTree: 't0', changeSet: changes(0), checkpoint: sampleCheckpoint('postExecute') }],
};

function changes(count: number) {
  const file = { path: 'f', operation: 'added' as const, before: null, after: 'b', mode: '100644' };
  return { alias: 'main', baseTree: 't0', resultTree: 't3', files: Array.from({ length: count }, () => file) };
}
