// What it teaches: the charts are plain XState machines. To use only the chart, provide your own actors and start it
// with `createActor`: here the loop of checking, fixing and checking again, over a text in memory, without a git or a store.
import assert from 'node:assert/strict';
import { type EffectInput, type EffectOutput, validationMachine } from 'troupe/machines';
import { trialPlan } from 'troupe/testing';
import { createActor, fromPromise, toPromise } from 'xstate';

let text = 'teh cat sat on teh mat';

const spelling = validationMachine.provide({
  actors: {
    validate: fromPromise<EffectOutput<'validate'>, EffectInput<'validate'>>(async ({ input: { round } }) => {
      const passed = !text.includes('teh');
      console.log(`round ${round}: ${passed ? 'passed' : 'failed'}: ${text}`);
      const result = { name: 'spelling', required: true, passed, exitCode: passed ? 0 : 1, treeOid: text };
      const ran = { outcome: 'exited' as const, outputDigest: '', outputTail: '', durationMs: 0 };
      return { tree: text, results: [{ ...result, ...ran }] };
    }),
    // One at a time, so that it takes two rounds.
    fix: fromPromise<EffectOutput<'fix'>, EffectInput<'fix'>>(async () => {
      text = text.replace('teh', 'the');
      return { decisions: [], tree: text, toolCalls: 1 };
    }),
  },
});

const actor = createActor(spelling, {
  input: {
    spec: trialPlan({ validations: [{ name: 'spelling', argv: ['spell'] }] }),
    attempt: 1,
    sandbox: { key: 'memory', path: '/nowhere' },
    guidance: [],
  },
});
// It emits events to its listeners; in Troupe that is the journal.
actor.on('validation.finished', ({ round, results }) =>
  console.log(`event: ${results.length} result of round ${round}`),
);
const { outcome, fixes } = await toPromise(actor.start());
assert.deepEqual([outcome, fixes, text], ['passed', 2, 'the cat sat on the mat']);
