/** Keys of the steps of a `steps` agent. */
import { createColors } from '../../../src/presentation/colors.ts';
import { formatDecisions } from '../../../src/presentation/decisions.ts';
import { type KeyCases, keyCase } from './key-case.ts';
import { editStep, type KeyFixture, recordPrompts, section, stepsAgent, writeFile, writeStep } from './key-fixture.ts';
import { compareTwoPlans } from './two-plans.ts';

/** The paths that a plan with one agent of these steps changes; its outcome if it fails. */
async function changed(fixture: KeyFixture, ...list: unknown[]): Promise<string[]> {
  const ran = await fixture.run({ executionActor: stepsAgent(...list) });
  return ran.record.state === 'complete' ? ran.paths : [ran.outcome];
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
    writeStep('b.txt', 'left'),
    editStep('two', '2'),
    { checkpoint: { label: 'half way' } },
    { delete: { path: 'src/a.ts' } },
    { run: { argv: ['touch', 'x'] } },
  ],
  right: [
    writeStep('c.txt', 'right'),
    { edit: { path: 'docs/a.md', find: '# A', replace: '# B' } },
    { checkpoint: { label: 'nearly' } },
    { delete: { path: 'large.bin' } },
    { run: { argv: ['touch', 'y'] } },
  ],
};
const messages = { left: { subject: 'Add b' }, right: { subject: 'Add c', body: 'It was missing.' } };

const worked = compareTwoPlans(async (fixture, variant) => {
  const prompts = recordPrompts();
  const ran = await fixture.run(
    {
      strategyActor: stepsAgent({ decide: decisions[variant] }),
      executionActor: stepsAgent(...work[variant]),
      estimationActor: 'player',
      applyActor: stepsAgent({ message: messages[variant] }),
    },
    { play: prompts.play },
  );
  const { plan } = ran;
  const lines = formatDecisions(await plan.decisions(), createColors(false));
  return {
    ran,
    /** What a later agent reads about the decision. */
    prompts: section(prompts.of('estimation'), 'Decided so far').join('').slice(2),
    /** What `plan explain` shows about rejected options. */
    rejected: lines.join('\n').match(/rejected: (.*)/)?.[1] ?? '',
    written: await fixture.text(ran, variant === 'left' ? 'b.txt' : 'c.txt'),
    diff: await plan.diff(),
    message: (await plan.previewApply()).message,
    backToHalfWay: await plan.rollback('half way', { dryRun: true }).then(
      () => 'found',
      ({ code }: { code: string }) => code,
    ),
  };
});

const findings = { left: { text: 'It is wrong' }, right: { path: 'b.txt', line: 12, text: 'It is slow' } };

/** What the fixing agent reads about a finding. */
const reviewed = compareTwoPlans(async (fixture, variant) => {
  let problem = '';
  await fixture.run(
    {
      reviewActor: stepsAgent({ finding: { severity: 'blocking', ...findings[variant] } }),
      ...{ executionActor: 'player', automationProfile: 'mends' },
    },
    {
      play: async task => {
        if (task.role === 'fix') problem = task.problem ?? '';
        if (task.role === 'execution') await writeFile(task, 'b.txt');
      },
    },
  );
  return problem;
});

export const stepCases: KeyCases = {
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
  'decide.question': worked('what was decided', ({ prompts }) => prompts.split(' ')[0], ['How?', 'Where?']),
  'decide.choose': worked('the choice', ({ prompts }) => /In one go|In parts/.exec(prompts)?.[0], [
    'In one go',
    'In parts',
  ]),
  'decide.rationale': worked('the reason', ({ prompts }) => /\(.*\)/.exec(prompts)?.[0], [undefined, '(it is short)']),
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
  'if.role': keyCase('what the agent must be asked for', {
    values: ['execution', 'fix'],
    observe: (role, fixture) => changed(fixture, { ...writeStep('b.txt'), if: { role } }),
    expected: [['b.txt'], []],
  }),
  'if.goal': keyCase('the goal a plan must have', {
    values: ['Do it', ['Another', 'Do it'], 'Another'],
    observe: (goal, fixture) => changed(fixture, { ...writeStep('b.txt'), if: { goal } }),
    expected: [['b.txt'], ['b.txt'], []],
  }),
  'if.depth': keyCase('how deep the plan must be', {
    values: [0, 1],
    observe: (depth, fixture) => changed(fixture, { ...writeStep('b.txt'), if: { depth } }),
    expected: [['b.txt'], []],
  }),
  'if.attempt': keyCase('the attempt at the goal in which it runs', {
    values: [1, 2],
    async observe(attempt, fixture) {
      const steps = [{ write: { path: 'b.txt', content: 'two\n' }, if: { attempt } }];
      const executionActor = { kind: 'steps', steps };
      const { record } = await fixture.run({ executionActor, attempts: { count: 2 } });
      const chosen = record.conflicts[0]?.attempts ?? [];
      return chosen.map(({ treeOid }) => treeOid === record.workTree);
    },
    expected: [
      [false, true],
      [true, false],
    ],
  }),
  'run.timeoutSeconds': keyCase('how long it may run', {
    values: [0.1, 600],
    observe: (timeoutSeconds, fixture) => changed(fixture, { run: { argv: ['sleep', '1'], timeoutSeconds } }),
    expected: [['TIMED_OUT'], []],
  }),
  'decide.confidence': keyCase('whether a wary profile goes on by itself', {
    values: [0.7, 0.9],
    async observe(confidence, fixture) {
      const strategyActor = stepsAgent({ decide: { question: 'How?', choose: 'In one go', confidence } });
      const { phase, state } = await (await fixture.use({ strategyActor, automationProfile: 'wary' })).waitUntilIdle();
      return `${phase}.${state}`;
    },
    expected: ['strategize.complete', 'execute.complete'],
  }),
  'finding.severity': keyCase('whether it bars the result', {
    values: ['note', 'warning', 'blocking'],
    async observe(severity, fixture) {
      const reviewActor = stepsAgent({ finding: { severity, text: 'It is wrong' } });
      return (await fixture.run({ reviewActor, executionActor: stepsAgent(writeStep('b.txt')) })).outcome;
    },
    expected: ['complete', 'complete', 'REVIEW_BLOCKED'],
  }),
};
