/** The seven checks, each on a real repository with one error. */

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type EffectServices, preflight } from '../../../actors/index.ts';
import { checks } from '../../../actors/phases/preflight.ts';
import { locateProgram } from '../../../src/adapters/process/locate.ts';
import { resolveAgents } from '../../../src/agents.ts';
import { gitProject } from '../../../src/git.ts';
import type { AgentRef } from '../../../src/model/agent.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import type { PlanSpec } from '../../../src/model/plan.ts';
import { Validation } from '../../../src/model/validation.ts';
import { planSpec } from '../../fixtures.ts';
import { hintLine } from '../../hint-line.ts';
import { createTestProject, type TestProject } from '../../runtime/test-project.ts';
import { runEffect, servicesWith } from '../services.ts';

/** A plan on a real repository, and the services it would use. */
async function ready(
  more: Partial<PlanSpec> = {},
): Promise<{ testProject: TestProject; spec: PlanSpec; world: EffectServices }> {
  const testProject = await createTestProject();
  const project = gitProject(testProject.folder, { sandboxes: join(testProject.folder, '..', 'sandboxes') });
  const { root, kind, commit, tree, branch } = await project.head();
  const link = { alias: 'main', root, kind, baseCommit: commit, baseTree: tree, branch };
  const world = servicesWith({
    project: () => project,
    agents: resolveAgents({ registered: {}, env: { PATH: process.env.PATH ?? '' } }),
    toolNames: ['read', 'write'],
    locate: (program, env) => locateProgram(program, '/', env),
    env: { PATH: process.env.PATH ?? '' },
  });
  return { testProject, world, spec: planSpec({ projectLinks: [link], actionDir: testProject.folder, ...more }) };
}

const actorsWith = (execution: AgentRef, more: Partial<PlanSpec['actors']> = {}): Pick<PlanSpec, 'actors'> => ({
  actors: { ...planSpec().actors, execution, ...more },
});
const findingsOf = async (found: Promise<{ code: string; message: string }[]> | { code: string; message: string }[]) =>
  (await found).map(({ code, message }) => [code, message]);

