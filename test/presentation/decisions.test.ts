import { describe, expect, test } from 'vitest';
import type { Decision } from '../../src/model/decision.ts';
import { createColors } from '../../src/presentation/colors.ts';
import { formatDecisions } from '../../src/presentation/decisions.ts';
import { shortId } from '../../src/presentation/hints.ts';
import { childId, rootId } from '../cli/sample-records.ts';
import { testId } from '../fixtures.ts';

function decision(changes: Partial<Decision>): Decision {
  return {
    decisionId: rootId,
    planId: rootId,
    parentDecisionId: null,
    type: 'prompt_definition',
    question: 'What?',
    chosenOption: 'This',
    alternatives: [],
    confidence: 1,
    rationale: '',
    payload: {},
    dependsOn: [],
    sequence: 0,
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    artifacts: [],
    supersededBy: null,
    createdAt: '',
    ...changes,
  };
}

describe('a formatted decision tree', () => {
  test('has rejected options below the chosen one, and later decisions after it', () => {
    const lines = formatDecisions(
      [
        decision({ rationale: 'You asked.' }),
        decision({
          decisionId: childId,
          parentDecisionId: rootId,
          type: 'strategy_choice',
          question: 'How?',
          chosenOption: 'By\u001b[2J folder',
          confidence: 0.8,
          alternatives: [
            { description: 'At once', reason: 'too much' },
            { description: 'Never', reason: '' },
          ],
          supersededBy: rootId,
        }),
      ],
      createColors(false),
    );
    expect(lines).toEqual([
      `${shortId(rootId)}  prompt definition: What? → This — You asked.`,
      `└─ ${shortId(childId)}  strategy choice: How? → By folder (confidence 0.8) [superseded]`,
      '   ├─ rejected: At once — too much',
      '   └─ rejected: Never',
    ]);
  });

  test('lists an invariant once, by its text, with the phases in which it was checked', () => {
    const rule = (text: string, payload: Record<string, unknown>) =>
      decision({
        decisionId: childId,
        parentDecisionId: rootId,
        type: 'invariant_enforced',
        chosenOption: text,
        rationale: 'Ours.',
        payload,
      });
    const [kept, small] = [{ invariantId: 'V1' }, { invariantId: 'V2' }];
    const lines = formatDecisions(
      [
        decision({ rationale: 'You asked.' }),
        rule('Keep names', { ...kept, phase: 'strategize' }),
        rule('Stay small', small),
        rule('Keep names', { ...kept, phase: 'execute' }),
        rule('Keep names', { ...kept, phase: 'execute' }),
        { ...rule('Keep names', { ...kept, phase: 'execute' }), supersededBy: rootId },
      ],
      createColors(false),
    );
    expect(lines).toEqual([
      `${shortId(rootId)}  prompt definition: What? → This — You asked.`,
      '├─ invariant enforced: Keep names (looked at 3 times, for strategize, execute) — Ours.',
      '├─ invariant enforced: Stay small (looked at once) — Ours.',
      '└─ invariant enforced: Keep names (looked at once, for execute) — Ours. [superseded]',
    ]);
  });

  test('shows how many others a correction invalidates, for each correctable decision [R121]', () => {
    const choice = (ending: string, parentDecisionId: string, changes: Partial<Decision> = {}) =>
      decision({ decisionId: testId(ending), parentDecisionId, type: 'strategy_choice', question: ending, ...changes });
    const decisions = [
      decision({}),
      choice('A', rootId),
      choice('B', testId('A')),
      choice('C', rootId, { dependsOn: [testId('B')] }),
      choice('D', testId('A'), { supersededBy: testId('B') }),
    ];
    expect(formatDecisions(decisions, createColors(false)).map(line => line.replace(/^.*: /, ''))).toEqual([
      'What? → This',
      'A → This (a correction invalidates 2 more decisions)',
      'B → This (a correction invalidates 1 more decision)',
      'D → This [superseded]',
      'C → This',
    ]);
  });

  test('shows a decision whose parent is hidden at the top', () => {
    const orphan = decision({ decisionId: childId, parentDecisionId: rootId, type: 'reversion' });
    expect(formatDecisions([orphan], createColors(false))).toEqual([`${shortId(childId)}  reversion: What? → This`]);
  });
});
