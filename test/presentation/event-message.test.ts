import { describe, expect, test } from 'vitest';
import type { Conflict } from '../../src/model/conflict.ts';
import { TroupeError } from '../../src/model/errors.ts';
import type { PlanEvent } from '../../src/model/event.ts';
import { formatEvent } from '../../src/presentation/event-message.ts';
import { type ActivityByPlan, applyEvent } from '../../src/presentation/plan-activity.ts';
import { pluralize } from '../../src/presentation/units.ts';
import {
  childId,
  decisionDraft,
  phaseChanged,
  planCreated,
  planEvent,
  rootId,
  stepProgressed,
} from '../cli/sample-records.ts';

function board(): ActivityByPlan {
  const made: ActivityByPlan = new Map();
  applyEvent(made, planCreated(rootId, 'Rename'));
  applyEvent(made, planCreated(childId, 'Rename in src', rootId));
  return made;
}

const messageOf = (event: PlanEvent) => formatEvent(event, board());
const side = { oid: null, mode: null, planIds: [], goals: [] };
const conflict: Conflict = {
  conflictId: 'x:a.ts',
  alias: 'main',
  path: 'a.ts',
  kind: 'content',
  base: side,
  ours: side,
  theirs: side,
  markedOid: null,
  hunks: [],
  message: '',
};
const failure = new TroupeError('AGENT_FAILED', 'exit 1').toJSON();
const base = { planId: rootId } as const;

function results(...passed: boolean[]) {
  return passed.map((ok, index) => ({
    name: `check ${index}`,
    required: true,
    passed: ok,
    outcome: 'exited' as const,
    exitCode: ok ? 0 : index === 1 ? null : 2,
    outputDigest: '',
    outputTail: '',
    durationMs: 1,
    treeOid: 't',
  }));
}

function decided(type: 'strategy_choice' | 'invariant_enforced', chosenOption: string): PlanEvent {
  return planEvent({
    ...base,
    type: 'decision.recorded',
    decision: decisionDraft({ type, chosenOption }),
  });
}

function child(state: 'pending' | 'running' | 'complete' | 'failed', attempts: number): PlanEvent {
  return planEvent({
    ...base,
    type: 'subplan.changed',
    status: {
      planId: childId,
      decisionId: rootId,
      goal: 'Rename in src',
      state,
      attempt: attempts + 1,
      error: null,
      attempts: Array.from({ length: attempts }, (_, index) => ({
        attempt: index + 1,
        error: failure,
        wasRetried: true,
      })),
      treeOid: null,
    },
  });
}

/** Events with the sentences that are their messages. */
const sentences: readonly (readonly [PlanEvent, string])[] = [
  [planCreated(rootId, 'Rename'), `Rename: plan ${rootId}, from c0 for branch main`],
  [planCreated(childId, 'Rename in src', rootId), 'Rename in src: subplan planned'],
  [phaseChanged(rootId, ['execute', 'complete']), 'Rename: execute complete'],
  [phaseChanged(childId, ['strategize', 'errored']), 'Rename in src: strategize errored'],
  [planEvent({ ...base, type: 'plan.prompted', guidance: 'be\nbrief' }), 'Rename: guidance added: be brief'],
  [
    planEvent({ ...base, type: 'plan.applied', target: { kind: 'checkout' }, commits: [], files: ['a'] }),
    'Rename: applied 1 file to the checkout',
  ],
  [
    planEvent({ ...base, type: 'plan.applied', target: { kind: 'branch', branch: 'b' }, commits: [], files: [] }),
    'Rename: applied 0 files to the branch b',
  ],
  [
    planEvent({ ...base, type: 'plan.applied', target: { kind: 'patch', file: 'p' }, commits: [], files: [] }),
    'Rename: applied 0 files to the patch p',
  ],
  [planEvent({ ...base, type: 'plan.cancelled', reason: 'enough' }), 'Rename: cancelled: enough'],
  [decided('strategy_choice', 'by folder'), 'Rename: strategy choice: by folder'],
  [stepProgressed(rootId, 'reading\u001b[2J'), 'Rename: reading'],
  [child('pending', 1), 'Rename: attempt 1 of "Rename in src" failed, retry follows: exit 1'],
  [
    planEvent({
      ...base,
      type: 'conflict.found',
      conflict,
    }),
    'Rename: conflict in a.ts (content)',
  ],
  [
    planEvent({ ...base, type: 'conflict.resolved', conflictId: 'x:a:b.ts', resolution: { take: 'ours' } }),
    'Rename: conflict resolved: a:b.ts',
  ],
  [
    planEvent({
      ...base,
      type: 'conflict.found',
      conflict: { ...conflict, path: 'attempts', kind: 'attempts', attempts: [] },
    }),
    'Rename: one of the attempts has to be chosen',
  ],
  [
    planEvent({
      ...base,
      type: 'conflict.resolved',
      conflictId: 'x:attempts',
      resolution: { take: 'attempt', attempt: 2 },
    }),
    'Rename: attempt 2 chosen',
  ],
  [
    planEvent({
      ...base,
      type: 'conflict.reopened',
      conflict,
      error: new TroupeError('CONFLICT_LEFT', 'markers are left').toJSON(),
    }),
    'Rename: conflict in a.ts is open again: markers are left',
  ],
  [
    planEvent({ ...base, type: 'merge.child_merged', childPlanId: childId, treeOid: 't', engines: {} }),
    'Rename: merged "Rename in src"',
  ],
  [
    planEvent({
      ...base,
      type: 'invariant.reconciled',
      phase: 'execute',
      effectiveCount: 1,
      conflictCount: 0,
      decisionIds: [],
    }),
    'Rename: 1 invariant hold for execute',
  ],
  [
    planEvent({
      ...base,
      type: 'invariant.violated',
      phase: 'execute',
      invariantId: 'i',
      text: 'Only src',
      files: ['1', '2', '3', '4', '5', '6', '7'],
      message: '',
    }),
    'Rename: invariant violated: Only src (1, 2, 3, 4, 5, and 2 more)',
  ],
  [
    planEvent({
      ...base,
      type: 'invariant.violated',
      phase: 'apply',
      invariantId: 'i',
      text: 'Few',
      files: [],
      message: '',
    }),
    'Rename: invariant violated: Few',
  ],
  [
    planEvent({ ...base, type: 'validation.finished', round: 1, results: results(true, true) }),
    'Rename: 2/2 checks passed',
  ],
  [
    planEvent({ ...base, type: 'validation.finished', round: 1, results: results(true, false, false) }),
    'Rename: 1/3 checks passed; failed: check 1 (exit none), check 2 (exit 2)',
  ],
  [
    planEvent({
      ...base,
      type: 'tool.called',
      role: 'execution',
      decisions: [],
      call: {
        callId: 'c',
        planId: rootId,
        tool: 'builtin/write-file',
        input: {},
        result: {},
        error: null,
        durationMs: 3.4,
        startedAt: '',
        undone: false,
      },
    }),
    'Rename: builtin/write-file (3 ms)',
  ],
  [
    planEvent({
      ...base,
      type: 'attempt.delayed',
      phase: 'execute',
      waiting: { error: failure, tries: 1, triesMax: 3, waitMs: 1000, until: null },
    }),
    'Rename: attempt 1 of 3 failed, retry after 1 s: exit 1',
  ],
  [
    planEvent({ ...base, type: 'error.recorded', phase: 'execute', error: failure, details: {} }),
    'Rename: AGENT_FAILED: exit 1',
  ],
];