describe('Preflight', () => {
  test('passes when all seven checks pass, and lists them', async () => {
    const { spec, world, testProject } = await ready();
    expect(await runEffect(preflight(world), { spec, phase: 'strategize' })).toEqual({
      checked: ['action', 'agents', 'validations', 'tools', 'autonomy', 'rollback', 'budget', 'project'],
    });
    expect(testProject.git('for-each-ref', 'refs/troupe')).toBe('');
  });

  test('1: finds an invalid action', async () => {
    const { spec } = await ready();
    expect(await findingsOf(checks.action({ ...spec, planId: 'short' }))).toEqual([
      ['INVALID_ACTION', expect.stringContaining('planId: expected a ULID')],
    ]);
  });

  test('2: finds every missing agent, those of subplans too', async () => {
    const steps: AgentRef = {
      kind: 'steps',
      steps: [
        {
          subplan: { goal: 'g', parallel: true, dependsOn: [], executionActor: { kind: 'script', module: './no.mjs' } },
        },
        { subplan: { goal: 'h', parallel: true, dependsOn: [], strategyActor: 'absent' } },
      ],
    };
    const missing: AgentRef = { kind: 'command', argv: ['no-such-program'], env: {}, watchdogs: watchdogs() };
    const { spec, world } = await ready(
      actorsWith(steps, { strategy: missing, review: 'absent', conflict: 'nowhere', invariant: 'own' }),
    );
    expect(await findingsOf(checks.agents(spec, world))).toEqual([
      ['AGENT_UNAVAILABLE', expect.stringContaining('no-such-program is not on the PATH')],
      ['AGENT_UNAVAILABLE', expect.stringContaining('no.mjs')],
      ['UNKNOWN_AGENT', expect.stringContaining('no agent absent')],
      ['UNKNOWN_AGENT', expect.stringContaining('no agent nowhere')],
      ['UNKNOWN_AGENT', expect.stringContaining('no invariantActor "own"')],
    ]);
  });

  test('2b: finds a required check whose program does not exist; one of the project may be created later [R326]', async () => {
    const check = (name: string, program: string, required = true) => ({
      name,
      argv: [program],
      required,
      timeoutSeconds: 5,
    });
    const validations = [
      check('a', 'no-such-check'),
      check('b', '/no/such/check'),
      check('c', './made-by-set-up'),
      check('d', 'sh'),
      check('e', 'no-such-check', false),
    ].map(each => Validation.parse(each));
    const { spec, world } = await ready({ validations });
    expect(await findingsOf(checks.validations(spec, world))).toEqual([
      ['AGENT_UNAVAILABLE', 'The check "a" needs the program no-such-check, which is not on the PATH'],
      ['AGENT_UNAVAILABLE', 'The check "b" needs the program /no/such/check, which is not on the PATH'],
    ]);
    const inProject = { PATH: `node_modules/.bin:${process.env.PATH}` };
    expect(
      await checks.validations({ ...spec, executionEnvironment: inProject, executionEnvPriority: 'override' }, world),
    ).toEqual([]);
  });

  test('3: finds every tool that does not exist', async () => {
    const { spec, world } = await ready();
    const guards = { ...spec.profileSnapshot.guards, denyTools: ['wriet', 'read'], allowTools: ['raed', 'wriet'] };
    const found = await findingsOf(
      checks.tools({ ...spec, profileSnapshot: { ...spec.profileSnapshot, guards } }, world),
    );
    expect(found).toEqual([
      ['UNKNOWN_TOOL', 'The profile supervised names the tool "raed"; known are read, write'],
      ['UNKNOWN_TOOL', 'The profile supervised names the tool "wriet"; known are read, write'],
    ]);
  });

  test('4: finds work that the approvals deny, and a profile that differs from its snapshot', async () => {
    const { spec } = await ready(
      actorsWith({ kind: 'steps', steps: [{ write: { path: 'a', content: '' } }, { run: { argv: ['true'] } }] }),
    );
    const never = { writeFiles: 'deny', runCommands: 'deny' } as const;
    const strict: PlanSpec = { ...spec, approvalModes: { execute: never, timeoutSeconds: 1 } };
    expect(await findingsOf(checks.autonomy(strict))).toEqual([
      ['TOOL_REFUSED', 'The agent writes files, which the plan refuses: approvals.execute.writeFiles is deny'],
      ['TOOL_REFUSED', expect.stringContaining('runs programs')],
    ]);
    expect(await findingsOf(checks.autonomy({ ...strict, ...actorsWith('local/anybody') }))).toEqual([]);
    expect(await findingsOf(checks.autonomy({ ...spec, automationProfile: 'auto' }))).toEqual([
      ['UNKNOWN_PROFILE', 'The plan names the profile auto but holds a snapshot of supervised'],
    ]);
  });

  test('5: finds missing files for a rollback, and a repository that cannot store a checkpoint', async () => {
    const { spec, world, testProject } = await ready();
    writeFileSync(join(testProject.folder, '.git/refs/troupe'), 'in the way');
    expect(await findingsOf(checks.rollback(spec, world))).toEqual([
      ['GIT_FAILED', expect.stringContaining('No checkpoint can be kept in')],
    ]);
    expect(await findingsOf(checks.rollback({ ...spec, depth: 1 }, world))).toEqual([]);
    const tree = spec.projectLinks[0]?.baseTree ?? '';
    rmSync(join(testProject.folder, '.git/objects', tree.slice(0, 2)), { recursive: true });
    expect(await findingsOf(checks.rollback(spec, world))).toEqual([
      ['SANDBOX_LOST', expect.stringContaining(`The base tree ${tree}`)],
    ]);
  });

  test('6: finds every budget of zero, and accepts a missing limit', async () => {
    const { spec } = await ready({ budget: { seconds: 0, usd: 0, toolCalls: 1, tokens: undefined } });
    expect(await findingsOf(checks.budget(spec))).toEqual([
      ['BUDGET_EXHAUSTED', expect.stringContaining('seconds is 0')],
      ['BUDGET_EXHAUSTED', expect.stringContaining('usd is 0')],
    ]);
  });

  test('7: finds a missing base, and a disk without room for the project twice [R151]', async () => {
    const { spec, world, testProject } = await ready();
    const [link] = spec.projectLinks;
    if (link === undefined) throw new TypeError('no link');
    const gone = { ...spec, projectLinks: [{ ...link, baseCommit: '1'.repeat(40) }] };
    expect(await findingsOf(checks.project(gone, world))).toEqual([['USAGE', expect.stringContaining('1111')]]);

    const mebibyte = 1024 * 1024;
    const withFree = (free: number) => {
      const project = world.project(link);
      return servicesWith({ project: () => ({ ...project, spaceFree: async () => free }) });
    };
    expect(await findingsOf(checks.project(spec, withFree(3 * mebibyte)))).toEqual([
      ['DISK_FULL', 'Only 3 MiB are free where sandboxes live; at least 64 are needed'],
    ]);
    const barred = new TroupeError('READ_ONLY', 'Nothing can be made in /w, where sandboxes live');
    const project = { ...world.project(link), spaceFree: () => Promise.reject(barred) };
    expect(await findingsOf(checks.project(spec, servicesWith({ project: () => project })))).toEqual([
      ['READ_ONLY', barred.message],
    ]);
    testProject.write('big.bin', 'x'.repeat(40 * mebibyte));
    testProject.git('add', '.');
    testProject.git('commit', '--quiet', '--message=Grow');
    const { commit, tree } = await world.project(link).head();
    const grown = { ...spec, projectLinks: [{ ...link, baseCommit: commit, baseTree: tree }] };
    expect(await findingsOf(checks.project(grown, withFree(79 * mebibyte)))).toEqual([
      ['DISK_FULL', 'Only 79 MiB are free where sandboxes live; at least 80 are needed'],
    ]);
    expect(await findingsOf(checks.project(grown, withFree(81 * mebibyte)))).toEqual([]);
    expect(await findingsOf(checks.project({ ...grown, depth: 1 }, withFree(79 * mebibyte)))).toEqual([]);
  });

  test('reports all problems at once, each with its name and what to do', async () => {
    const { spec, world } = await ready({
      ...actorsWith({ kind: 'command', argv: ['no-such-program'], env: {}, watchdogs: watchdogs() }),
      budget: { seconds: 0 },
    });
    const failed = runEffect(preflight(world), { spec: { ...spec, automationProfile: 'auto' }, phase: 'strategize' });
    await expect(failed).rejects.toMatchObject({
      code: 'PREFLIGHT_FAILED',
      message: expect.stringMatching(/^agents: .*; autonomy: .*; budget: /),
      hints: expect.arrayContaining([hintLine('troupe doctor')]),
      details: {
        frozen: true,
        failures: [
          { check: 'agents', code: 'AGENT_UNAVAILABLE', hints: expect.arrayContaining([hintLine('troupe doctor')]) },
          { check: 'autonomy', code: 'UNKNOWN_PROFILE' },
          { check: 'budget', code: 'BUDGET_EXHAUSTED' },
        ],
      },
    });
  });

  test('rethrows a bug instead of a failed check', async () => {
    await expect(runEffect(preflight(servicesWith({})), { spec: planSpec(), phase: 'strategize' })).rejects.toThrow(
      TypeError,
    );
  });
});

function watchdogs() {
  return { totalSeconds: 1, idleSeconds: 1, graceSeconds: 1, outputMiB: 1 };
}
