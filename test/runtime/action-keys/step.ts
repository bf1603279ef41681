/** Keys of the steps of a `steps` agent. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { painter } from '../../../src/cli/paint.ts';
import { decisionLines } from '../../../src/cli/view/decisions.ts';
import { pairOf } from './pair.ts';
import { type Rows, row } from './row.ts';
import { edits, order, prompts, put, type Ran, type Scene, section, steps, writes } from './scene.ts';

/** The paths that a plan with one agent of these steps changes; how it ended where it fails. */
async function changed(scene: Scene, ...list: unknown[]): Promise<string[]> {
  const ran = await scene.run({ executionActor: steps(...list) });
  return ran.record.state === 'complete' ? ran.paths : [ran.end];
}

/** What an agent of steps decides and does, in each of two plans. */
const decisions = {
  left: { question: 'How?', choose: 'In one go', alternatives: [{ description: 'Not at all' }] },
  right: {
    ...{ question: 'Where?', choose: 'In parts', rationale: 'it is short' },
    alternatives: [{ description: 'In one go', reason: 'too slow' }],
  },
};
const work = {
  left: [
    writes('b.txt', 'left'),
    edits('two', '2'),
    { checkpoint: { label: 'half way' } },
    { delete: { path: 'src/a.ts' } },
    { run: { argv: ['touch', 'x'] } },
  ],
  right: [
    writes('c.txt', 'right'),
    { edit: { path: 'docs/a.md', find: '# A', replace: '# B' } },
    { checkpoint: { label: 'nearly' } },
    { delete: { path: 'large.bin' } },
    { run: { argv: ['touch', 'y'] } },
  ],
};
const messages = { left: { subject: 'Add b' }, right: { subject: 'Add c', body: 'It was missing.' } };

const worked = pairOf(async (scene, variant) => {
  const told = prompts();
  const ran = await scene.run(
    {
      strategyActor: steps({ decide: decisions[variant] }),
      executionActor: steps(...work[variant]),
      estimationActor: 'player',
      applyActor: steps({ message: messages[variant] }),
    },
    { play: told.play },
  );
  const { plan } = ran;
  const lines = decisionLines(await plan.decisions(), painter(false));
  return {
    ran,
    /** What a later agent is told about the decision. */
    told: section(told.of('estimation'), 'Decided so far').join('').slice(2),
    /** What `plan explain` shows of what was rejected. */
    rejected: lines.join('\n').match(/rejected: (.*)/)?.[1] ?? '',
    written: await scene.text(ran, variant === 'left' ? 'b.txt' : 'c.txt'),
    diff: await plan.diff(),
    message: (await plan.preview()).message,
    backToHalfWay: await plan.rollback('half way', { dryRun: true }).then(
      () => 'found',
      ({ code }: { code: string }) => code,
    ),
  };
});

const findings = { left: { text: 'It is wrong' }, right: { path: 'b.txt', line: 12, text: 'It is slow' } };

/** What the agent that fixes is told about a finding. */
const reviewed = pairOf(async (scene, variant) => {
  let problem = '';
  await scene.run(
    {
      reviewActor: steps({ finding: { severity: 'blocking', ...findings[variant] } }),
      ...{ executionActor: 'player', automationProfile: 'mends' },
    },
    {
      play: async task => {
        if (task.role === 'fix') problem = task.problem ?? '';
        if (task.role === 'execution') await put(task, 'b.txt');
      },
    },
  );
  return problem;
});

/** A plan whose strategist asks for subplans, each of which writes a file of its goal unless it is said otherwise. */
function split(scene: Scene, subplans: Record<string, unknown>[], keys: Record<string, unknown> = {}): Promise<Ran> {
  const strategyActor = steps(...subplans.map(subplan => ({ subplan, if: { role: 'strategy', depth: 0 } })));
  return scene.run({ strategyActor, executionActor: ofParts, ...keys });
}

const ofParts = steps({ ...writes('{{goal}}.txt'), if: { depth: 1, role: 'execution' } });
const both = (more: Record<string, unknown>) => ['one', 'two'].map(goal => ({ goal, ...more }));