describe('the message of an event', () => {
  test('has a subject and a verb', () => {
    expect(sentences.map(([event]) => messageOf(event)?.text)).toEqual(sentences.map(([, sentence]) => sentence));
  });

  test('names a checkpoint by its label, else by its trigger', () => {
    const made = (label: string | null) =>
      messageOf(
        planEvent({
          ...base,
          type: 'checkpoint.created',
          checkpoint: {
            checkpointId: rootId,
            planId: rootId,
            label,
            trigger: 'preExecute',
            tool: null,
            alias: 'main',
            sandbox: 's',
            treeOid: 't',
            ref: 'r',
          },
        }),
      );
    expect(made('before the storm')?.text).toBe('Rename: checkpoint before the storm');
    expect(made(null)).toMatchObject({ text: 'Rename: checkpoint preExecute', verbose: true });
  });

  test('is null when there is no message for people', () => {
    expect(messageOf(child('pending', 0))).toBeNull();
    // The failure was reported when the subplan began to wait for its next attempt.
    for (const state of ['running', 'complete', 'failed'] as const) expect(messageOf(child(state, 1))).toBeNull();
    expect(messageOf(planEvent({ ...base, type: 'validation.finished', round: 1, results: [] }))).toBeNull();
    expect(formatEvent({ ...stepProgressed(rootId, ''), type: 'of a later version' } as never, board())).toBeNull();
  });

  test('is marked by its kind and importance', () => {
    expect(messageOf(phaseChanged(rootId, ['execute', 'processing']))).toMatchObject({ mark: 'note', transient: true });
    expect(messageOf(phaseChanged(rootId, ['execute', 'queued']))).toMatchObject({ verbose: true });
    expect(messageOf(phaseChanged(rootId, ['execute', 'conflicted']))).toMatchObject({
      mark: 'warning',
      transient: false,
    });
    expect(messageOf(phaseChanged(rootId, ['apply', 'constrained']))).toMatchObject({ mark: 'failed' });
    expect(messageOf(decided('invariant_enforced', 'x'))).toMatchObject({ verbose: true });
  });

  test('names an unknown plan by the end of its id', () => {
    expect(formatEvent(phaseChanged(childId, ['execute', 'complete']), new Map())?.text).toBe(
      'CH11DP1N: execute complete',
    );
  });

  test('counts in English', () => {
    expect([pluralize(0, 'file'), pluralize(1, 'file'), pluralize(2, 'sandbox', 'sandboxes')]).toEqual([
      '0 files',
      '1 file',
      '2 sandboxes',
    ]);
  });
});
