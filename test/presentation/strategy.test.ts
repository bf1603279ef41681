import { describe, expect, test } from 'vitest';
import type { Decision } from '../../src/model/decision.ts';
import type { PlanRecord } from '../../src/model/plan.ts';
import { createColors } from '../../src/presentation/colors.ts';
import { formatStrategy } from '../../src/presentation/strategy.ts';
import { decisionDraft, planRecord, rootId } from '../cli/sample-records.ts';

const plain = createColors(false);
const id = (last: string) => `01KAJ0000000000000DEC1S10${last}`;

const decision = (changes: Partial<Decision>): Decision => ({
  ...decisionDraft({ question: 'How?', chosenOption: 'By folder', ...changes }),
  sequence: 1,
  createdAt: '2026-11-21T10:00:00.000Z',
});

function spawn(decisionId: string, goal: string, changes: object = {}): Decision {
  const payload = {
    ...{ planId: rootId, goal, resourceScopes: ['src'], projectRef: null, parallel: true, maxParallel: null },
    ...{ mergeStrategy: null, dependencies: [], contextView: 'default', strategyActor: null, executionActor: null },
    ...{ guidance: [], arguments: {}, ...changes },
  };
  return decision({ decisionId, type: 'subplan_spawn', payload });
}

const lines = (record: Partial<PlanRecord>, decisions: readonly Decision[] = []) =>
  formatStrategy(planRecord(record), decisions, plain).split('\n');
const actors = (changes: Partial<PlanRecord['actors']>) => ({ actors: { ...planRecord().actors, ...changes } });

describe('A strategy for review', () => {
  test('says that one agent does all the work when there are no subplans', () => {
    expect(lines({})).toEqual([
      'Strategy of "Rename foo to bar", profile supervised, confidence 1',
      'parts: no subplans: one agent does all of it',
      'agents: execution worker',
      'estimated cost: unknown; the action names no estimationActor',
      expect.stringMatching(/^spent so far: /),
    ]);
  });

  test('shows choices with confidence and reason, and no other decision', () => {
    const decisions = [
      decision({}),
      decision({ type: 'resource_selection', chosenOption: 'src', confidence: 0.5, rationale: 'it is\nsmall' }),
      decision({ type: 'prompt_definition', chosenOption: 'hidden' }),
    ];
    expect(lines({}, decisions).slice(1, 4)).toEqual([
      '  How? → By folder',
      '  How? → src (confidence 0.5) — it is small',
      'parts: no subplans: one agent does all of it',
    ]);
  });

  test('lists subplans with their scopes, predecessors and agents', () => {
    const steps = { kind: 'steps', steps: [{ write: { path: 'a', content: '' } }] };
    const parts = [
      spawn(id('A'), 'First', { strategyActor: 'planner', executionActor: steps }),
      spawn(id('B'), 'Second', { dependencies: [id('A')], resourceScopes: ['a', 'b'] }),
    ];
    const shown = lines({}, parts);
    expect(shown[1]).toMatch(/^parts: 2 subplans, at most \d+ at once$/);
    expect(shown.slice(2, 4)).toEqual([
      '  1. First  [src]  by planner, 1 declared step',
      '  2. Second  [a, b]  after 1',
    ]);
    expect(lines({}, parts.slice(0, 1))[1]).toBe('parts: 1 subplan');
    const sequential = { subplanConfig: { ...planRecord().subplanConfig, executionMode: 'sequential' as const } };
    expect(lines(sequential, parts)[1]).toBe('parts: 2 subplans, at most 1 at once');
  });

  test('names agents of every kind', () => {
    const shown = (execution: unknown) =>
      lines(actors({ execution: execution as PlanRecord['actors']['execution'] }))[2];
    expect(shown({ kind: 'preset', agent: 'claude', model: 'opus' })).toBe('agents: execution claude opus');
    expect(shown({ kind: 'preset', agent: 'claude' })).toBe('agents: execution claude');
    expect(shown({ kind: 'script', module: './agent.mjs' })).toBe('agents: execution ./agent.mjs');
    expect(shown({ kind: 'command', argv: ['sh', '-c', 'work'] })).toBe('agents: execution sh -c work');
    expect(lines(actors({ review: 'critic', conflict: 'judge' }))[2]).toBe(
      'agents: execution worker · review critic · conflict judge',
    );
  });

  test('shows the estimate and the limits', () => {
    const estimate = { summary: 'an hour', tokens: 1200, range: [1, 2] };
    const budget = { usd: 5, tokens: 9, seconds: 60, toolCalls: 3 };
    expect(lines({ estimate, budget })[3]).toBe(
      'estimated cost: an hour · tokens 1200 · range [1,2]; at most 5 USD, 9 tokens, 60 s, 3 tool calls',
    );
    expect(lines(actors({ estimation: 'guesser' }))[3]).toBe('estimated cost: unknown; the estimation agent gave none');
  });
});
