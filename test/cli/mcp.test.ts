/** `troupe mcp`: another agent drives plans through tools, over standard streams. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startMcp, startMcpProcess } from './mcp-client.ts';
import { troupeProgram } from './own-process.ts';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { conflictAction, endlessAction, greetAction, waitForFileAction } from './sample-actions.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

const asksAction = `name: local/asks
description: Ask before a program runs
approvals: { execute: { runCommands: ask } }
executionActor: { kind: steps, steps: [{ run: { argv: [sh, -c, echo asked > asked.txt] } }] }
`;

const attemptsAction = `name: local/try
description: Greet
attempts: { count: 2 }
executionActor:
  kind: steps
  steps:
    - { if: { attempt: 1 }, write: { path: greeting.txt, content: "Hello\\n" } }
    - { if: { attempt: 2 }, write: { path: greeting.txt, content: "Hello, Ada\\n" } }
`;

/** Writes the id of its process when it starts. */
const sleeperAction = `name: local/sleeper
description: Sleep
executionActor: { kind: command, argv: [sh, -c, "echo $$ > $HOME/pid; exec sleep 120"] }
`;

describe('troupe mcp', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository();
    const actions = { greet: greetAction, quarrel: conflictAction, endless: endlessAction, asks: asksAction };
    for (const [name, text] of Object.entries(actions)) project.write(`${name}.yaml`, text);
    project.write('patient.yaml', waitForFileAction);
  });
  afterEach(() => project.remove());
  const inHome = (name: string) => join(project.env.HOME ?? '', name);

  test('[R240] starts a plan, waits for it, shows its result, and applies what was reviewed', async () => {
    await using mcp = await startMcp(project, '--allow-apply');
    const started = await mcp.call('plan_start', { file: 'greet.yaml', goal: 'greet them', arguments: { who: 'you' } });
    expect(started).toMatchObject({ goal: 'greet them', next: [{ tool: 'plan_wait' }, ...started.next.slice(1)] });
    const { plan } = started;
    const ready = await mcp.call('plan_wait', { plan });
    expect(ready).toMatchObject({
      ...{ plan, phase: 'execute', state: 'complete', waits: true, error: null, applied: null },
      files: [{ path: 'hello.txt', operation: 'added' }],
      checks: [{ name: 'it is there', required: true, passed: true }],
      messages: expect.arrayContaining(['greet them: 1/1 checks passed']),
    });
    const short = plan.slice(-8);
    expect(ready.next.slice(0, 2)).toEqual([
      { tool: 'plan_diff', arguments: { plan: short } },
      { tool: 'plan_apply', arguments: { plan: short, result: ready.result } },
    ]);
    expect((await mcp.call('plan_wait', { plan, after: ready.after })).messages).toEqual([]);
    expect(await mcp.call('plan_list')).toMatchObject({ plans: [{ plan, state: 'complete' }] });
    expect(await mcp.call('plan_diff', { plan })).toMatchObject({
      result: ready.result,
      diff: expect.stringContaining('+hello'),
    });
    expect(await mcp.call('plan_diff', { plan, characters: 10 })).toMatchObject({
      diff: 'diff --git',
      truncated: true,
    });
    expect(await mcp.call('plan_review', { plan })).toMatchObject({
      result: ready.result,
      files: [{ path: 'hello.txt', operation: 'added' }],
      blocked_by: null,
    });
    expect(await mcp.fail('plan_apply', { plan, result: '0'.repeat(40) })).toMatchObject({
      error: { code: 'LOCK_CONFLICT' },
      next: [{ tool: 'plan_review', arguments: { plan: short } }],
    });
    expect(existsSync(join(project.folder, 'hello.txt'))).toBe(false);
    expect(await mcp.call('plan_apply', { plan, result: ready.result })).toMatchObject({
      state: 'applied',
      applied: { commits: [project.git('rev-parse', 'HEAD').trim()] },
      next: [],
    });
    expect(readFileSync(join(project.folder, 'hello.txt'), 'utf8')).toBe('hello\n');
    expect(await mcp.call('plan_list')).toEqual({ plans: [] });
  });

  test('[R240] applies nothing unless it was started with --allow-apply', async () => {
    await using mcp = await startMcp(project);
    const { plan } = await mcp.call('plan_start', { file: 'greet.yaml' });
    const { result, next } = await mcp.call('plan_wait', { plan });
    const command = `troupe plan apply ${plan.slice(-8)}`;
    expect(next).toContainEqual({ command });
    expect(await mcp.fail('plan_apply', { plan, result })).toMatchObject({
      error: { code: 'APPROVAL_NEEDED', where: `plan ${plan}` },
      next: [{ command }, { command: expect.stringContaining('troupe mcp --allow-apply') }],
    });
    expect(existsSync(join(project.folder, 'hello.txt'))).toBe(false);
    expect(await mcp.call('plan_status', { plan })).toMatchObject({ phase: 'execute', state: 'complete' });
  });

  test('[R240] shows conflicts and resolves them; a resolution is given in one way', async () => {
    await using mcp = await startMcp(project);
    const { plan } = await mcp.call('plan_start', { file: 'quarrel.yaml' });
    const stopped = await mcp.call('plan_wait', { plan });
    expect(stopped).toMatchObject({ state: 'conflicted', conflicts: [{ path: 'a.txt' }] });
    expect(stopped.next).toContainEqual({
      tool: 'plan_resolve',
      arguments: { plan: plan.slice(-8), path: 'a.txt', take: 'ours' },
    });
    expect(await mcp.call('plan_conflicts', { plan })).toMatchObject({
      conflicts: [
        {
          ...{ path: 'a.txt', resolved: false, ours: ['say left'], theirs: ['say right'] },
          hunks: [{ hunk: 1, resolved: false, ours: 'left\n', theirs: 'right\n' }],
        },
      ],
    });
    expect(await mcp.fail('plan_resolve', { plan, path: 'a.txt' })).toMatchObject({ error: { code: 'USAGE' } });
    expect(await mcp.fail('plan_resolve', { plan, path: 'b.txt', take: 'ours' })).toMatchObject({
      error: { code: 'UNKNOWN_CONFLICT' },
    });
    await mcp.call('plan_resolve', { plan, path: 'a.txt', content: 'both of them\n' });
    expect(await mcp.call('plan_wait', { plan })).toMatchObject({ phase: 'execute', state: 'complete' });
    expect((await mcp.call('plan_diff', { plan })).diff).toContain('+both of them');
    expect(await mcp.call('plan_conflicts', { plan })).toMatchObject({
      conflicts: [{ path: 'a.txt', resolved: true, hunks: [{ hunk: 1, resolved: true }] }],
    });
  });

  test('[R240] [R243] shows each of several attempts, and takes the one that the agent chooses', async () => {
    project.write('try.yaml', attemptsAction);
    await using mcp = await startMcp(project);
    const { plan } = await mcp.call('plan_start', { file: 'try.yaml' });
    const stopped = await mcp.call('plan_wait', { plan });
    expect(stopped).toMatchObject({
      state: 'conflicted',
      reason: expect.stringMatching(/^Choose one of the attempts 1, 2/),
    });
    const named = { plan: plan.slice(-8) };
    expect(stopped.next).toEqual(
      expect.arrayContaining([
        { tool: 'plan_diff', arguments: { ...named, attempt: 2 } },
        { tool: 'plan_resolve', arguments: { ...named, attempt: 2 } },
      ]),
    );
    expect((await mcp.call('plan_diff', { plan, attempt: 2 })).diff).toContain('+Hello, Ada');
    expect(await mcp.fail('plan_diff', { plan, attempt: 3 })).toMatchObject({ error: { code: 'USAGE' } });
    expect(await mcp.fail('plan_resolve', { plan, take: 'ours' })).toMatchObject({ error: { code: 'USAGE' } });
    await mcp.call('plan_resolve', { plan, attempt: 2 });
    const chosen = await mcp.call('plan_wait', { plan });
    expect(chosen).toMatchObject({ state: 'complete', messages: expect.arrayContaining(['Greet: attempt 2 chosen']) });
  });

  test.each([
    ['approve', true],
    ['deny', false],
  ])('[R240] plan_wait returns when an agent asks, and plan_answer can %s', async (answer, allowed) => {
    await using mcp = await startMcp(project);
    const { plan } = await mcp.call('plan_start', { file: 'asks.yaml' });
    const { approvals } = (await mcp.call('plan_wait', { plan })) as { approvals?: { approval_id: string }[] };
    expect(approvals).toMatchObject([{ tool: 'builtin/run' }]);
    const approval = approvals?.[0]?.approval_id;
    await mcp.call('plan_answer', { plan, approval, answer, reason: 'not now' });
    const ended = await mcp.call('plan_wait', { plan });
    expect(ended).toMatchObject({ approvals: [], state: allowed ? 'complete' : 'errored' });
    expect(await mcp.fail('plan_answer', { plan, approval, answer })).toMatchObject({ error: { code: 'PHASE_GUARD' } });
  });

  test('[R240] plan_wait returns when its time is up; plan_cancel ends the plan and its programs', async () => {
    await using mcp = await startMcp(project);
    const { plan } = await mcp.call('plan_start', { file: 'endless.yaml' });
    await expect.poll(() => existsSync(inHome('begun')), { timeout: 20_000 }).toBe(true);
    expect(await mcp.call('plan_wait', { plan, seconds: 0.1 })).toMatchObject({
      ...{ state: 'processing', waits: false, reason: expect.stringMatching(/^Working/) },
      next: expect.arrayContaining([{ tool: 'plan_wait', arguments: { plan: plan.slice(-8) } }]),
    });
    expect(await mcp.call('plan_cancel', { plan, reason: 'enough' })).toMatchObject({
      state: 'cancelled',
      reason: expect.stringContaining('enough'),
    });
  });

  test('[R240] a failure has its code and the next calls, and the server continues', async () => {
    await using mcp = await startMcp(project);
    expect(await mcp.fail('plan_status', { plan: 'NOSUCHPLAN' })).toMatchObject({
      error: { code: 'UNKNOWN_PLAN', message: expect.stringContaining('NOSUCHPLAN') },
      next: [{ tool: 'plan_list', arguments: { all: true } }],
    });
    expect(await mcp.fail('plan_start', {})).toMatchObject({ error: { code: 'USAGE' } });
    expect(await mcp.fail('plan_start', { goal: 'do it', agent: 'absent' })).toMatchObject({
      error: { code: 'UNKNOWN_AGENT' },
    });
    expect(await mcp.fail('plan_start', { file: 'none.yaml' })).toMatchObject({ error: { code: 'FILE_NOT_FOUND' } });
    const { content } = await mcp.client.callTool({ name: 'plan_status', arguments: { paln: 'x' } });
    expect(JSON.stringify(content)).toContain('paln');
    const { tools } = await mcp.client.listTools();
    expect(tools.map(({ name, annotations }) => [name, annotations?.readOnlyHint])).toContainEqual(['plan_diff', true]);
    expect(await mcp.call('plan_list')).toEqual({ plans: [] });
  });

  test('[R240] a folder without a project is reported by each call, and repaired without a restart', async () => {
    const { folder } = project;
    const elsewhere = { ...project, folder: join(folder, '..', 'elsewhere') };
    project.write('../elsewhere/a.txt', 'a');
    await using mcp = await startMcp(elsewhere);
    expect(await mcp.fail('plan_list')).toMatchObject({ error: { code: 'NOT_A_PROJECT' } });
    project.git('-C', elsewhere.folder, 'init', '-q');
    expect(await mcp.call('plan_list')).toEqual({ plans: [] });
  });

  test('[R240] ends when its input ends, leaves no process, and its plan can be resumed', async () => {
    project.write('sleeper.yaml', sleeperAction);
    const mcp = await startMcpProcess(project);
    const { plan } = await mcp.call('plan_start', { file: 'sleeper.yaml' });
    const agent = () => (existsSync(inHome('pid')) ? Number(readFileSync(inHome('pid'), 'utf8')) : 0);
    await expect.poll(agent, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(isRunning(agent())).toBe(true);
    await mcp.client.close();
    await expect.poll(() => [mcp.pid, agent()].filter(isRunning), { timeout: 20_000 }).toEqual([]);
    expect(await runTroupeJson(project, ['owner', 'status'])).toMatchObject({ data: { owner: null } });
    expect(await runTroupeJson(project, ['plan', 'status'])).toMatchObject({
      data: { plan: { plan_id: plan, state: 'processing' }, reason: expect.stringContaining('nothing that was done') },
    });
  });

  test('[R240] exits with 0 when its input ends before it said anything, and prints nothing but the protocol', async () => {
    const child = spawn(process.execPath, [...troupeProgram(), 'mcp'], {
      cwd: project.folder,
      env: project.env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let out = '';
    child.stdout.on('data', chunk => {
      out += String(chunk);
    });
    child.stdin.end();
    expect(await once(child, 'close')).toEqual([0, null]);
    expect(out).toBe('');
    expect(await runTroupe(project, ['mcp', '--json'])).toMatchObject({
      code: 2,
      err: expect.stringContaining('USAGE'),
    });
  });

  test('[R240] a plan of a server that was killed is continued by the next one', async () => {
    const first = await startMcpProcess(project);
    const { plan } = await first.call('plan_start', { file: 'patient.yaml' });
    await expect.poll(() => existsSync(inHome('begun')), { timeout: 20_000 }).toBe(true);
    process.kill(first.pid, 'SIGKILL');
    await expect.poll(() => isRunning(first.pid)).toBe(false);
    await using second = await startMcpProcess(project);
    expect(await second.call('plan_status', { plan })).toMatchObject({
      reason: expect.stringContaining('Its process ended'),
      next: expect.arrayContaining([{ tool: 'plan_wait', arguments: { plan: plan.slice(-8) } }]),
    });
    writeFileSync(inHome('go'), '');
    expect(await second.call('plan_wait', { plan })).toMatchObject({
      state: 'complete',
      files: [{ path: 'done.txt', operation: 'added' }],
    });
  });
});

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
