import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import type { AgentTask } from '../../src/index.ts';
import { hintLine } from '../hint-line.ts';
import { createTestProject, type TestProject } from './test-project.ts';

const modules = mkdtempSync(join(tmpdir(), 'troupe-modules-'));
afterAll(() => rmSync(modules, { recursive: true }));

function moduleOf(name: string, source: string): string {
  const path = join(modules, name);
  writeFileSync(path, source);
  return path;
}

const writes = (path: string, content: string) => (task: AgentTask) => task.call('write', { path, content });
function deferred() {
  let resolve = () => {};
  const promise = new Promise<void>(yes => {
    resolve = yes;
  });
  return { promise, resolve: () => resolve() };
}

const quick = { kind: 'steps', steps: [{ write: { path: 'quick.txt', content: 'x' } }] };
const node = (source: string) => ['node', '-e', source];

describe('validations', () => {
  test('return a required failure to the agent, and check the fix again [R103]', async () => {
    const testProject = await createTestProject();
    const problems: (string | null)[] = [];
    const { plan, record } = await testProject.run(
      async task => {
        problems.push(task.problem);
        await task.call('write', { path: 'b.txt', content: task.role === 'fix' ? 'right\n' : 'wrong\n' });
      },
      {
        validations: [
          {
            name: 'is right',
            argv: node(
              "const t=require('fs').readFileSync('b.txt','utf8');console.log('saw '+t);process.exit(t==='right\\n'?0:3)",
            ),
          },
        ],
      },
    );
    expect(record.state).toBe('complete');
    expect(problems[0]).toBeNull();
    expect(problems[1]).toMatch(/is right failed with exit code 3:\nsaw wrong/);
    expect(record.validationResults).toMatchObject([
      { name: 'is right', passed: true, exitCode: 0, treeOid: record.resultTree },
    ]);
    const rounds: unknown[] = [];
    for await (const event of plan.events())
      if (event.type === 'validation.finished') rounds.push(event.results.map(({ passed }) => passed));
    expect(rounds).toEqual([[false], [true]]);
  });

  test('fail the plan when a failure remains after the last round, and apply is refused [R103]', async () => {
    const testProject = await createTestProject();
    let fixes = 0;
    const { plan, record } = await testProject.run(
      async task => {
        if (task.role === 'fix') fixes += 1;
        await writes('b.txt', 'x')(task);
      },
      {
        validations: [
          { name: 'never', argv: node('process.exit(1)') },
          { name: 'gone', argv: ['no-such-program'], required: false },
        ],
      },
    );
    expect(fixes).toBe(3);
    expect([record.state, record.error?.code]).toEqual(['errored', 'VALIDATION_FAILED']);
    expect(record.validationResults.map(({ passed, exitCode }) => [passed, exitCode])).toEqual([
      [false, 1],
      [false, null],
    ]);
    await expect(plan.apply()).rejects.toMatchObject({ code: expect.stringMatching(/PHASE_GUARD|VALIDATION_FAILED/) });
  });

  test('do not block when informational, and their file changes are undone', async () => {
    const testProject = await createTestProject();
    const { plan, record } = await testProject.run(writes('b.txt', 'x'), {
      validations: [
        {
          name: 'litters',
          argv: node("require('fs').writeFileSync('litter.txt','x');process.exit(1)"),
          required: false,
        },
      ],
    });
    expect(record.state).toBe('complete');
    expect((await plan.changes()).map(({ path }) => path)).toEqual(['b.txt']);
  });
});

