/** Keys that say what a plan is for, with whom it is done, and how often. */
import { type Rows, row } from './row.ts';
import { command, prompts, type Scene, section, splitting, steps, writes } from './scene.ts';

const refusal = (made: Promise<unknown>): Promise<string> =>
  made.then(
    () => 'made',
    ({ code, message }: { code: string; message: string }) => `${code}: ${message}`,
  );
const code = async (made: Promise<unknown>) => (await refusal(made)).replace(/:.*/s, '');

/** What a step writes that is given the argument `n`. */
async function filledIn(scene: Scene, declared: Record<string, unknown>, given: Record<string, unknown> = {}) {
  const keys = { arguments: { n: declared }, executionActor: steps(writes('b.txt', '{{n}}')) };
  return scene.text(await scene.run(keys, { arguments: given }), 'b.txt');
}

export const goalRows: Rows = {
  name: row('the name it is used by', {
    values: ['local/named', 'other/unnamed'],
    async see(name, { troupe }) {
      await troupe.actions.create({ name, description: 'Do it', executionActor: steps() });
      return code(troupe.use({ action: name.replace(/.*\//, '') }));
    },
    seen: ['made', 'UNKNOWN_ACTION'],
  }),
  description: row('the goal, which the commit says', {
    values: ['Tidy up', 'Paint it'],
    async see(description, scene) {
      const { plan } = await scene.run({ description, executionActor: steps(writes('b.txt')) });
      return (await plan.preview()).message;
    },
    seen: ['Tidy up', 'Paint it'],
  }),
  longDescription: row('what agents are told beside the goal', {
    values: ['', 'One package at a time, {{n}} in all.'],
    async see(longDescription, scene) {
      const told = prompts();
      const actors = { strategyActor: 'player', executionActor: 'player' };
      const keys = { longDescription, arguments: { n: { default: '7' } }, ...actors };
      await scene.run(keys, { play: told.play });
      return [told.of('strategy'), told.of('execution')].map(prompt => section(prompt, 'Background'));
    },
    seen: [
      [[], []],
      [['One package at a time, 7 in all.'], ['One package at a time, 7 in all.']],
    ],
  }),
  definitionOfDone: row('whether a plan that changes nothing has failed', {
    values: ['', 'It is there'],
    see: async (definitionOfDone, scene) => (await scene.run({ definitionOfDone })).end,
    seen: ['complete', 'NOTHING_DONE'],
  }),
  strategyActor: row('who plans', {
    values: [null, steps({ decide: { question: 'How?', choose: 'In one go' } })],
    async see(strategyActor, scene) {
      const told = prompts();
      await scene.run({ strategyActor, executionActor: 'player' }, { play: told.play });
      return section(told.of('execution'), 'Decided so far');
    },
    seen: [[], ['- How? In one go']],
  }),
  executionActor: row('who does the work', {
    values: [steps(writes('b.txt')), command('echo x > c.txt')],
    see: async (executionActor, scene) => (await scene.run({ executionActor })).paths,
    seen: [['b.txt'], ['c.txt']],
  }),
  estimationActor: row('who estimates the cost', {
    values: [null, 'player'],
    see: async (estimationActor, scene) =>
      (await scene.run({ estimationActor }, { play: () => ({ estimate: { usd: 2 } }) })).record.estimate,
    seen: [null, { usd: 2 }],
  }),
  reviewActor: row('who may block the result', {
    values: [null, steps({ finding: { severity: 'blocking', text: 'It is wrong' } })],
    see: async (reviewActor, scene) => (await scene.run({ reviewActor, executionActor: steps(writes('b.txt')) })).end,
    seen: ['complete', 'REVIEW_BLOCKED'],
  }),
  applyActor: row('who writes the message of the commit', {
    values: [null, steps({ message: { subject: 'Add b' } })],
    async see(applyActor, scene) {
      const { plan } = await scene.run({ applyActor, executionActor: steps(writes('b.txt')) });
      return (await plan.preview()).message;
    },
    seen: ['Do it', 'Add b'],
  }),
  conflictActor: row('who settles conflicts', {
    values: [null, steps({ ...writes('a.txt', 'peace'), if: { role: 'conflict' } })],
    async see(conflictActor, scene) {
      const part = splitting(['ONE', 'TWO'], task =>
        task.call('edit', { path: 'a.txt', find: 'three', replace: task.plan.description }),
      );
      const keys = { conflictActor, executionActor: 'player', subplans: { conflictPolicy: 'actor' } };
      const ran = await scene.run(keys, { play: task => (task.role === 'conflict' ? undefined : part(task)) });
      return [ran.record.state, await scene.text(ran, 'a.txt')];
    },
    seen: [
      ['conflicted', null],
      ['complete', 'peace'],
    ],
  }),
  invariantActor: row('whether invariants are checked', {
    values: ['builtin', null],
    async see(invariantActor, scene) {
      const invariants = [{ text: 'Nothing changes', check: { kind: 'maxFilesChanged', max: 0 } }];
      return (await scene.run({ invariantActor, invariants, executionActor: steps(writes('b.txt')) })).end;
    },
    seen: ['INVARIANT_VIOLATED', 'complete'],
  }),
  'arguments.*.type': row('what a value is read as', {
    values: ['string', 'number', 'boolean'],
    see: (type, scene) => filledIn(scene, { type }, { n: '01' }).catch(({ message }: { message: string }) => message),
    seen: ['01', '1', 'The argument "n" must be a boolean, not "01"'],
  }),
  'arguments.*.required': row('whether a plan is made without it', {
    values: [false, true],
    see: (required, scene) => code(scene.use({ arguments: { n: { required } } })),
    seen: ['made', 'INVALID_ARGUMENT'],
  }),
  'arguments.*.secret': row('whether its value is stored', {
    values: [false, true],
    async see(secret, scene) {
      const plan = await scene.use({ arguments: { n: { secret } } }, { arguments: { n: 'staple' } });
      return JSON.stringify((await plan.record()).arguments);
    },
    seen: ['{"n":"staple"}', '{}'],
  }),
  'arguments.*.default': row('the value where a plan gives none', {
    values: ['left', 'right'],
    see: (standard, scene) => filledIn(scene, { default: standard }),
    seen: ['left', 'right'],
  }),
  'arguments.*.description': row('what is said about it where it is missing or refused, and to agents', {
    values: ['', 'the new name'],
    async see(description, scene) {
      const declared = { type: 'number', required: true, description };
      const use = (given: Record<string, unknown>) => scene.use({ arguments: { n: declared } }, { arguments: given });
      const told = prompts();
      const keys = { arguments: { n: declared }, executionActor: 'player' };
      await scene.run(keys, { play: told.play, arguments: { n: 1 } });
      const lines = section(told.of('execution'), 'Arguments');
      return [await refusal(use({})), await refusal(use({ n: 'x' })), ...lines];
    },
    seen: [
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
  automationProfile: row('how far a plan goes by itself', {
    values: [null, 'trusted', 'full-auto'],
    async see(automationProfile, scene) {
      const plan = await scene.use({ automationProfile });
      const { phase, state } = await plan.settled();
      return `${phase}.${state}`;
    },
    seen: ['strategize.complete', 'execute.complete', 'execute.complete'],
  }),
  reusable: row('whether it makes more than one plan', {
    values: [true, false],
    async see(reusable, { troupe }) {
      const name = `local/used-${reusable}`;
      const action = await troupe.actions.create({ name, description: 'Do it', executionActor: steps(), reusable });
      await troupe.use({ action });
      return code(troupe.use({ action }));
    },
    seen: ['made', 'INVALID_ACTION'],
  }),
  readOnly: row('whether files may be written', {
    values: [false, true],
    see: async (readOnly, scene) => (await scene.run({ readOnly, executionActor: steps(writes('b.txt')) })).end,
    seen: ['complete', 'TOOL_REFUSED'],
  }),
  state: row('whether it makes plans at all', {
    values: ['available', 'archived'],
    see: (state, scene) => code(scene.use({ state })),
    seen: ['made', 'INVALID_ACTION'],
  }),
  'commit.assistedBy': trailers('assistedBy', ['one', 'two'], ['Assisted-by: one', 'Assisted-by: two']),
  'commit.coAuthoredBy': trailers(
    'coAuthoredBy',
    ['Ada <a@x.y>', 'Bob <b@x.y>'],
    ['Co-authored-by: Ada <a@x.y>', 'Co-authored-by: Bob <b@x.y>'],
  ),
  'commit.planId': trailers('planId', [false, true], [undefined, 'Troupe-Plan: PLAN']),
  'afterApply.argv': row('what runs after the result was applied', {
    values: ['one', 'two'],
    async see(word, scene) {
      const argv = ['sh', '-c', `echo ${word}`];
      return (await applied(scene, { argv }))?.outputTail.trim();
    },
    seen: ['one', 'two'],
  }),
  'afterApply.timeoutSeconds': row('how long that may take', {
    values: [0.1, 600],
    see: async (timeoutSeconds, scene) => (await applied(scene, { argv: ['sleep', '1'], timeoutSeconds }))?.outcome,
    seen: ['timed_out', 'exited'],
  }),
};

/** A row for a trailer of the commit. */
function trailers(key: string, values: readonly unknown[], seen: readonly unknown[]) {
  return row(`the trailer ${key} of the commit`, {
    values,
    async see(value, scene) {
      const { plan } = await scene.run({ commit: { [key]: value }, executionActor: steps(writes('b.txt')) });
      const [, trailer] = (await plan.preview()).message.trim().split('\n\n');
      return trailer?.replace(plan.id, 'PLAN');
    },
    seen,
  });
}

/** What became of the program that runs after a result was applied, here to a branch of its own. */
async function applied(scene: Scene, afterApply: Record<string, unknown>) {
  const { plan } = await scene.run({ afterApply, executionActor: steps(writes('b.txt')) });
  await plan.apply({ target: { kind: 'branch', branch: `of-${plan.id}` } });
  return (await plan.settled()).applySummary?.after;
}
