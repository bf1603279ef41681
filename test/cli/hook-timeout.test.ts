/** A git hook that hangs while a result is applied: nothing waits for it forever, and it never runs twice at once. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { type SpawnedTroupe, spawnTroupe } from './spawn-troupe.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

const work = `name: local/work
description: Work
executionActor: { kind: steps, steps: [{ write: { path: one.txt, content: "1\\n" } }] }
`;

/**
 * Notes each start with the starts before it that are alive still, then hangs and does not mind being asked to end; with
 * the file `free` it ends by itself.
 */
const hook = `#!/bin/sh
trap '' TERM INT HUP
for other in $(cat "$HOME/starts" 2> /dev/null); do grep -qs '^State:[[:space:]]*[RSDTt]' /proc/$other/status && echo $other >> "$HOME/beside"; done
echo $$ >> "$HOME/starts"
test -e "$HOME/free" && exit 0
touch "$HOME/hung"
sleep 600
`;

describe('a hook that hangs during plan apply', { timeout: 180_000 }, () => {
  let project: TestRepository;
  let spawned: SpawnedTroupe[];
  const at = (name: string) => join(project.env.HOME ?? '', name);
  beforeEach(() => {
    project = createRepository();
    spawned = [];
    project.write('work.yaml', work);
    mkdirSync(join(project.folder, '.git/hooks'), { recursive: true });
    writeFileSync(join(project.folder, '.git/hooks/pre-commit'), hook, { mode: 0o755 });
  });
  afterEach(() => {
    for (const { child } of spawned) child.kill('SIGKILL');
    for (const pid of starts().filter(isAlive)) process.kill(pid, 'SIGKILL');
    project.remove();
  });

  const starts = () =>
    existsSync(at('starts')) ? readFileSync(at('starts'), 'utf8').trim().split('\n').map(Number) : [];
  const commits = () => Number(project.git('rev-list', '--count', 'HEAD'));
  const hanging = async () => {
    expect((await runTroupeJson(project, ['run', '-f', 'work.yaml'])).data.plan).toMatchObject({ state: 'complete' });
    const apply = spawnTroupe(project, ['plan', 'apply', '--yes']);
    spawned.push(apply);
    const early = apply.exited.then(code => {
      throw new Error(`It ended with ${code}: ${apply.output()}`);
    });
    await Promise.race([early, expect.poll(() => existsSync(at('hung')), { timeout: 60_000 }).toBe(true)]);
    early.catch(() => undefined);
    return apply;
  };
  const state = async () => (await runTroupeJson(project, ['plan', 'status'])).data.plan;
  const applyFreed = async () => {
    writeFileSync(at('free'), '');
    const { code, err } = await runTroupe(project, ['plan', 'apply', '--yes']);
    expect([code, commits(), existsSync(at('beside'))]).toEqual([0, 2, false]);
    return err;
  };

  test('is stopped together with the command on SIGTERM; then plan apply applies the result once [R187]', async () => {
    const { child, exited, output } = await hanging();
    child.kill('SIGTERM');
    expect(await exited, output()).toBe(143);
    expect([starts().filter(isAlive), commits()]).toEqual([[], 1]);
    expect(output()).toContain('An apply cannot be paused');
    expect(output()).toContain('try: troupe plan resume');
    // What happens now is printed, and not what happened before.
    const printed = await applyFreed();
    expect(printed).toMatch(/^Taking up "Work" where its process ended: apply\n/);
    expect(printed).toContain('apply applied');
    expect(printed).not.toContain('execute complete');
  });

  test('is stopped on Ctrl-C, which cancels the plan; nothing is applied [R187]', async () => {
    const { child, exited, output } = await hanging();
    child.kill('SIGINT');
    expect(await exited, output()).toBe(130);
    expect([starts().filter(isAlive), commits()]).toEqual([[], 1]);
    expect(await state()).toMatchObject({ state: 'cancelled' });
  });

  test('is stopped by plan cancel from another terminal; nothing is applied [R187]', async () => {
    const { exited, output } = await hanging();
    expect((await runTroupeJson(project, ['plan', 'cancel', '--yes'])).data.plan).toMatchObject({ state: 'cancelled' });
    expect(await exited, output()).toBe(130);
    expect([starts().filter(isAlive), commits()]).toEqual([[], 1]);
  });

  test('survives a kill -9 of its command, and is stopped before plan apply starts a second one [R187]', async () => {
    const { child, exited } = await hanging();
    child.kill('SIGKILL');
    await exited;
    expect(starts().filter(isAlive)).toHaveLength(1);
    await applyFreed();
    expect(starts()).toHaveLength(2);
    expect(starts().filter(isAlive)).toEqual([]);
  });

  test('survives a kill -9 of its command, and is stopped by plan cancel [R187]', async () => {
    const { child, exited } = await hanging();
    child.kill('SIGKILL');
    await exited;
    expect((await runTroupeJson(project, ['plan', 'cancel', '--yes'])).data.plan).toMatchObject({ state: 'cancelled' });
    expect([starts().filter(isAlive), commits(), existsSync(at('beside'))]).toEqual([[], 1, false]);
  });

  test('is stopped after apply.hookTimeoutSeconds, which the error names; then plan apply works [R187]', async () => {
    project.write('.git/troupe/config.yaml', 'apply: { hookTimeoutSeconds: 3 }\n');
    const { exited, output } = await hanging();
    expect(await exited, output()).toBe(8);
    expect(output()).toContain('The hook pre-commit did not end within 3 s');
    expect(output()).toContain('apply.hookTimeoutSeconds in config.yaml');
    expect([starts().filter(isAlive), commits()]).toEqual([[], 1]);
    await applyFreed();
  });
});

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
