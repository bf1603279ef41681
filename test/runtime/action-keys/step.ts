/** Keys of the steps of a `steps` agent. */
import { painter } from '../../../src/cli/paint.ts';
import { decisionLines } from '../../../src/cli/view/decisions.ts';
import { pairOf } from './pair.ts';
import { type Rows, row } from './row.ts';
import { edits, prompts, put, type Scene, section, steps, writes } from './scene.ts';

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
    values: [0.1, 600],
    see: (timeoutSeconds, scene) => changed(scene, { run: { argv: ['sleep', '1'], timeoutSeconds } }),
    seen: [['TIMED_OUT'], []],
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
