import { chmodSync, lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

/** Whole plans, on a machine that may be busy. */
vi.setConfig({ testTimeout: 120_000 });

/** Each test file runs in a process of its own, so its umask affects no other file. */
let before: number;
let project: TestRepository;
beforeEach(() => {
  before = process.umask(0);
  project = createRepository();
});
afterEach(() => {
  process.umask(before);
  project.remove();
});

const home = () => join(project.folder, '.git', 'troupe');

/** The folder and everything below it to which others than its owner have access. */
function open(path: string): string[] {
  const found = lstatSync(path);
  const below = found.isDirectory() ? readdirSync(path).flatMap(name => open(join(path, name))) : [];
  const mode = found.mode & 0o777;
  return mode === (found.isDirectory() ? 0o700 : 0o600) ? below : [`${mode.toString(8)} ${path}`, ...below];
}

/** The files of the project, listed by an agent while the plan runs, once what it printed first is in the log. */
function look(): void {
  const script = 'pwd; ls -ld . .. ../..; until find "$0/logs" -name "*.log" | grep -q .; do :; done; ls -lRa "$0"';
  project.write(
    'look.yaml',
    `name: local/look
description: Look at what is there
executionActor: { kind: command, argv: [sh, -c, ${JSON.stringify(script)}, ${JSON.stringify(home())}] }
`,
  );
}

test('[R183] store, logs, owner file, socket and sandboxes are accessible only to their owner, with a umask of 0', async () => {
  look();
  await runTroupeJson(project, ['run', '-f', 'look.yaml']);
  const { out } = await runTroupe(project, ['plan', 'logs']);
  const lines = out.split('\n');
  // All that the agent saw, except the folders above ours, and what LevelDB creates with the umask while it is open: its folder is
  // private, and closing the store restricts its files.
  let folder = '';
  const seen = lines.filter(line => {
    if (/^\/.*:$/.test(line)) folder = line;
    return /^[-ds][r-][w-]/.test(line) && !/ \.\.$/.test(line) && folder !== `${join(home(), 'store')}:`;
  });
  expect(lines.filter(line => / \.\.(\/\.\.)?$/.test(line)).slice(0, 2)).toEqual([
    expect.stringMatching(/^drwx------/),
    expect.stringMatching(/^drwx------/),
  ]);
  expect(seen.some(line => line.endsWith(' owner.json'))).toBe(true);
  expect(seen.some(line => line.endsWith('.log'))).toBe(true);
  expect(seen.filter(line => !/^(?:drwx------|[-s]rw-------)/.test(line))).toEqual([]);
  expect(open(home())).toEqual([]);
});

test('[R183] the next command removes the access of others to existing files', async () => {
  look();
  await runTroupeJson(project, ['run', '-f', 'look.yaml']);
  for (const folder of ['store', 'logs']) {
    const path = join(home(), folder);
    for (const name of readdirSync(path)) chmodSync(join(path, name), 0o644);
    chmodSync(path, 0o755);
  }
  await runTroupeJson(project, ['run', '-f', 'look.yaml']);
  expect(open(join(home(), 'store'))).toEqual([]);
  expect(open(join(home(), 'logs'))).toEqual([]);
});
