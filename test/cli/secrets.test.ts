import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { levelStore } from '../../src/level.ts';
import { fakePrivateKey, fakeSecretLines, fakeSecrets } from '../model/fake-secrets.ts';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

/** Whole plans, on a machine that may be busy. */
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const known = 'correct horse battery staple';
const secrets = [...fakeSecrets.map(([, secret]) => secret), ...fakePrivateKey.slice(1, 3), known];
const left = (text: string) => secrets.filter(secret => text.includes(secret));

/** An agent that prints every secret, once whole and once in two pieces with a pause between them. */
let project: TestRepository;
let planId: string;

beforeAll(async () => {
  project = createRepository();
  const printed = project.write('printed.txt', [...fakeSecretLines, ...fakePrivateKey, ''].join('\n'));
  const pieces = 'cat "$0"; printf "in pieces: %s" "$1"; sleep 0.2; printf "%s\\n" "$2"; echo "known $WORDS"';
  const token = fakeSecrets[2]?.[1] ?? '';
  const argv = ['sh', '-c', pieces, printed, token.slice(0, 10), token.slice(10)];
  project.write(
    'print.yaml',
    `name: local/print\ndescription: Print\nexecutionActor: ${JSON.stringify({ kind: 'command', argv })}\n`,
  );
  const made = await runTroupeJson(project, [
    'run',
    '-f',
    'print.yaml',
    fakeSecretLines.join(' , '),
    '--env',
    `WORDS=${known}`,
  ]);
  planId = String((made.data.plan as { plan_id: unknown }).plan_id);
});
afterAll(() => project.remove());

test('no secret that an agent prints is in plan logs, and values of --env are replaced by their names', async () => {
  const { out } = await runTroupe(project, ['plan', 'logs', planId]);
  expect(left(out)).toEqual([]);
  expect(out).toContain('in pieces: [GitHub token]');
  expect(out).toContain('known [value of WORDS]');
  expect(left((await runTroupe(project, ['plan', 'logs', planId, '--raw'])).out)).toEqual([]);
});

test('no secret that an agent prints is in the files of the log', () => {
  const folder = join(project.folder, '.git', 'troupe', 'logs');
  const files = readdirSync(folder);
  expect(files).not.toEqual([]);
  expect(files.flatMap(name => left(readFileSync(join(folder, name), 'utf8')))).toEqual([]);
});

test('no secret is in the JSON output of commands about the plan, or in any file of the store [R182]', async () => {
  for (const words of [['status'], ['explain'], ['tree'], ['logs'], ['checkpoint', 'list'], ['list', '--all']]) {
    const id = words.length === 1 ? [planId] : [];
    const { out, err, code } = await runTroupe(project, ['plan', ...words, ...id, '--json']);
    expect([words, code]).toEqual([words, 0]);
    expect([words, ...left(out), ...left(err)]).toEqual([words]);
  }
  const home = join(project.folder, '.git', 'troupe');
  const files = readdirSync(home, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
  const paths = files.map(({ parentPath, name }) => join(parentPath, name));
  expect(paths.some(path => path.includes('store'))).toBe(true);
  expect(paths.flatMap(path => left(readFileSync(path, 'utf8')).map(secret => [path, secret]))).toEqual([]);
  const rows: unknown[] = [];
  const store = await levelStore(join(home, 'store'))();
  for await (const row of store.entries('')) rows.push(row);
  await store.close();
  expect(rows.length).toBeGreaterThan(20);
  expect(left(JSON.stringify(rows))).toEqual([]);
});

test('no secret of a goal is in the records of an export', async () => {
  const { out, code } = await runTroupe(project, ['export', planId, '--records-only']);
  expect(code).toBe(0);
  expect(out).toContain('[Twilio key]');
  expect(left(out)).toEqual([]);
});
