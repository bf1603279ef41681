import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { checkDecisions, cycleIn } from '../../../actors/agent/check-decisions.ts';
import type { DecisionDraft } from '../../../src/model/decision.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import { planSpec, testId } from '../../fixtures.ts';
import { testSeed } from '../../seed.ts';

const spec = planSpec();
const known = new Set([spec.decisionRootId]);

function decision(number: number, more: Partial<DecisionDraft> = {}): DecisionDraft {
  return {
    decisionId: testId(`D${number}`),
    planId: spec.planId,
    parentDecisionId: spec.decisionRootId,
    type: 'strategy_choice',
    question: 'which?',
    chosenOption: 'this',
    alternatives: [],
    confidence: 1,
    rationale: '',
    payload: {},
    dependsOn: [],
    contextSnapshot: { treeOid: null, checkpointId: null, actorStateRef: null },
    artifacts: [],
    supersededBy: null,
    ...more,
  };
}

function refusal(made: DecisionDraft[], phase: 'strategize' | 'execute' = 'strategize'): TroupeError {
  try {
    checkDecisions(spec, phase, made, known);
  } catch (thrown) {
    if (TroupeError.is(thrown)) return thrown;
    throw thrown;
  }
  throw new Error('nothing was refused');
}

describe('the decisions of an agent', () => {
  test('are accepted as a tree under known decisions', () => {
    const made = [
      decision(1),
      decision(2, { parentDecisionId: testId('D1') }),
      decision(3, { dependsOn: [testId('D2')] }),
    ];
    expect(() => checkDecisions(spec, 'strategize', made, known)).not.toThrow();
  });

  test.each([
    ['an id twice', [decision(1), decision(1)], /same id/],
    ['a recorded id', [decision(1, { decisionId: spec.decisionRootId })], /recorded already/],
    ['a second root', [decision(1, { type: 'prompt_definition' })], /exactly one prompt_definition/],
    ['a type of another phase', [decision(1, { type: 'tool_invocation' })], /may not be recorded in strategize/],
    ['another plan', [decision(1, { planId: testId('P9') })], /belongs to plan/],
    ['an unknown parent', [decision(1, { parentDecisionId: testId('D9') })], /hangs under/],
    ['no parent', [decision(1, { parentDecisionId: null })], /hangs under/],
    ['an unknown dependency', [decision(1, { dependsOn: [testId('D9')] })], /depends on/],
    [
      'parents in a circle',
      [decision(1, { parentDecisionId: testId('D2') }), decision(2, { parentDecisionId: testId('D1') })],
      /form a cycle/,
    ],
  ])('are rejected with %s', (_what, made, message) => {
    const error = refusal(made);
    expect(error.code).toBe('INVALID_DECISION');
    expect(error.message).toMatch(message);
  });

  test('are rejected when they depend on each other in a cycle, which the error names', () => {
    const error = refusal([decision(1, { dependsOn: [testId('D2')] }), decision(2, { dependsOn: [testId('D1')] })]);
    expect(error.code).toBe('DEPENDENCY_CYCLE');
    expect(error.message).toContain(`${testId('D1')} → ${testId('D2')} → ${testId('D1')}`);
  });
});

describe('finding a cycle', () => {
  test('finds one exactly when no topological order exists', () => {
    const graphs = fc.array(fc.tuple(fc.integer({ min: 0, max: 7 }), fc.integer({ min: 0, max: 7 })), {
      maxLength: 16,
    });
    fc.assert(
      fc.property(graphs, edges => {
        const graph = new Map<string, string[]>();
        for (let node = 0; node < 8; node += 1) graph.set(String(node), []);
        for (const [from, to] of edges) graph.get(String(from))?.push(String(to));
        const cycle = cycleIn(graph);
        if (cycle === null) return hasOrder(graph);
        const followsEdges = cycle.every(
          (id, at) => at === cycle.length - 1 || graph.get(id)?.includes(cycle[at + 1] ?? ''),
        );
        return followsEdges && cycle[0] === cycle.at(-1) && !hasOrder(graph);
      }),
      { seed: testSeed('cycles'), numRuns: 500 },
    );
  });

  test('ignores ids that are not in the graph, and handles a chain of 50,000', () => {
    expect(cycleIn(new Map([['a', ['z']]]))).toBeNull();
    const chain = new Map(
      Array.from({ length: 50_000 }, (_, at): [string, string[]] => [String(at), [String(at + 1)]]),
    );
    expect(cycleIn(chain)).toBeNull();
  });
});

/** Kahn's algorithm, to compare with. */
function hasOrder(graph: Map<string, string[]>): boolean {
  const incoming = new Map([...graph.keys()].map(id => [id, 0]));
  for (const targets of graph.values())
    for (const target of targets) incoming.set(target, (incoming.get(target) ?? 0) + 1);
  const free = [...incoming].filter(([, count]) => count === 0).map(([id]) => id);
  let ordered = 0;
  for (let id = free.pop(); id !== undefined; id = free.pop()) {
    ordered += 1;
    for (const target of graph.get(id) ?? []) {
      const left = (incoming.get(target) ?? 0) - 1;
      incoming.set(target, left);
      if (left === 0) free.push(target);
    }
  }
  return ordered === graph.size;
}
