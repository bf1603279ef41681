/** Keys of a step that asks for a subplan. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Rows, row } from './row.ts';
import { edits, order, prompts, type Ran, type Scene, section, steps, writes } from './scene.ts';

/** A plan whose strategist asks for subplans, each of which writes a file of its goal unless it is said otherwise. */
function split(scene: Scene, subplans: Record<string, unknown>[], keys: Record<string, unknown> = {}): Promise<Ran> {
  const strategyActor = steps(...subplans.map(subplan => ({ subplan, if: { role: 'strategy', depth: 0 } })));
  return scene.run({ strategyActor, executionActor: ofParts, ...keys });
}

const ofParts = steps({ ...writes('{{goal}}.txt'), if: { depth: 1, role: 'execution' } });
const both = (more: Record<string, unknown>) => ['one', 'two'].map(goal => ({ goal, ...more }));

export const spawnRows: Rows = {
  'subplan.key': row('the name others depend on it by', {
    values: ['first', 'another'],
    see: async (key, scene) =>
      (
        await split(scene, [
          { goal: 'one', key },
          { goal: 'two', dependsOn: ['first'] },
        ])
      ).end,
    seen: ['complete', 'INVALID_ACTION'],
  }),
  'subplan.goal': row('what it is for', {
    values: ['one', 'two'],
    see: async (goal, scene) => (await split(scene, [{ goal }])).paths,
    seen: [['one.txt'], ['two.txt']],
  }),
  'subplan.resourceScopes': row('the paths it may change', {
    values: [['one.txt'], ['src']],
    see: async (resourceScopes, scene) => (await split(scene, [{ goal: 'one', resourceScopes }])).end,
    seen: ['complete', 'OUT_OF_SCOPE'],
  }),
  'subplan.projectRef': row('the project it works on', {
    values: ['main', 'lib'],
    async see(projectRef, scene) {
      const strategyActor = steps({ subplan: { goal: 'one', projectRef }, if: { role: 'strategy', depth: 0 } });
      const executionActor = steps({ ...writes('lib/b.txt'), if: { depth: 1, role: 'execution' } });
      return (await scene.run({ strategyActor, executionActor }, { projects: ['lib'] })).end;
    },
    seen: ['SUBPLANS_FAILED', 'complete'],
  }),
  'subplan.parallel': row('whether it may run beside others', {
    values: [false, true],
    see: async (parallel, scene) => (await order(await split(scene, both({ parallel }))))[1],
    seen: ['one complete', 'two running'],
  }),
  'subplan.maxParallel': row('how many of its group run at once', {
    values: [1, 2],
    see: async (maxParallel, scene) => (await order(await split(scene, both({ maxParallel }))))[1],
    seen: ['one complete', 'two running'],
  }),
  'subplan.mergeStrategy': row('how results are merged that change the same line', {
    values: ['threeWay', 'failOnConflict'],
    async see(mergeStrategy, scene) {
      const executionActor = steps({ ...edits('three', '{{goal}}'), if: { depth: 1, role: 'execution' } });
      return (await split(scene, both({ mergeStrategy }), { executionActor })).end;
    },
    seen: ['conflicted', 'MERGE_CONFLICT'],
  }),
  'subplan.contextView': row("which of the parent's decisions its agents see", {
    values: ['strategize', 'execute', 'apply', 'default'],
    async see(contextView, scene) {
      const decide = { question: 'How?', choose: 'In one go' };
      const strategyActor = steps(
        { decide, if: { depth: 0 } },
        { subplan: { goal: 'one', contextView }, if: { depth: 0 } },
      );
      const told = prompts();
      const longDescription = 'What is too long to be handed down. '.repeat(20);
      const keys = { strategyActor, executionActor: 'player', longDescription, invariants: ['Keep the names'] };
      await scene.run(keys, { play: task => (task.plan.depth > 0 ? told.play(task) : undefined) });
      const lines = section(told.of('execution'), 'Context').join();
      return [lines.includes('How? In one go'), lines.includes('Keep the names')];
    },
    seen: [
      [true, false],
      [false, false],
      [false, true],
      [true, true],
    ],
  }),
  'subplan.isolation': row('whether it works in a repository', {
    values: ['worktree', 'copy'],
    async see(isolation, scene) {
      const strategyActor = steps({ subplan: { goal: 'one', isolation }, if: { role: 'strategy', depth: 0 } });
      let isRepository: boolean | null = null;
      await scene.run(
        { strategyActor, executionActor: 'worker' },
        {
          play: ({ plan, directory }) => {
            if (plan.depth > 0) isRepository = existsSync(join(directory, '.git'));
          },
        },
      );
      return isRepository;
    },
    seen: [true, false],
  }),
  'subplan.dependsOn': row('which others must be complete first', {
    values: [[], ['first']],
    see: async (dependsOn, scene) =>
      (
        await order(
          await split(scene, [
            { goal: 'one', key: 'first' },
            { goal: 'two', dependsOn },
          ]),
        )
      )[1],
    seen: ['two running', 'one complete'],
  }),
  'subplan.strategyActor': row('who plans it', {
    values: [undefined, steps({ decide: { question: 'How?', choose: 'In one go' } })],
    async see(strategyActor, scene) {
      const told = prompts();
      const subplan = { goal: 'one', ...(strategyActor && { strategyActor }) };
      const root = steps({ subplan, if: { role: 'strategy', depth: 0 } });
      await scene.run(
        { strategyActor: root, executionActor: 'player' },
        { play: task => (task.plan.depth > 0 ? told.play(task) : undefined) },
      );
      return section(told.of('execution'), 'Decided so far');
    },
    seen: [[], ['- How? In one go']],
  }),
  'subplan.executionActor': row('who does its work', {
    values: [undefined, steps(writes('b.txt'))],
    see: async (executionActor, scene) =>
      (await split(scene, [{ goal: 'one', ...(executionActor && { executionActor }) }])).paths,
    seen: [['one.txt'], ['b.txt']],
  }),
  'subplan.arguments': row('arguments in place of those of its parent', {
    values: [{}, { n: 'own' }],
    async see(given, scene) {
      const executionActor = steps({ ...writes('{{n}}.txt'), if: { depth: 1, role: 'execution' } });
      const keys = { arguments: { n: { default: 'parent' } }, executionActor };
      return (await split(scene, [{ goal: 'one', arguments: given }], keys)).paths;
    },
    seen: [['parent.txt'], ['own.txt']],
  }),
};