describe('invariants', () => {
  const blocked = async (testProject: TestProject, check: unknown, play = writes('b.txt', 'x')) => {
    const { record } = await testProject.run(play, { invariants: [{ text: 'The rule', check }] });
    return record;
  };

  test.each([
    ['denied paths', { kind: 'paths', deny: ['*.txt'] }, /changed although not allowed: b\.txt/],
    ['paths not allowed', { kind: 'paths', allow: ['src/**'] }, /changed although not allowed: b\.txt/],
    ['too many files', { kind: 'maxFilesChanged', max: 0 }, /1 files changed, at most 0 may/],
    [
      'a command',
      { kind: 'command', argv: node("process.exit(require('fs').existsSync('b.txt')?4:0)") },
      /exit code 4/,
    ],
    [
      'a command that hangs',
      { kind: 'command', argv: node('setInterval(()=>{},1000)'), timeoutSeconds: 0.5 },
      /timed out|stalled/,
    ],
  ])('block on %s [R112]', async (_what, check, message) => {
    const testProject = await createTestProject();
    const record = await blocked(testProject, check);
    expect(record.error).toMatchObject({ code: 'INVARIANT_VIOLATED', message: expect.stringMatching(message) });
    expect(record.resultTree === null || record.state !== 'complete').toBe(true);
  });

  test('that hold at each action stop the agent at the call that violates them', async () => {
    const testProject = await createTestProject();
    let after = false;
    const { plan, record } = await testProject.run(
      async task => {
        await writes('fine.txt', 'x')(task);
        await writes('wrong.txt', 'x')(task);
        after = true;
      },
      { invariants: [{ text: 'Nothing wrong', each: 'action', check: { kind: 'paths', deny: ['wrong.txt'] } }] },
    );
    expect(record.error).toMatchObject({ code: 'INVARIANT_VIOLATED', message: expect.stringContaining('wrong.txt') });
    expect(after).toBe(false);
    const violated: string[][] = [];
    for await (const event of plan.events()) if (event.type === 'invariant.violated') violated.push(event.files);
    expect(violated).toEqual([['wrong.txt']]);
  });

  test('block content that looks like a secret [R147]', async () => {
    const testProject = await createTestProject();
    const record = await blocked(
      testProject,
      { kind: 'noSecrets' },
      writes('b.txt', `key = AKIA${'ABCDEFGHIJKLMNOP'}`),
    );
    expect(record.errorMessage).toContain('AWS access key id');
    const clean = await createTestProject();
    const { record: passed } = await clean.run(task => task.call('delete', { path: 'a.txt' }), {
      invariants: ['Be kind', { text: 'No secrets', check: { kind: 'noSecrets' } }],
    });
    expect(passed.state).toBe('complete');
  });

  test('run a module, which reports what is wrong', async () => {
    const testProject = await createTestProject();
    const module = moduleOf(
      'rule.mjs',
      "export default ({ files }) => (files.includes('b.txt') ? 'b.txt is not welcome' : true);",
    );
    expect((await blocked(testProject, { kind: 'script', module })).errorMessage).toContain('b.txt is not welcome');
    const odd = moduleOf('odd.mjs', 'export default ({ files }) => files.length === 0 || 7;');
    expect((await blocked(await createTestProject(), { kind: 'script', module: odd })).errorMessage).toContain(
      'answered 7',
    );
  });

  test('fail the plan if a module is missing or returns nothing, and name the module', async () => {
    const missing = await blocked(await createTestProject(), { kind: 'script', module: './missing.mjs' });
    expect(missing.errorMessage).toMatch(/There is no module .*missing.mjs/);
    const empty = await blocked(await createTestProject(), {
      kind: 'script',
      module: moduleOf('empty.mjs', 'export const x = 1;'),
    });
    expect(empty.errorMessage).toContain('must export a function as default');
  });

  test('are recorded at each reconciliation, and disabled when the action says so [R113, R114]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(writes('b.txt', 'x'), { invariants: ['Be kind'] });
    const enforced = (await plan.decisions()).filter(({ type }) => type === 'invariant_enforced');
    expect(enforced.length).toBeGreaterThan(0);
    expect(new Set(enforced.map(({ chosenOption }) => chosenOption))).toEqual(new Set(['Be kind']));
    const off = await createTestProject();
    const { record } = await off.run(writes('b.txt', 'x'), {
      invariantActor: null,
      invariants: [{ text: 'No', check: { kind: 'maxFilesChanged', max: 0 } }],
    });
    expect(record.state).toBe('complete');
  });

  test('let a read-only plan change nothing', async () => {
    const testProject = await createTestProject();
    const { record } = await testProject.run(writes('b.txt', 'x'), { readOnly: true });
    expect(record.error?.code).toBe('TOOL_REFUSED');
    const sly = await createTestProject();
    const found = await sly.run(({ directory }) => writeFileSync(join(directory, 'b.txt'), 'x'), { readOnly: true });
    expect(found.record.error?.code).toBe('READ_ONLY_BREACH');
  });
});

describe('estimation', () => {
  test('runs once after Strategize, and its failure does not block [R115]', async () => {
    let asked = 0;
    const testProject = await createTestProject({
      guesser: () => {
        asked += 1;
        throw new Error('no idea');
      },
    });
    const { record } = await testProject.run(() => {}, { estimationActor: 'guesser' });
    expect(asked).toBe(1);
    expect([record.state, record.estimate]).toEqual(['complete', null]);
    const calm = await createTestProject({ sure: () => {} });
    expect((await calm.run(() => {}, { estimationActor: 'sure' })).record.estimate).toEqual({ summary: 'sure' });
  });
});

