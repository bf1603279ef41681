/** Keys of invariants and of validations. */
import { type Rows, row } from './row.ts';
import { prompts, type Scene, section, shell, steps, writes } from './scene.ts';

/** How a plan ends that writes b.txt under an invariant. */
const held = async (scene: Scene, invariant: Record<string, unknown>, more: Record<string, unknown> = {}) =>
  (
    await scene.run({
      invariants: [{ text: 'It holds', ...invariant }],
      executionActor: steps(writes('b.txt')),
      ...more,
    })
  ).end;
const checked = (scene: Scene, check: Record<string, unknown>) => held(scene, { check });
const onlyOne = { kind: 'maxFilesChanged', max: 1 };

/** What came of a plan that writes b.txt and has one validation. */
async function validated(scene: Scene, validation: Record<string, unknown>, more: Record<string, unknown> = {}) {
  // Rows check the same files with the same commands, and each is to run its own.
  const validations = [{ name: 'check', argv: ['true'], cache: false, ...validation }];
  return (await scene.run({ validations, executionActor: steps(writes('b.txt')), ...more })).record;
}

export const ruleRows: Rows = {
  'invariants[].text': row('what agents are told to keep', {
    values: ['Keep the names', 'Keep the licence'],
    async see(text, scene) {
      const told = prompts();
      await scene.run({ invariants: [text], executionActor: 'player' }, { play: told.play });
      return section(told.of('execution'), 'What must hold');
    },
    seen: [['- Keep the names'], ['- Keep the licence']],
  }),
  'invariants[].check.kind': row('what is checked', {
    values: [
      { kind: 'paths', deny: ['b.txt'] },
      { kind: 'command', argv: ['test', '!', '-e', 'b.txt'] },
      { kind: 'script', module: './none.mjs' },
      { kind: 'maxFilesChanged', max: 0 },
      { kind: 'noSecrets' },
    ],
    see: (check, scene) => checked(scene, check),
    seen: ['INVARIANT_VIOLATED', 'INVARIANT_VIOLATED', 'FILE_NOT_FOUND', 'INVARIANT_VIOLATED', 'complete'],
  }),
  'invariants[].check.allow': row('which paths may change', {
    values: [['src/**'], ['*.txt']],
    see: (allow, scene) => checked(scene, { kind: 'paths', allow }),
    seen: ['INVARIANT_VIOLATED', 'complete'],
  }),
  'invariants[].check.deny': row('which paths may not change', {
    values: [['src/**'], ['*.txt']],
    see: (deny, scene) => checked(scene, { kind: 'paths', deny }),
    seen: ['complete', 'INVARIANT_VIOLATED'],
  }),
  'invariants[].check.argv': row('which program checks it', {
    values: [['true'], ['false']],
    see: (argv, scene) => checked(scene, { kind: 'command', argv }),
    seen: ['complete', 'INVARIANT_VIOLATED'],
  }),
  'invariants[].check.timeoutSeconds': row('how long that program may take', {
    values: [0.1, 600],
    see: (timeoutSeconds, scene) =>
      checked(scene, { kind: 'command', argv: shell('test ! -e b.txt || sleep 1'), timeoutSeconds }),
    seen: ['INVARIANT_VIOLATED', 'complete'],
  }),
  'invariants[].check.module': row('which module checks it', {
    values: ['() => true', '() => "it does not hold"'],
    see: (text, scene) => checked(scene, { kind: 'script', module: scene.module(`export default ${text};`) }),
    seen: ['complete', 'INVARIANT_VIOLATED'],
  }),
  'invariants[].check.max': row('how many files may change', {
    values: [0, 1],
    see: (max, scene) => checked(scene, { kind: 'maxFilesChanged', max }),
    seen: ['INVARIANT_VIOLATED', 'complete'],
  }),
  'invariants[].nonOverridable': row('whether an invariant of the same text takes its place', {
    values: [false, true],
    async see(nonOverridable, scene) {
      const text = 'Nothing changes';
      const invariants = [{ text, check: { kind: 'maxFilesChanged', max: 0 }, nonOverridable }];
      const keys = { invariants, executionActor: steps(writes('b.txt')) };
      const weaker = { text, check: null, nonOverridable: false, each: 'phase' as const };
      return (await scene.run(keys, { invariants: [weaker] })).end;
    },
    seen: ['complete', 'INVARIANT_VIOLATED'],
  }),
  'invariants[].each': row('whether it is checked after every call that writes', {
    values: ['phase', 'action'],
    see: (each, scene) =>
      held(
        scene,
        { each, check: onlyOne },
        { executionActor: steps(writes('b.txt'), writes('c.txt'), { delete: { path: 'c.txt' } }) },
      ),
    seen: ['complete', 'INVARIANT_VIOLATED'],
  }),
  'invariants[].project': row('the project in which it holds', {
    values: ['main', 'lib'],
    async see(project, scene) {
      const invariants = [{ text: 'No b', check: { kind: 'paths', deny: ['b.txt'] }, project }];
      return (await scene.run({ invariants, executionActor: steps(writes('main/b.txt')) }, { projects: ['lib'] })).end;
    },
    seen: ['INVARIANT_VIOLATED', 'complete'],
  }),
  'validations[].name': row('what a failure is called', {
    values: ['tests', 'types'],
    see: async (name, scene) => (await validated(scene, { name, argv: ['false'] })).error?.message.replace(/^.*: /, ''),
    seen: ['tests (exit 1)', 'types (exit 1)'],
  }),
  'validations[].argv': row('which program checks the result', {
    values: [['true'], ['false']],
    see: async (argv, scene) => (await validated(scene, { argv })).state,
    seen: ['complete', 'errored'],
  }),
  'validations[].required': row('whether its failure bars the result', {
    values: [false, true],
    see: async (required, scene) => (await validated(scene, { argv: ['false'], required })).state,
    seen: ['complete', 'errored'],
  }),
  'validations[].project': row('the folder in which it runs', {
    values: ['main', 'lib'],
    async see(project, scene) {
      const validations = [{ name: 'check', argv: ['test', '-f', 'only-lib.txt'], project }];
      const keys = { validations, executionActor: steps(writes('main/b.txt')) };
      return (await scene.run(keys, { projects: ['lib'] })).record.state;
    },
    seen: ['errored', 'complete'],
  }),
  'validations[].timeoutSeconds': row('how long it may run', {
    values: [0.1, 600],
    see: async (timeoutSeconds, scene) =>
      (await validated(scene, { argv: ['sleep', '1'], timeoutSeconds })).validationResults[0]?.outcome,
    seen: ['timed_out', 'exited'],
  }),
  'validations[].idleSeconds': row('how long it may say nothing', {
    values: [0.1, 600],
    see: async (idleSeconds, scene) =>
      (await validated(scene, { argv: ['sleep', '1'], idleSeconds })).validationResults[0]?.outcome,
    seen: ['stalled', 'exited'],
  }),
  'validations[].cache': row('whether it runs again on the same files', {
    values: [true, false],
    async see(cache, scene) {
      const mark = scene.mark();
      const validation = { argv: shell(`echo ran >> ${mark}; wc -l < ${mark}`), cache };
      await validated(scene, validation);
      return (await validated(scene, validation)).validationResults[0]?.outputTail.trim();
    },
    seen: ['1', '2'],
  }),
};
