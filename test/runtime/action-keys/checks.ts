/** Keys of invariants and of validations. */
import { type KeyCases, keyCase } from './key-case.ts';
import {
  type KeyAgent,
  type KeyFixture,
  recordPrompts,
  section,
  shellArgv,
  splittingAgent,
  stepsAgent,
  writeFile,
  writeStep,
} from './key-fixture.ts';

/** The outcome of a plan that writes b.txt under an invariant. */
const held = async (fixture: KeyFixture, invariant: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  (
    await fixture.run({
      invariants: [{ text: 'It holds', ...invariant }],
      executionActor: stepsAgent(writeStep('b.txt')),
      ...more,
    })
  ).outcome;
const checked = (fixture: KeyFixture, check: Record<string, unknown>) => held(fixture, { check });
const onlyOne = { kind: 'maxFilesChanged', max: 1 };

/** The outcome of a plan that writes b.txt and has one validation. */
async function validated(fixture: KeyFixture, validation: Record<string, unknown>, more: Record<string, unknown> = {}) {
  // Rows check the same files with the same commands, and each must run its own check.
  const validations = [{ name: 'check', argv: ['true'], cache: false, ...validation }];
  return (await fixture.run({ validations, executionActor: stepsAgent(writeStep('b.txt')), ...more })).record;
}

export const checkCases: KeyCases = {
  'invariants[].text': keyCase('the rules that agents get', {
    values: ['Keep the names', 'Keep the licence'],
    async observe(text, fixture) {
      const prompts = recordPrompts();
      await fixture.run({ invariants: [text], executionActor: 'player' }, { play: prompts.play });
      return section(prompts.of('execution'), 'What must hold');
    },
    expected: [['- Keep the names'], ['- Keep the licence']],
  }),
  'invariants[].check.kind': keyCase('what is checked', {
    values: [
      { kind: 'paths', deny: ['b.txt'] },
      { kind: 'command', argv: ['test', '!', '-e', 'b.txt'] },
      { kind: 'script', module: './none.mjs' },
      { kind: 'maxFilesChanged', max: 0 },
      { kind: 'noSecrets' },
    ],
    observe: (check, fixture) => checked(fixture, check),
    expected: ['INVARIANT_VIOLATED', 'INVARIANT_VIOLATED', 'FILE_NOT_FOUND', 'INVARIANT_VIOLATED', 'complete'],
  }),
  'invariants[].check.allow': keyCase('which paths may change', {
    values: [['src/**'], ['*.txt']],
    observe: (allow, fixture) => checked(fixture, { kind: 'paths', allow }),
    expected: ['INVARIANT_VIOLATED', 'complete'],
  }),
  'invariants[].check.deny': keyCase('which paths may not change', {
    values: [['src/**'], ['*.txt']],
    observe: (deny, fixture) => checked(fixture, { kind: 'paths', deny }),
    expected: ['complete', 'INVARIANT_VIOLATED'],
  }),
  'invariants[].check.argv': keyCase('which program checks it', {
    values: [['true'], ['false']],
    observe: (argv, fixture) => checked(fixture, { kind: 'command', argv }),
    expected: ['complete', 'INVARIANT_VIOLATED'],
  }),
  'invariants[].check.timeoutSeconds': keyCase('how long that program may take', {
    values: [0.1, 600],
    observe: (timeoutSeconds, fixture) =>
      checked(fixture, { kind: 'command', argv: shellArgv('test ! -e b.txt || sleep 1'), timeoutSeconds }),
    expected: ['INVARIANT_VIOLATED', 'complete'],
  }),
  'invariants[].check.module': keyCase('which module checks it', {
    values: ['() => true', '() => "it does not hold"'],
    observe: (text, fixture) => checked(fixture, { kind: 'script', module: fixture.module(`export default ${text};`) }),
    expected: ['complete', 'INVARIANT_VIOLATED'],
  }),
  'invariants[].check.max': keyCase('how many files may change', {
    values: [0, 1],
    observe: (max, fixture) => checked(fixture, { kind: 'maxFilesChanged', max }),
    expected: ['INVARIANT_VIOLATED', 'complete'],
  }),
  'invariants[].nonOverridable': keyCase('whether an invariant of the same text takes its place', {
    values: [false, true],
    async observe(nonOverridable, fixture) {
      const text = 'Nothing changes';
      const invariants = [{ text, check: { kind: 'maxFilesChanged', max: 0 }, nonOverridable }];
      const keys = { invariants, executionActor: stepsAgent(writeStep('b.txt')) };
      const weaker = { text, check: null, nonOverridable: false, each: 'phase' as const };
      return (await fixture.run(keys, { invariants: [weaker] })).outcome;
    },
    expected: ['complete', 'INVARIANT_VIOLATED'],
  }),
  'invariants[].each': keyCase('whether it is checked after every call that writes', {
    values: ['phase', 'action'],
    observe: (each, fixture) =>
      held(
        fixture,
        { each, check: onlyOne },
        { executionActor: stepsAgent(writeStep('b.txt'), writeStep('c.txt'), { delete: { path: 'c.txt' } }) },
      ),
    expected: ['complete', 'INVARIANT_VIOLATED'],
  }),
  'invariants[].project': keyCase('the project in which it holds', {
    values: ['main', 'lib'],
    async observe(project, fixture) {
      const invariants = [{ text: 'No b', check: { kind: 'paths', deny: ['b.txt'] }, project }];
      return (
        await fixture.run({ invariants, executionActor: stepsAgent(writeStep('main/b.txt')) }, { projects: ['lib'] })
      ).outcome;
    },
    expected: ['INVARIANT_VIOLATED', 'complete'],
  }),
  'validations[].name': keyCase('what a failure is called', {
    values: ['tests', 'types'],
    observe: async (name, fixture) =>
      (await validated(fixture, { name, argv: ['false'] })).error?.message.replace(/^.*: /, ''),
    expected: ['tests (exit 1)', 'types (exit 1)'],
  }),
  'validations[].argv': keyCase('which program checks the result', {
    values: [['true'], ['false']],
    observe: async (argv, fixture) => (await validated(fixture, { argv })).state,
    expected: ['complete', 'errored'],
  }),
  'validations[].required': keyCase('whether its failure bars the result', {
    values: [false, true],
    observe: async (required, fixture) => (await validated(fixture, { argv: ['false'], required })).state,
    expected: ['complete', 'errored'],
  }),
  'validations[].project': keyCase('the folder in which it runs', {
    values: ['main', 'lib'],
    async observe(project, fixture) {
      const validations = [{ name: 'check', argv: ['test', '-f', 'only-lib.txt'], project }];
      const keys = { validations, executionActor: stepsAgent(writeStep('main/b.txt')) };
      return (await fixture.run(keys, { projects: ['lib'] })).record.state;
    },
    expected: ['errored', 'complete'],
  }),
  'validations[].timeoutSeconds': keyCase('how long it may run', {
    values: [0.1, 600],
    observe: async (timeoutSeconds, fixture) =>
      (await validated(fixture, { argv: ['sleep', '1'], timeoutSeconds })).validationResults[0]?.outcome,
    expected: ['timed_out', 'exited'],
  }),
  'validations[].idleSeconds': keyCase('how long it may say nothing', {
    values: [0.1, 600],
    observe: async (idleSeconds, fixture) =>
      (await validated(fixture, { argv: ['sleep', '1'], idleSeconds })).validationResults[0]?.outcome,
    expected: ['stalled', 'exited'],
  }),
  'validations[].cache': keyCase('whether it runs again on the same files', {
    values: [true, false],
    async observe(cache, fixture) {
      const mark = fixture.newPath();
      const validation = { argv: shellArgv(`echo ran >> ${mark}; wc -l < ${mark}`), cache };
      await validated(fixture, validation);
      return (await validated(fixture, validation)).validationResults[0]?.outputTail.trim();
    },
    expected: ['1', '2'],
  }),
  'validations[].bisect': keyCase('how many runs may search what breaks it', {
    values: [0, 1, 2],
    async observe(bisect, fixture) {
      const split = splittingAgent(['one'], task => writeFile(task, 'b.txt'));
      const play: KeyAgent = task => (task.role === 'fix' ? undefined : split(task));
      const validations = [{ name: 'check', argv: ['test', '!', '-f', 'b.txt'], bisect }];
      const { record } = await fixture.run({ validations, executionActor: 'player' }, { play });
      return record.bisection?.outcome ?? 'not searched';
    },
    expected: ['not searched', 'undetermined', 'found'],
  }),
};