export const stepRows: Rows = {
  'write.path': worked('the file that is written', ({ ran }) => ran.paths.filter(path => /^[bc]\.txt$/.test(path)), [
    ['b.txt'],
    ['c.txt'],
  ]),
  'write.content': worked('what is written', ({ written }) => written, ['left', 'right']),
  'edit.path': worked('the file that is edited', ({ ran }) => ran.paths.includes('a.txt'), [true, false]),
  'edit.find': worked('the text that is replaced', ({ diff }) => /^-(two|# A)$/m.exec(diff)?.[1], ['two', '# A']),
  'edit.replace': worked('the text in its place', ({ diff }) => /^\+(2|# B)$/m.exec(diff)?.[1], ['2', '# B']),
  'delete.path': worked('the file that is deleted', ({ ran }) => ran.paths.filter(path => /^src|^large/.test(path)), [
    ['src/a.ts'],
    ['large.bin'],
  ]),
  'run.argv': worked('the program that is run', ({ ran }) => ran.paths.filter(path => /^[xy]$/.test(path)), [
    ['x'],
    ['y'],
  ]),
  'checkpoint.label': worked('the name of the checkpoint', ({ backToHalfWay }) => backToHalfWay, [
    'found',
    'UNKNOWN_CHECKPOINT',
  ]),
  'decide.question': worked('what was decided', ({ told }) => told.split(' ')[0], ['How?', 'Where?']),
  'decide.choose': worked('the choice', ({ told }) => /In one go|In parts/.exec(told)?.[0], ['In one go', 'In parts']),
  'decide.rationale': worked('the reason', ({ told }) => /\(.*\)/.exec(told)?.[0], [undefined, '(it is short)']),
  'decide.alternatives[].description': worked('what was rejected', ({ rejected }) => rejected.split(' — ')[0], [
    'Not at all',
    'In one go',
  ]),
  'decide.alternatives[].reason': worked('why it was', ({ rejected }) => rejected.split(' — ')[1], [
    undefined,
    'too slow',
  ]),
  'message.subject': worked('the first line of the commit', ({ message }) => message.split('\n')[0], [
    'Add b',
    'Add c',
  ]),
  'message.body': worked('the text below it', ({ message }) => message.split('\n\n')[1], [
    undefined,
    'It was missing.',
  ]),
  'finding.path': reviewed('the file it is about', problem => /in (b\.txt|the result)/.exec(problem)?.[1], [
    'the result',
    'b.txt',
  ]),
  'finding.line': reviewed('the line it is about', problem => /:(\d+):/.exec(problem)?.[1], [undefined, '12']),
  'finding.text': reviewed('what is wrong', problem => problem.split('\n')[1], ['It is wrong', 'It is slow']),
  'if.role': row('what the agent must be asked for', {
    values: ['execution', 'fix'],
    see: (role, scene) => changed(scene, { ...writes('b.txt'), if: { role } }),
    seen: [['b.txt'], []],
  }),
  'if.goal': row('the goal a plan must have', {
    values: ['Do it', ['Another', 'Do it'], 'Another'],
    see: (goal, scene) => changed(scene, { ...writes('b.txt'), if: { goal } }),
    seen: [['b.txt'], ['b.txt'], []],
  }),
  'if.depth': row('how deep the plan must be', {
    values: [0, 1],
    see: (depth, scene) => changed(scene, { ...writes('b.txt'), if: { depth } }),
    seen: [['b.txt'], []],
  }),
  'run.timeoutSeconds': row('how long it may run', {
    values: [0.1, 30],
    see: (timeoutSeconds, scene) => changed(scene, { run: { argv: ['sleep', '1'], timeoutSeconds } }),
    seen: [['TIMED_OUT'], []],
  }),
  'subplan.key': row('the name others depend on it by', {
    values: ['first', 'another'],
    see: async (key, scene) =>
      (
        await split(scene, [
          { goal: 'one', key },
          { goal: 'two', dependsOn: ['first'] },
        ])
      ).end,
    seen: ['complete', 'PREFLIGHT_FAILED'],
  }),
  'subplan.goal': row('what it is for', {
    values: ['one', 'two'],
    see: async (goal, scene) => (await split(scene, [{ goal }])).paths,
    seen: [['one.txt'], ['two.txt']],
  }),
  'subplan.resourceScopes': row('the paths it may change', {
    values: [['one.txt'], ['src']],
    see: async (resourceScopes, scene) => (await split(scene, [{ goal: 'one', resourceScopes }])).end,
    seen: ['complete', 'SUBPLANS_FAILED'],
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
  'decide.confidence': row('whether a wary profile goes on by itself', {
    values: [0.7, 0.9],
    async see(confidence, scene) {
      const strategyActor = steps({ decide: { question: 'How?', choose: 'In one go', confidence } });
      const { phase, state } = await (await scene.use({ strategyActor, automationProfile: 'wary' })).settled();
      return `${phase}.${state}`;
    },
    seen: ['strategize.complete', 'execute.complete'],
  }),
  'finding.severity': row('whether it bars the result', {
    values: ['note', 'warning', 'blocking'],
    async see(severity, scene) {
      const reviewActor = steps({ finding: { severity, text: 'It is wrong' } });
      return (await scene.run({ reviewActor, executionActor: steps(writes('b.txt')) })).end;
    },
    seen: ['complete', 'complete', 'REVIEW_BLOCKED'],
  }),
};