describe('apply', () => {
  test('merges three-way with a target that moved, and checks the result again', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(writes('b.txt', 'x\n'), {
      validations: [{ name: 'both', argv: node('process.exit(0)') }],
    });
    testProject.write('c.txt', 'meanwhile\n');
    testProject.git('add', '.');
    testProject.git('commit', '--quiet', '--message=Meanwhile');
    const meanwhile = testProject.git('rev-parse', 'HEAD');
    await plan.apply();
    const record = await plan.waitUntilIdle();
    expect(record.state).toBe('applied');
    expect(testProject.git('rev-parse', 'HEAD~1')).toBe(meanwhile);
    expect(testProject.git('ls-tree', '--name-only', 'HEAD').trim().split('\n')).toEqual(['a.txt', 'b.txt', 'c.txt']);
    expect(record.validationResults.map(({ passed }) => passed)).toEqual([true]);
  });

  test('constrains the plan and applies nothing if the merge conflicts or breaks the checks', async () => {
    const clash = await createTestProject();
    const { plan } = await clash.run(task => task.call('edit', { path: 'a.txt', find: 'three', replace: 'mine' }));
    clash.write('a.txt', 'one\ntwo\ntheirs\nfour\nfive\n');
    clash.git('commit', '--quiet', '--all', '--message=Meanwhile');
    const head = clash.git('rev-parse', 'HEAD');
    await plan.apply();
    const record = await plan.waitUntilIdle();
    expect([record.phase, record.state, record.error?.code]).toEqual(['apply', 'constrained', 'BASE_MOVED']);
    expect(record.errorMessage).toContain('a.txt');
    expect(clash.git('rev-parse', 'HEAD')).toBe(head);
    expect(record.error?.hints).toContainEqual(hintLine(/ --branch /));

    const broken = await createTestProject();
    const other = await broken.run(writes('b.txt', 'x'), {
      validations: [{ name: 'no c', argv: node("process.exit(require('fs').existsSync('c.txt')?1:0)") }],
    });
    broken.write('c.txt', 'x');
    broken.git('add', '.');
    broken.git('commit', '--quiet', '--message=Meanwhile');
    await other.plan.apply();
    const stopped = await other.plan.waitUntilIdle();
    expect([stopped.state, stopped.errorMessage]).toEqual(['constrained', expect.stringContaining('no c')]);
    await other.plan.revert();
    expect((await other.plan.waitUntilIdle()).phase).toBe('strategize');
  });

  test('of another Troupe on the same project is not taken for a change by the agent of a running plan', async () => {
    const [atWork, otherApplied] = [deferred(), deferred()];
    const testProject = await createTestProject({
      slow: async task => {
        atWork.resolve();
        await otherApplied.promise;
        await writes('slow.txt', 'x\n')(task);
      },
    });
    await testProject.troupe.actions.create({ name: 'slow', description: 'Slow', executionActor: 'slow' });
    const slow = await testProject.troupe.use({ action: 'slow' });
    await slow.execute();
    await using other = await testProject.openSecond();
    await other.actions.create({ name: 'quick', description: 'Quick', executionActor: quick });
    const plan = await other.use({ action: 'quick' });
    await plan.execute();
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    await atWork.promise;
    await plan.apply();
    expect((await plan.waitUntilIdle()).state).toBe('applied');
    otherApplied.resolve();
    expect(await slow.waitUntilIdle()).toMatchObject({ state: 'complete', error: null });
  });

  test('never overwrites a dirty checkout; a branch or a patch still works [R145]', async () => {
    const testProject = await createTestProject();
    const { plan } = await testProject.run(task =>
      task.call('edit', { path: 'a.txt', find: 'three', replace: 'mine' }),
    );
    testProject.write('a.txt', 'my own work\n');
    await plan.apply();
    const refused = await plan.waitUntilIdle();
    expect([refused.phase, refused.state, refused.error?.code]).toEqual(['apply', 'errored', 'DIRTY_CHECKOUT']);
    expect(refused.errorMessage).toContain('a.txt');
    await plan.apply({ target: { kind: 'branch', branch: 'troupe/mine' } });
    expect((await plan.waitUntilIdle()).state).toBe('applied');
    expect(testProject.git('show', 'troupe/mine:a.txt')).toContain('mine');
    expect(testProject.git('diff', '--stat')).toContain('a.txt');
  });
});

describe('an agent whose answer nests 100,000 levels deep', () => {
  test('fails its own plan with INVALID_DECISION, and the next plan is executed [R189]', async () => {
    const testProject = await createTestProject();
    const { record } = await testProject.run(({ plan, attempt }) => {
      let payload: Record<string, unknown> = {};
      for (let level = 0; level < 100_000; level += 1) payload = { payload };
      return [{ decisionId: plan.planId, planId: plan.planId, sequence: attempt, payload }];
    });
    expect(record).toMatchObject({ phase: 'execute', state: 'errored', error: { code: 'INVALID_DECISION' } });
    const plan = await testProject.troupe.use({ action: 'play' });
    const { error } = await plan.record();
    expect(error).toBeNull();
  });
});
