import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dataSchemas } from '../../src/cli/schemas/index.ts';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

const chooses = `name: local/paint
description: Paint the fence
executionActor:
  kind: script
  module: paint.mjs
`;
const paint = `export default async at => {
  if (at.depth > 0) return at.write('added.txt', at.goal);
  await at.write('base.txt', 'base');
  const colour = at.guidance.at(-1) ?? 'red';
  await at.decide({ question: 'Which colour?', choose: colour, rationale: 'liked' });
  await at.write('colour.txt', colour);
};
`;

describe('a decision corrected at the command line', () => {
  let project: TestRepository;
  beforeEach(async () => {
    project = createRepository();
    project.write('paint.yaml', chooses);
    project.write('paint.mjs', paint);
    expect((await runTroupe(project, ['run', '-f', 'paint.yaml'])).code).toBe(0);
  });
  afterEach(() => project.remove());
  const decisionOf = async (chosen: string) => {
    const { data } = await runTroupeJson(project, ['plan', 'explain']);
    const decisions = data.decisions as unknown as { decision_id: string; chosen_option: string }[];
    return decisions.find(({ chosen_option }) => chosen_option === chosen)?.decision_id.slice(-8) ?? '';
  };

  test('first shows what would be discarded and what would be kept [R90, R156]', async () => {
    const wanted = await decisionOf('red');
    const shown = await runTroupe(project, ['plan', 'correct', wanted, '--guidance', 'blue', '--dry-run']);
    expect([shown.code, shown.out]).toEqual([0, expect.stringContaining('would correct "red"')]);
    expect(shown.out).toContain('the agent continues from before that decision');
    const { data } = await runTroupeJson(project, ['plan', 'correct', wanted, '--guidance', 'blue', '--dry-run']);
    expect(dataSchemas['plan correct']?.safeParse(data).error).toBeUndefined();
    expect(data).toMatchObject({ dry_run: true, correction: { mode: 'revert', from: 'work', attempt: 2 } });
    expect((await runTroupeJson(project, ['plan', 'corrections'])).data.corrections).toEqual([]);
  });

  test('is named by the ids that explain, status and tree print [R196]', async () => {
    const typed = async (id: string | undefined) =>
      runTroupe(project, ['plan', 'correct', id ?? 'none', '--guidance', 'blue', '--dry-run']);
    const explained = /(\w{8}) {2}implementation choice: Which colour\? → red/.exec(
      (await runTroupe(project, ['plan', 'explain'])).out,
    );
    expect((await typed(explained?.[1])).out).toContain('would correct "red"');
    const status = /^ {2}(\w{8}) {2}red$/m.exec((await runTroupe(project, ['plan', 'status'])).out);
    expect((await typed(status?.[1])).out).toContain('would correct "red"');
    const added = ['plan', 'correct', await decisionOf('red'), '--mode', 'append', '--guidance', 'a fence', '--yes'];
    expect((await runTroupe(project, added)).code).toBe(0);
    const { out } = await runTroupe(project, ['plan', 'tree']);
    const tree = /a fence {2}\w{8} \(decision (\w{8})\)$/m.exec(out);
    expect((await typed(tree?.[1])).out).toContain('would correct "a fence"');
  });

  test('asks for confirmation, runs again, is listed, and can be shown [R86, R89, R125]', async () => {
    const wanted = await decisionOf('red');
    const command = ['plan', 'correct', wanted, '--guidance', 'blue'];
    const asked = await runTroupe(project, command);
    expect(asked.code).toBe(6);
    expect(asked.err).toContain('Decide "red" differently, and redo 1 decision, 0 subplans');
    expect(asked.err).toContain('--yes');
    const done = await runTroupeJson(project, [...command, '--yes']);
    expect(dataSchemas['plan correct']?.safeParse(done.data).error).toBeUndefined();
    expect(done.data).toMatchObject({ plan: { phase: 'execute', state: 'complete', attempt: 2 } });
    const listed = await runTroupeJson(project, ['plan', 'corrections']);
    expect(dataSchemas['plan corrections']?.safeParse(listed.data).error).toBeUndefined();
    const [correction] = listed.data.corrections as unknown as { correction_id: string }[];
    const line = await runTroupe(project, ['plan', 'corrections']);
    expect(line.out).toMatch(/^\w{8} {2}\d+ \w+ ago {2}revert {2}"blue"$/m);
    const diff = await runTroupe(project, ['plan', 'diff', '--correction', correction?.correction_id ?? '']);
    expect(diff.out).toContain('-red');
    expect(diff.out).toContain('+blue');
    expect((await runTroupe(project, ['plan', 'diff'])).out).toContain('+blue');
  });

  test('can add to the result instead [R88]', async () => {
    const done = await runTroupe(project, [
      ...['plan', 'correct', await decisionOf('red'), '--mode', 'append', '--guidance', 'a fence', '--yes'],
    ]);
    expect([done.code, done.out]).toEqual([0, expect.stringContaining('a subplan of its own')]);
    const { out } = await runTroupe(project, ['plan', 'diff']);
    expect(out).toContain('+a fence');
    expect(out).toContain('+red');
  });

  test('reports invalid arguments', async () => {
    const silent = await runTroupe(project, ['plan', 'correct', await decisionOf('red')]);
    expect([silent.code, silent.err]).toEqual([2, expect.stringContaining('--guidance')]);
    const unknown = await runTroupe(project, ['plan', 'correct', 'ZZZZZZZZ', '--guidance', 'blue']);
    expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('UNKNOWN_DECISION')]);
  });

  test('can be forked instead: the fork continues from a checkpoint as a new plan, and both can be compared', async () => {
    const source = String(
      ((await runTroupeJson(project, ['plan', 'status'])).data.plan as { plan_id: string }).plan_id,
    );
    const fork = await runTroupeJson(project, [
      'plan',
      'fork',
      '--guidance',
      'green',
      '--checkpoint',
      await firstCheckpoint(),
    ]);
    expect(dataSchemas['plan fork']?.safeParse(fork.data).error).toBeUndefined();
    const other = String((fork.data.plan as { plan_id: string }).plan_id);
    expect(other).not.toBe(source);
    expect((await runTroupe(project, ['plan', 'execute', other])).code).toBe(0);
    const { out } = await runTroupe(project, ['plan', 'diff', source.slice(-8), other.slice(-8)]);
    expect(out).toContain('-red');
    expect(out).toContain('+green');
    expect((await runTroupe(project, ['plan', 'diff', 'README', 'MAKEFN', '--plan', other])).out.trim()).toBe('');
    const queued = await runTroupeJson(project, [
      'plan',
      'fork',
      source,
      '--goal',
      'another fence',
      '--profile',
      'auto',
      '--no-start',
    ]);
    expect(queued.data).toMatchObject({
      plan: { state: 'queued', description: 'another fence', automation_profile: 'auto' },
    });
  });

  const firstCheckpoint = async () => {
    const { data } = await runTroupeJson(project, ['plan', 'checkpoint', 'list']);
    return (data.checkpoints as unknown as { checkpoint_id: string }[])[0]?.checkpoint_id ?? '';
  };

  test('guidance is shown as waiting until an agent is asked [R142]', async () => {
    expect((await runTroupe(project, ['plan', 'prompt', 'mind the gap'])).code).toBe(0);
    const { out } = await runTroupe(project, ['plan', 'status']);
    expect(out).toContain('No agent has read your guidance yet: "mind the gap"');
    expect((await runTroupeJson(project, ['plan', 'status'])).data.plan).toMatchObject({
      guidance: [{ text: 'mind the gap', state: 'pending' }],
    });
    const line = '! No agent has read your guidance yet: "mind the gap"';
    expect((await runTroupe(project, ['plan', 'apply', '--dry-run'])).out).toContain(line);
    expect((await runTroupe(project, ['plan', 'apply', '--yes', '--branch', 'painted'])).out).toContain(line);
  });
});
