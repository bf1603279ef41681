/**
 * What each profile asks, seen on real plans and written as the table of docs/reference/profiles.md. A cell is found by
 * plans whose strategy has a confidence of 0, of 1, and of each threshold of the profile and just below it.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { AgentTask, Plan, Profile } from '../../src/index.ts';
import { findProfile, profileNames } from '../../src/runtime/profiles/profiles.ts';
import { createTestProject, type TestProject } from '../runtime/test-project.ts';
import { runTroupeJson } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

/** Where a plan stopped to ask. */
type Stops = ReadonlySet<string>;
/** One plan of a profile whose strategy has the given confidence. */
type Probe = (profile: string, confidence: number) => Promise<Stops>;

const rows: readonly [typed: string, before: string][] = [
  ['troupe run', 'Strategize'],
  ['troupe run', 'Execute'],
  ['troupe plan use', 'Strategize'],
  ['troupe plan use', 'Execute'],
  ['either', 'writing a file'],
  ['either', 'starting a program'],
  ['either', 'Apply'],
];
const tools: Readonly<Record<string, string>> = {
  'builtin/write': 'writing a file',
  'builtin/run': 'starting a program',
};

/** `plan use`, with a user who lets the plan continue wherever it stops. */
function usesIn(testProject: TestProject): Probe {
  return async (profile, confidence) => {
    const stops = new Set<string>();
    const name = 'probe';
    await testProject.troupe.actions.create({
      ...{ name, description: name, strategyActor: 'thinker', executionActor: 'worker', arguments: { sure: {} } },
    });
    const use = { action: name, profile, arguments: { sure: confidence } };
    const queued = await testProject.troupe.use(use);
    const waits = (await queued.waitUntilIdle()).phase === 'strategize' && (await queued.record()).state === 'queued';
    if (waits) stops.add('Strategize');
    // Execute would start Strategize too, and pass its result: a person who starts Strategize alone is asked again.
    const plan = waits ? await testProject.troupe.use({ ...use, start: true }) : queued;
    for (;;) {
      const { phase, state, resting, error } = await plan.waitUntilIdle();
      expect([profile, confidence, error]).toEqual([profile, confidence, null]);
      if (!(await passed(plan, `${phase}.${state}`, resting, stops))) return stops;
    }
  };
}

/** Records what is asked where the plan waits, and lets it continue; false when there is nothing left to ask. */
async function passed(plan: Plan, at: string, resting: boolean, stops: Set<string>): Promise<boolean> {
  const open = (await plan.approvals()).filter(({ answer }) => answer === null);
  for (const { tool } of open) stops.add(tools[tool] ?? tool);
  if (open.length > 0) {
    await plan.approve();
    return true;
  }
  if (at === 'execute.complete') stops.add('Apply');
  if (!resting || at.startsWith('apply') || at === 'execute.complete') return false;
  stops.add('Execute');
  await plan.execute();
  return true;
}

/** `run`, without a terminal. */
function runsIn(project: TestRepository): Probe {
  return async (profile, confidence) => {
    project.write(
      'sure.yaml',
      `name: local/sure
description: Be sure
strategyActor: { kind: steps, steps: [{ decide: { question: How?, choose: so, confidence: ${confidence} } }] }
executionActor: { kind: steps, steps: [{ write: { path: sure.txt, content: so } }] }
`,
    );
    const { data } = await runTroupeJson(project, ['run', '-f', 'sure.yaml', '--profile', profile]);
    const { phase, state } = data.plan as { phase: string; state: string };
    if (phase !== 'strategize') return new Set();
    return new Set([state === 'queued' ? 'Strategize' : 'Execute']);
  };
}

/** What is asked before a step: nothing, always, or below which confidence. */
async function cellOf(probe: Probe, { name, thresholds }: Profile, before: string): Promise<string> {
  const asks = async (confidence: number) => (await probe(name, confidence)).has(before);
  if (!(await asks(0))) return 'continues';
  if (await asks(1)) return 'asks';
  const between = [...new Set(Object.values(thresholds))].filter(height => height > 0 && height < 1);
  for (const height of between) {
    if ((await asks(height - 0.01)) && !(await asks(height))) return `asks below ${height}`;
  }
  throw new Error(`${name} asks before ${before} at none of its thresholds`);
}

/** Each probe is made once. */
function remembered(probe: Probe): Probe {
  const known = new Map<string, Promise<Stops>>();
  return (profile, confidence) => {
    const key = `${profile} ${confidence}`;
    const found = known.get(key) ?? probe(profile, confidence);
    known.set(key, found);
    return found;
  };
}

test(
  '[R324] each profile asks, in run and in plan use, where the table of the reference says so',
  { timeout: 300_000 },
  async () => {
    const work = async ({ call, plan }: AgentTask) => {
      await call('write', { path: `${plan.planId}.txt`, content: 'made' });
      await call('builtin/run', { argv: ['true'] });
    };
    const testProject = await createTestProject({
      thinker: async ({ call, plan }) => {
        const confidence = Number(plan.arguments.sure);
        await call('decide', { question: 'How?', chosenOption: 'so', rationale: '', confidence });
      },
      worker: work,
    });
    const project = createRepository();
    try {
      const uses = remembered(usesIn(testProject));
      const runs = remembered(runsIn(project));
      const table: string[] = [];
      for (const [typed, before] of rows) {
        const cells: string[] = [];
        for (const name of profileNames)
          cells.push(await cellOf(typed === 'troupe run' ? runs : uses, findProfile(name), before));
        table.push(`| ${[typed === 'either' ? typed : `\`${typed}\``, before, ...cells].join(' | ')} |`);
      }
      const [, section = ''] = readFileSync('docs/reference/profiles.md', 'utf8').split('## What each profile asks\n');
      const [written = ''] = section.trim().split('\n\n');
      expect(written.split('\n').slice(2)).toEqual(table);
    } finally {
      project.remove();
    }
  },
);
