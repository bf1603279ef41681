/** Keys for the goal of a plan, its agents, and how often it can be used. */
import { type KeyCases, keyCase } from './key-case.ts';
import {
  commandAgent,
  type KeyFixture,
  recordPrompts,
  section,
  splittingAgent,
  stepsAgent,
  writeStep,
} from './key-fixture.ts';

const refusal = (made: Promise<unknown>): Promise<string> =>
  made.then(
    () => 'made',
    ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
  );
const code = async (made: Promise<unknown>) => (await refusal(made)).replace(/:.*/s, '');

/** What a step with the argument `n` writes. */
async function filledIn(fixture: KeyFixture, declared: Record<string, unknown>, given: Record<string, unknown> = {}) {
  const keys = { arguments: { n: declared }, executionActor: stepsAgent(writeStep('b.txt', '{{n}}')) };
  return fixture.text(await fixture.run(keys, { arguments: given }), 'b.txt');
}

export const goalCases: KeyCases = {
  name: keyCase('the name it is used by', {
    values: ['local/named', 'other/unnamed'],
    async observe(name, { troupe }) {
      await troupe.actions.create({ name, description: 'Do it', executionActor: stepsAgent() });
      return code(troupe.use({ action: name.replace(/.*\//, '') }));
    },
    expected: ['made', 'UNKNOWN_ACTION'],
  }),
  description: keyCase('the goal, which the commit says', {
    values: ['Tidy up', 'Paint it'],
    async observe(description, fixture) {
      const { plan } = await fixture.run({ description, executionActor: stepsAgent(writeStep('b.txt')) });
      return (await plan.previewApply()).message;
    },
    expected: ['Tidy up', 'Paint it'],
  }),
  longDescription: keyCase('what agents get beside the goal', {
    values: ['', 'One package at a time, {{n}} in all.'],
    async observe(longDescription, fixture) {
      const prompts = recordPrompts();
      const actors = { strategyActor: 'player', executionActor: 'player' };
      const keys = { longDescription, arguments: { n: { default: '7' } }, ...actors };
      await fixture.run(keys, { play: prompts.play });
      return [prompts.of('strategy'), prompts.of('execution')].map(prompt => section(prompt, 'Background'));
    },
    expected: [
      [[], []],
      [['One package at a time, 7 in all.'], ['One package at a time, 7 in all.']],
    ],
  }),
  definitionOfDone: keyCase('whether a plan that changes nothing has failed', {
    values: ['', 'It is there'],
    observe: async (definitionOfDone, fixture) => (await fixture.run({ definitionOfDone })).outcome,
    expected: ['complete', 'NOTHING_DONE'],
  }),
  strategyActor: keyCase('who plans', {
    values: [null, stepsAgent({ decide: { question: 'How?', choose: 'In one go' } })],
    async observe(strategyActor, fixture) {
      const prompts = recordPrompts();
      await fixture.run({ strategyActor, executionActor: 'player' }, { play: prompts.play });
      return section(prompts.of('execution'), 'Decided so far');
    },
    expected: [[], ['- How? In one go']],
  }),
  executionActor: keyCase('who does the work', {
    values: [stepsAgent(writeStep('b.txt')), commandAgent('echo x > c.txt')],
    observe: async (executionActor, fixture) => (await fixture.run({ executionActor })).paths,
    expected: [['b.txt'], ['c.txt']],
  }),
  estimationActor: keyCase('who estimates the cost', {
    values: [null, 'player'],
    observe: async (estimationActor, fixture) =>
      (await fixture.run({ estimationActor }, { play: () => ({ estimate: { usd: 2 } }) })).record.estimate,
    expected: [null, { usd: 2 }],
  }),
  reviewActor: keyCase('who may block the result', {
    values: [null, stepsAgent({ finding: { severity: 'blocking', text: 'It is wrong' } })],
    observe: async (reviewActor, fixture) =>
      (await fixture.run({ reviewActor, executionActor: stepsAgent(writeStep('b.txt')) })).outcome,
    expected: ['complete', 'REVIEW_BLOCKED'],
  }),
  applyActor: keyCase('who writes the message of the commit', {
    values: [null, stepsAgent({ message: { subject: 'Add b' } })],
    async observe(applyActor, fixture) {
      const { plan } = await fixture.run({ applyActor, executionActor: stepsAgent(writeStep('b.txt')) });
      return (await plan.previewApply()).message;
    },
    expected: ['Do it', 'Add b'],
  }),
  conflictActor: keyCase('who resolves conflicts', {
    values: [null, stepsAgent({ ...writeStep('a.txt', 'peace'), if: { role: 'conflict' } })],
    async observe(conflictActor, fixture) {
      const part = splittingAgent(['ONE', 'TWO'], task =>
        task.call('edit', { path: 'a.txt', find: 'three', replace: task.plan.description }),
      );
      const keys = { conflictActor, executionActor: 'player', subplans: { conflictPolicy: 'actor' } };
      const ran = await fixture.run(keys, { play: task => (task.role === 'conflict' ? undefined : part(task)) });
      return [ran.record.state, await fixture.text(ran, 'a.txt')];
    },
    expected: [
      ['conflicted', null],
      ['complete', 'peace'],
    ],
  }),
  invariantActor: keyCase('whether invariants are checked', {
    values: ['builtin', null],
    async observe(invariantActor, fixture) {
      const invariants = [{ text: 'Nothing changes', check: { kind: 'maxFilesChanged', max: 0 } }];
      return (await fixture.run({ invariantActor, invariants, executionActor: stepsAgent(writeStep('b.txt')) }))
        .outcome;
    },
    expected: ['INVARIANT_VIOLATED', 'complete'],
  }),
  'arguments.*.type': keyCase('what a value is read as', {
    values: ['string', 'number', 'boolean'],
    observe: (type, fixture) =>
      filledIn(fixture, { type }, { n: '01' }).catch(({ message }: { message: string }) => message),
    expected: ['01', '1', 'The argument "n" must be a boolean, not "01"'],
  }),
  'arguments.*.required': keyCase('whether a plan is made without it', {
    values: [false, true],
    observe: (required, fixture) => code(fixture.use({ arguments: { n: { required } } })),
    expected: ['made', 'INVALID_ARGUMENT'],
  }),
  'arguments.*.secret': keyCase('whether its value is stored', {
    values: [false, true],
    async observe(secret, fixture) {
      // Each row has another value, since a secret one is redacted everywhere in this Troupe.
      const n = secret ? 'staple' : 'paper';
      const plan = await fixture.use({ arguments: { n: { secret } } }, { arguments: { n } });
      return JSON.stringify((await plan.record()).arguments);
    },
    expected: ['{"n":"paper"}', '{}'],
  }),
  'arguments.*.default': keyCase('the value where a plan gives none', {
    values: ['left', 'right'],
    observe: (standard, fixture) => filledIn(fixture, { default: standard }),
    expected: ['left', 'right'],
  }),
  'arguments.*.description': keyCase('its description in errors and in prompts', {
    values: ['', 'the new name'],
    async observe(description, fixture) {
      const declared = { type: 'number', required: true, description };
      const use = (given: Record<string, unknown>) => fixture.use({ arguments: { n: declared } }, { arguments: given });
      const prompts = recordPrompts();
      const keys = { arguments: { n: declared }, executionActor: 'player' };
      await fixture.run(keys, { play: prompts.play, arguments: { n: 1 } });
      const lines = section(prompts.of('execution'), 'Arguments');
      return [await refusal(use({})), await refusal(use({ n: 'x' })), ...lines];
    },
    expected: [
      [
        'INVALID_ARGUMENT: The argument "n" is required; give it with --arg n=VALUE',
        'INVALID_ARGUMENT: The argument "n" must be a number, not "x"',
        '{"n":1}',
      ],
      [
        'INVALID_ARGUMENT: The argument "n" (the new name) is required; give it with --arg n=VALUE',
        'INVALID_ARGUMENT: The argument "n" (the new name) must be a number, not "x"',
        '{"n":1}',
        '- n: the new name',
      ],
    ],
  }),
  automationProfile: keyCase('how far a plan goes by itself', {
    values: [null, 'trusted', 'full-auto'],
    async observe(automationProfile, fixture) {
      const plan = await fixture.use({ automationProfile });
      const { phase, state } = await plan.waitUntilIdle();
      return `${phase}.${state}`;
    },
    expected: ['strategize.complete', 'execute.complete', 'execute.complete'],
  }),
  reusable: keyCase('whether it makes more than one plan', {
    values: [true, false],
    async observe(reusable, { troupe }) {
      const name = `local/used-${reusable}`;
      const action = await troupe.actions.create({
        name,
        description: 'Do it',
        executionActor: stepsAgent(),
        reusable,
      });
      await troupe.use({ action });
      return code(troupe.use({ action }));
    },
    expected: ['made', 'INVALID_ACTION'],
  }),
  readOnly: keyCase('whether files may be written', {
    values: [false, true],
    observe: async (readOnly, fixture) =>
      (await fixture.run({ readOnly, executionActor: stepsAgent(writeStep('b.txt')) })).outcome,
    expected: ['complete', 'TOOL_REFUSED'],
  }),
  state: keyCase('whether it makes plans at all', {
    values: ['available', 'archived'],
    observe: (state, fixture) => code(fixture.use({ state })),
    expected: ['made', 'INVALID_ACTION'],
  }),
  'commit.assistedBy': trailers('assistedBy', ['one', 'two'], ['Assisted-by: one', 'Assisted-by: two']),
  'commit.coAuthoredBy': trailers(
    'coAuthoredBy',
    ['Ada <a@x.y>', 'Bob <b@x.y>'],
    ['Co-authored-by: Ada <a@x.y>', 'Co-authored-by: Bob <b@x.y>'],
  ),
  'commit.planId': trailers('planId', [false, true], [undefined, 'Troupe-Plan: PLAN']),
  'afterApply.argv': keyCase('what runs after the result was applied', {
    values: ['one', 'two'],
    async observe(word, fixture) {
      const argv = ['sh', '-c', `echo ${word}`];
      return (await applied(fixture, { argv }))?.outputTail.trim();
    },
    expected: ['one', 'two'],
  }),
  'afterApply.timeoutSeconds': keyCase('how long that may take', {
    values: [0.1, 600],
    observe: async (timeoutSeconds, fixture) =>
      (await applied(fixture, { argv: ['sleep', '1'], timeoutSeconds }))?.outcome,
    expected: ['timed_out', 'exited'],
  }),
};

/** A row for a trailer of the commit. */
function trailers(key: string, values: readonly unknown[], seen: readonly unknown[]) {
  return keyCase(`the trailer ${key} of the commit`, {
    values,
    async observe(value, fixture) {
      const { plan } = await fixture.run({ commit: { [key]: value }, executionActor: stepsAgent(writeStep('b.txt')) });
      const [, trailer] = (await plan.previewApply()).message.trim().split('\n\n');
      return trailer?.replace(plan.id, 'PLAN');
    },
    expected: seen,
  });
}

/** The outcome of the post-apply hook, here with a separate branch as the target. */
async function applied(fixture: KeyFixture, afterApply: Record<string, unknown>) {
  const { plan } = await fixture.run({ afterApply, executionActor: stepsAgent(writeStep('b.txt')) });
  await plan.apply({ target: { kind: 'branch', branch: `of-${plan.id}` } });
  return (await plan.waitUntilIdle()).applySummary?.after;
}
