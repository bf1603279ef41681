/** Keys of a step that spawns a subplan. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type KeyCases, keyCase } from './key-case.ts';
import {
  editStep,
  type KeyFixture,
  type KeyRun,
  recordPrompts,
  section,
  stepsAgent,
  subplanOrder,
  writeStep,
} from './key-fixture.ts';

/** A plan whose strategist spawns subplans, each of which by default writes a file named after its goal. */
function split(
  fixture: KeyFixture,
  subplans: Record<string, unknown>[],
  keys: Record<string, unknown> = {},
): Promise<KeyRun> {
  const strategyActor = stepsAgent(...subplans.map(subplan => ({ subplan, if: { role: 'strategy', depth: 0 } })));
  return fixture.run({ strategyActor, executionActor: ofParts, ...keys });
}

const ofParts = stepsAgent({ ...writeStep('{{goal}}.txt'), if: { depth: 1, role: 'execution' } });
const both = (more: Record<string, unknown>) => ['one', 'two'].map(goal => ({ goal, ...more }));

export const spawnCases: KeyCases = {
  'subplan.key': keyCase('the name others depend on it by', {
    values: ['first', 'another'],
    observe: async (key, fixture) =>
      (
        await split(fixture, [
          { goal: 'one', key },
          { goal: 'two', dependsOn: ['first'] },
        ])
      ).outcome,
    expected: ['complete', 'INVALID_ACTION'],
  }),
  'subplan.goal': keyCase('what it is for', {
    values: ['one', 'two'],
    observe: async (goal, fixture) => (await split(fixture, [{ goal }])).paths,
    expected: [['one.txt'], ['two.txt']],
  }),
  'subplan.resourceScopes': keyCase('the paths it may change', {
    values: [['one.txt'], ['src']],
    observe: async (resourceScopes, fixture) => (await split(fixture, [{ goal: 'one', resourceScopes }])).outcome,
    expected: ['complete', 'OUT_OF_SCOPE'],
  }),
  'subplan.projectRef': keyCase('the project it works on', {
    values: ['main', 'lib'],
    async observe(projectRef, fixture) {
      const strategyActor = stepsAgent({ subplan: { goal: 'one', projectRef }, if: { role: 'strategy', depth: 0 } });
      const executionActor = stepsAgent({ ...writeStep('lib/b.txt'), if: { depth: 1, role: 'execution' } });
      return (await fixture.run({ strategyActor, executionActor }, { projects: ['lib'] })).outcome;
    },
    expected: ['SUBPLANS_FAILED', 'complete'],
  }),
  'subplan.parallel': keyCase('whether it may run beside others', {
    values: [false, true],
    observe: async (parallel, fixture) => (await subplanOrder(await split(fixture, both({ parallel }))))[1],
    expected: ['one complete', 'two running'],
  }),
  'subplan.maxParallel': keyCase('how many of its group run at once', {
    values: [1, 2],
    observe: async (maxParallel, fixture) => (await subplanOrder(await split(fixture, both({ maxParallel }))))[1],
    expected: ['one complete', 'two running'],
  }),
  'subplan.mergeStrategy': keyCase('how results are merged that change the same line', {
    values: ['threeWay', 'failOnConflict'],
    async observe(mergeStrategy, fixture) {
      const executionActor = stepsAgent({ ...editStep('three', '{{goal}}'), if: { depth: 1, role: 'execution' } });
      return (await split(fixture, both({ mergeStrategy }), { executionActor })).outcome;
    },
    expected: ['conflicted', 'MERGE_CONFLICT'],
  }),
  'subplan.contextView': keyCase("which of the parent's decisions its agents see", {
    values: ['strategize', 'execute', 'apply', 'default'],
    async observe(contextView, fixture) {
      const decide = { question: 'How?', choose: 'In one go' };
      const strategyActor = stepsAgent(
        { decide, if: { depth: 0 } },
        { subplan: { goal: 'one', contextView }, if: { depth: 0 } },
      );
      const prompts = recordPrompts();
      const longDescription = 'What is too long to be handed down. '.repeat(20);
      const keys = { strategyActor, executionActor: 'player', longDescription, invariants: ['Keep the names'] };
      await fixture.run(keys, { play: task => (task.plan.depth > 0 ? prompts.play(task) : undefined) });
      const lines = section(prompts.of('execution'), 'Context').join();
      return [lines.includes('How? In one go'), lines.includes('Keep the names')];
    },
    expected: [
      [true, false],
      [false, false],
      [false, true],
      [true, true],
    ],
  }),
  'subplan.isolation': keyCase('whether it works in a repository', {
    values: ['worktree', 'copy'],
    async observe(isolation, fixture) {
      const strategyActor = stepsAgent({ subplan: { goal: 'one', isolation }, if: { role: 'strategy', depth: 0 } });
      let isRepository: boolean | null = null;
      await fixture.run(
        { strategyActor, executionActor: 'worker' },
        {
          play: ({ plan, directory }) => {
            if (plan.depth > 0) isRepository = existsSync(join(directory, '.git'));
          },
        },
      );
      return isRepository;
    },
    expected: [true, false],
  }),
  'subplan.dependsOn': keyCase('which others must be complete first', {
    values: [[], ['first']],
    observe: async (dependsOn, fixture) =>
      (
        await subplanOrder(
          await split(fixture, [
            { goal: 'one', key: 'first' },
            { goal: 'two', dependsOn },
          ]),
        )
      )[1],
    expected: ['two running', 'one complete'],
  }),
  'subplan.strategyActor': keyCase('who plans it', {
    values: [undefined, stepsAgent({ decide: { question: 'How?', choose: 'In one go' } })],
    async observe(strategyActor, fixture) {
      const prompts = recordPrompts();
      const subplan = { goal: 'one', ...(strategyActor && { strategyActor }) };
      const root = stepsAgent({ subplan, if: { role: 'strategy', depth: 0 } });
      await fixture.run(
        { strategyActor: root, executionActor: 'player' },
        { play: task => (task.plan.depth > 0 ? prompts.play(task) : undefined) },
      );
      return section(prompts.of('execution'), 'Decided so far');
    },
    expected: [[], ['- How? In one go']],
  }),
  'subplan.executionActor': keyCase('who does its work', {
    values: [undefined, stepsAgent(writeStep('b.txt'))],
    observe: async (executionActor, fixture) =>
      (await split(fixture, [{ goal: 'one', ...(executionActor && { executionActor }) }])).paths,
    expected: [['one.txt'], ['b.txt']],
  }),
  'subplan.arguments': keyCase('arguments in place of those of its parent', {
    values: [{}, { n: 'own' }],
    async observe(given, fixture) {
      const executionActor = stepsAgent({ ...writeStep('{{n}}.txt'), if: { depth: 1, role: 'execution' } });
      const keys = { arguments: { n: { default: 'parent' } }, executionActor };
      return (await split(fixture, [{ goal: 'one', arguments: given }], keys)).paths;
    },
    expected: [['parent.txt'], ['own.txt']],
  }),
};
