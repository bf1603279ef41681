/** Of the small charts no mistake that a rule can make passes: no transition can be missing, and no guard can say the opposite. */
import { expect, test } from 'vitest';
import { applyModel } from './apply.ts';
import { correctionModel } from './correction.ts';
import { mergeModel } from './merge.ts';
import { partialApplyModel } from './partial-apply.ts';
import { reconciliationModel } from './reconciliation.ts';
import { retryModel } from './retry.ts';
import { subplansModel } from './subplans.ts';
import { supervisorModel } from './supervisor.ts';
import { mutantsOf, survivorsOf } from './sweep.ts';
import { validationModel } from './validation.ts';

test.each([
  ['reconciliation', () => survivorsOf(reconciliationModel)],
  ['validation', () => survivorsOf(validationModel)],
  ['retry', () => survivorsOf(retryModel)],
  ['apply', () => survivorsOf(applyModel)],
  ['partialApply', () => survivorsOf(partialApplyModel)],
  ['correction', () => survivorsOf(correctionModel)],
  ['supervisor', () => survivorsOf(supervisorModel)],
  ['merge', () => survivorsOf(mergeModel)],
  ['subplans', () => survivorsOf(subplansModel)],
])(
  '[R198] every transition of "%s" that is removed, and every guard that is negated, is found',
  { timeout: 300_000 },
  (_, survivors) => {
    expect(survivors()).toEqual([]);
  },
);

test('a mutant is made of every transition and of every guard, wherever it is written', () => {
  const names = mutantsOf(mergeModel.machine).map(({ name }) => name);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toEqual(
    expect.arrayContaining([
      'active pause: removed',
      'active.selecting always 1: removed',
      'active.selecting always 1: guard negated',
      'active.selecting always 3: removed',
      'active.merging mergeNext onDone 2: guard negated',
      'active.merging mergeNext onError: removed',
      'active.conflicted resolve: guard negated',
      'paused resume: removed',
    ]),
  );
});

test('a mutant that no property notices is named', () => {
  const [only] = reconciliationModel.properties;
  const weaker = { ...reconciliationModel, properties: only === undefined ? [] : [{ ...only, claims: [] }] };
  expect(survivorsOf(weaker)).toContain('resolving always 1: removed');
});
