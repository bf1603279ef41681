import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findOrphanedProcesses } from '../../src/cli/doctor/orphaned-processes.ts';
import { checkFreeSpace } from '../../src/cli/doctor/project.ts';
import { gitProject } from '../../src/git.ts';
import { levelStore } from '../../src/level.ts';
import { hintLine } from '../hint-line.ts';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

// Written in two halves, so that this file does not contain anything that looks like a secret.
const token = ['ghp_', 'b'.repeat(36)].join('');

const leaky = `name: local/leaky
description: Says too much
executionActor: { kind: steps, steps: [{ run: { argv: [echo, ${token}] } }, { write: { path: one.txt, content: "1" } }] }
`;

describe('troupe doctor', () => {
  let project: TestRepository;
  let home: string;
  beforeEach(() => {
    project = createRepository();
    project.write('leaky.yaml', leaky);
    home = join(project.folder, '.git', 'troupe');
  });
  afterEach(() => project.remove());

  const bytesBelow = (folder: string): string =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter(entry => entry.isFile())
      .map(entry => readFileSync(join(entry.parentPath, entry.name), 'latin1'))
      .join('\n');

  test('removes credentials from records and logs, and from the files that contained them [R147]', async () => {
    await runTroupe(project, ['run', '-f', 'leaky.yaml']);
    expect(bytesBelow(home)).toContain(token);
    // Troupe itself never writes one to a log; the test does.
    const [log = ''] = readdirSync(join(home, 'logs'));
    appendFileSync(join(home, 'logs', log), `${token}\n`);
    const { out } = await runTroupe(project, ['doctor', '--redact']);
    expect(out).toMatch(/^note {2}redact +taken out of \d+ rows and 1 log: GitHub token; /m);
    expect(bytesBelow(home)).not.toContain(token);
    expect((await runTroupe(project, ['doctor', '--redact'])).out).toContain('no credentials in records or logs');
    expect((await runTroupeJson(project, ['plan', 'status'])).data.plan).toMatchObject({ state: 'complete' });
    expect((await runTroupe(project, ['plan', 'logs'])).out).toContain('[GitHub token]');
  });

  test('names a submodule that is not checked out, and the command that checks it out [R151]', async () => {
    const look = async () => {
      const { checks } = (await runTroupeJson(project, ['doctor'])).data as {
        checks: { name: string; hints: { text: string }[] }[];
      };
      return checks.find(({ name }) => name === 'project');
    };
    const other = createRepository();
    project.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', other.folder, 'vendor');
    other.remove();
    expect(await look()).not.toMatchObject({ text: expect.stringContaining('vendor') });
    project.git('submodule', '--quiet', 'deinit', '--force', 'vendor');
    expect(await look()).toMatchObject({
      status: 'note',
      text: expect.stringContaining('the submodule vendor not checked out'),
      hints: [{ text: 'git submodule update --init' }],
    });
  });

  test('reports the process that crashed with the store open, and leftovers, each with a command to type [R133]', async () => {
    const nothing = await runTroupeJson(project, ['doctor', '--redact', '--repair']);
    expect(nothing.data.checks).toContainEqual(
      expect.objectContaining({ name: 'repair', text: 'there is no store yet' }),
    );
    await runTroupe(project, ['run', '-f', 'leaky.yaml']);
    const child = spawn('true');
    await once(child, 'exit');
    const owner = { pid: child.pid, command: 'troupe run', started: '2026-11-21T10:00:00.000Z', socket: null };
    writeFileSync(join(home, 'owner.json'), JSON.stringify(owner));
    const orphaned = gitProject(project.folder, { env: project.env });
    const { path } = await orphaned.openSandbox({ key: '01KAJ0000000000000STRAYAAA-1', tree: 'HEAD^{tree}' });
    writeFileSync(join(path, '..', 'not-a-sandbox'), '');
    project.git('worktree', 'unlock', path);
    project.git('worktree', 'remove', '--force', path);
    writeFileSync(join(home, 'logs', '01KAJ0000000000000STRAYAAA.log'), 'lines\n');
    await orphaned.close();
    const { out } = await runTroupe(project, ['doctor']);
    expect(out).toContain(`note  owner     process ${child.pid} exited unexpectedly while it was using the store`);
    expect(out).toMatch(/^ {6}try: troupe plan resume$/m);
    expect(out).toMatch(/^note {2}leftovers +1 item that no plan needs, 6 B\n {6}try: troupe gc$/m);
  });

  test('names the process that has the store open, and does not check that store', async () => {
    await runTroupe(project, ['run', '-f', 'leaky.yaml']);
    const opened = await levelStore(join(home, 'store'))();
    const owner = { pid: process.pid, command: 'troupe run', started: '2026-11-21T10:00:00.000Z', socket: null };
    writeFileSync(join(home, 'owner.json'), JSON.stringify(owner));
    const { data } = await runTroupeJson(project, ['doctor', '--lock-timeout', '0']);
    const checks = data.checks as { name: string; text: string }[];
    const textOf = (wanted: string) => checks.find(({ name }) => name === wanted)?.text;
    expect(textOf('owner')).toBe(`process ${process.pid} ("troupe run") has the store open`);
    expect(textOf('store')).toBe('in use; the process that has it open checks it');
    await opened.close();
    writeFileSync(join(home, 'owner.json'), 'garbage');
    expect((await runTroupe(project, ['doctor'])).out).toContain('process unknown exited unexpectedly');
  });

  test('reports missing rows, names the first, and restores them with --repair', async () => {
    await runTroupe(project, ['run', '-f', 'leaky.yaml']);
    for (const goal of ['Two', 'Three', 'Four']) await runTroupe(project, ['plan', 'use', '-f', 'leaky.yaml', goal]);
    const opened = await levelStore(join(home, 'store'))();
    const doomed: string[] = [];
    for await (const [key] of opened.entries('p/')) doomed.push(key);
    await opened.batch(doomed.map(key => ({ type: 'del', key })));
    await opened.close();
    const seen = await runTroupeJson(project, ['doctor']);
    expect(seen.messages.at(-1)).toMatchObject({
      code: 'STORE_DAMAGED',
      text: expect.stringMatching(/^Plan \w{26} lost its record\. Plan .* And 1 more\.$/),
    });
    expect((await runTroupe(project, ['doctor', '--repair'])).out).toContain(
      '4 rows made again from journals, nothing lost',
    );
    expect((await runTroupeJson(project, ['plan', 'list'])).data.plans).toHaveLength(4);
  });

  test('reports a detached HEAD, and that files may stay behind', async () => {
    await runTroupe(project, ['run', '-f', 'leaky.yaml']);
    project.git('checkout', '-q', '--detach');
    expect((await runTroupe(project, ['doctor'])).out).toMatch(/^ok {4}project .*detached at/m);
    const file = join(project.folder, 'story.jsonl');
    const { out } = await runTroupe(project, ['export', '--records-only', '--output', file]);
    expect(out).toMatch(/; taken out: GitHub token$/m);
    const other = createRepository();
    expect((await runTroupe(other, ['import', file])).out).toMatch(/^imported 1 plan, \d+ records, without files$/m);
    other.remove();
  });

  test('finds programs that still run after the process of their plan ended', async () => {
    await runTroupe(project, ['run', '-f', 'leaky.yaml']);
    const [plan] = (await runTroupeJson(project, ['plan', 'list'])).data.plans as { plan_id: string }[];
    const program = spawn('sleep', ['600'], {
      env: { PATH: process.env.PATH ?? '', TROUPE_PROCESS_TAG: `${plan?.plan_id}/execute` },
      stdio: 'ignore',
    });
    try {
      await once(program, 'spawn');
      const { data } = await runTroupeJson(project, ['doctor']);
      expect(data.checks).toContainEqual({
        name: 'programs',
        status: 'note',
        text: `1 program of stopped plans still runs: ${program.pid}`,
        hints: [hintLine('troupe plan resume'), { text: `kill ${program.pid}` }],
      });
      expect(await findOrphanedProcesses(async planId => planId === '01KAJ0000000000000STRAYAAA')).toEqual([]);
    } finally {
      program.kill('SIGKILL');
    }
  });

  test('reports when there is little disk space', () => {
    expect(checkFreeSpace('here', 2e9)).toMatchObject({ status: 'ok' });
    expect(checkFreeSpace('here', 1e8)).toMatchObject({
      status: 'note',
      text: 'here: little room',
      hints: [hintLine('troupe gc')],
    });
  });
});
