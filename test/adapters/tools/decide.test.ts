import { describe, expect, test } from 'vitest';
import { workbench } from '../workbench.ts';

describe('decide', () => {
  test('records a choice with its alternatives, as the phase has it', async () => {
    await using bench = await workbench({}, { phase: 'strategize' });
    const alternatives = [{ description: 'Redis', reason: 'one more thing to run' }];
    const input = { question: 'Which store?', chosenOption: 'LevelDB', alternatives, confidence: 0.7 };
    const { decisionId } = (await bench.call('decide', input)) as { decisionId: string };
    expect(bench.decisions).toMatchObject([
      {
        ...input,
        decisionId,
        planId: bench.plan.planId,
        type: 'strategy_choice',
        parentDecisionId: bench.plan.decisionRootId,
      },
    ]);
    await bench.runner({ phase: 'execute' })('decide', {
      question: 'q',
      chosenOption: 'o',
      parentDecisionId: decisionId,
    });
    expect(bench.decisions[1]).toMatchObject({ type: 'implementation_choice', parentDecisionId: decisionId });
  });

  test('refuses a type that has no place in the phase', async () => {
    await using bench = await workbench();
    const input = { question: 'q', chosenOption: 'o', type: 'strategy_choice' };
    await expect(bench.call('decide', input)).rejects.toMatchObject({ code: 'INVALID_DECISION' });
    expect(bench.decisions).toEqual([]);
  });
});

describe('system/create_checkpoint', () => {
  test('makes a checkpoint under a label [R32]', async () => {
    await using bench = await workbench();
    expect(await bench.call('system/create_checkpoint', { label: 'before the move' })).toEqual({
      checkpointId: expect.any(String),
      label: 'before the move',
      treeOid: 't1',
    });
    expect(bench.checkpoints).toEqual(['manual before the move system/create_checkpoint']);
  });
});
