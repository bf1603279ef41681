import { describe, expect, test } from 'vitest';
import { createToolHarness } from '../tool-harness.ts';

describe('decide', () => {
  test('records a choice with its alternatives, as a decision of the phase', async () => {
    await using harness = await createToolHarness({}, { phase: 'strategize' });
    const alternatives = [{ description: 'Redis', reason: 'one more thing to run' }];
    const input = { question: 'Which store?', chosenOption: 'LevelDB', alternatives, confidence: 0.7 };
    const { decisionId } = (await harness.call('decide', input)) as { decisionId: string };
    expect(harness.decisions).toMatchObject([
      {
        ...input,
        decisionId,
        planId: harness.plan.planId,
        type: 'strategy_choice',
        parentDecisionId: harness.plan.decisionRootId,
      },
    ]);
    await harness.runner({ phase: 'execute' })('decide', {
      question: 'q',
      chosenOption: 'o',
      parentDecisionId: decisionId,
    });
    expect(harness.decisions[1]).toMatchObject({ type: 'implementation_choice', parentDecisionId: decisionId });
  });

  test('rejects a decision type that the phase does not allow', async () => {
    await using harness = await createToolHarness();
    const input = { question: 'q', chosenOption: 'o', type: 'strategy_choice' };
    await expect(harness.call('decide', input)).rejects.toMatchObject({ code: 'INVALID_DECISION' });
    expect(harness.decisions).toEqual([]);
  });
});

describe('system/create_checkpoint', () => {
  test('creates a checkpoint with a label [R32]', async () => {
    await using harness = await createToolHarness();
    expect(await harness.call('system/create_checkpoint', { label: 'before the move' })).toEqual({
      checkpointId: expect.any(String),
      label: 'before the move',
      treeOid: 't1',
    });
    expect(harness.checkpoints).toEqual(['manual before the move system/create_checkpoint']);
  });
});
