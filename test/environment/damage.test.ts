/** Damage of a real store, file by file: it is always detected, and repair loses no more than the damage did. */

import { cpSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson } from '../cli/run-command.ts';
import { createRepository, type TestRepository } from '../cli/test-repository.ts';
import { hintLine } from '../hint-line.ts';

const work = `name: local/work
description: Work
executionActor: { kind: steps, steps: [{ write: { path: one.txt, content: "1\\n" } }] }
`;

let project: TestRepository;
let store: string;
let pristine: string;
let tables: string[];
let log: string;

beforeAll(async () => {
  project = createRepository();
  project.write('work.yaml', work);
  store = join(project.folder, '.git', 'troupe', 'store');
  pristine = join(project.folder, '..', 'pristine');
  for (const goal of ['Applied', 'Rests']) {
    expect((await runTroupe(project, ['run', '-f', 'work.yaml', goal])).code).toBe(0);
    if (goal === 'Applied')
      expect((await runTroupe(project, ['plan', 'apply', '--yes', '--branch', 'applied'])).code).toBe(0);
  }
  cpSync(store, pristine, { recursive: true });
  const names = readdirSync(store);
  tables = names.filter(name => name.endsWith('.ldb'));
  log = names.find(name => name.endsWith('.log')) ?? '';
}, 60_000);
afterAll(() => project.remove());

beforeEach(() => {
  for (const name of readdirSync(join(store, '..'))) {
    if (name.startsWith('store')) rmSync(join(store, '..', name), { recursive: true });
  }
  cpSync(pristine, store, { recursive: true });
});

const flip = (name: string, at: number) => {
  const file = join(store, name);
  const bytes = readFileSync(file);
  const place = Math.floor(bytes.length * at);
  bytes[place] = (bytes[place] ?? 0) ^ 0x10;
  writeFileSync(file, bytes);
};
const manifest = () => readdirSync(store).find(name => name.startsWith('MANIFEST')) ?? '';
const shorter = (name: string) =>
  truncateSync(join(store, name), Math.floor(readFileSync(join(store, name)).length / 2));
const everyTable = (damage: (name: string) => void) => () => tables.forEach(damage);

/** Detected by every command; or only by doctor, if only a value inside a table was changed. */
const damages: [string, () => void][] = [
  ['a log that is gone', () => rmSync(join(store, log))],
  ['a log that was cut', () => shorter(log)],
  ['a log with a flipped bit', () => flip(log, 0.5)],
  ['a table that is gone', () => rmSync(join(store, tables.at(-1) ?? ''))],
  ['a table that was cut', () => shorter(tables.at(-1) ?? '')],
  ['tables with a flipped bit', everyTable(name => flip(name, 0.3))],
  ['no CURRENT', () => rmSync(join(store, 'CURRENT'))],
  ['a CURRENT of garbage', () => writeFileSync(join(store, 'CURRENT'), 'garbage\n')],
  ['no MANIFEST', () => rmSync(join(store, manifest()))],
  ['a MANIFEST with a flipped bit', () => flip(manifest(), 0.5)],
  [
    'only the name of an owner',
    () => {
      for (const name of readdirSync(store)) if (name !== 'OWNER') rmSync(join(store, name));
    },
  ],
];

describe.each(damages)('a store with %s', (_what, damage) => {
  test('is reported as damaged, with the command that repairs it; after that the remaining data is available', async () => {
    damage();
    const seen = await runTroupeJson(project, ['doctor']);
    expect(seen.messages.at(-1)).toMatchObject({ code: 'STORE_DAMAGED', hints: [hintLine('troupe doctor --repair')] });
    const mended = await runTroupeJson(project, ['doctor', '--repair']);
    const [repair] = mended.data.checks as { name: string; status: string; text: string }[];
    expect(repair).toMatchObject({ name: 'repair', status: 'note', text: expect.stringContaining('lost: ') });
    expect(mended.status).toBe('ok');
    expect((await runTroupeJson(project, ['doctor'])).status).toBe('ok');
    expect(readdirSync(join(store, '..')).filter(name => name.includes('before-repair'))).toHaveLength(1);
    const { data } = await runTroupeJson(project, ['plan', 'list', '--all']);
    for (const plan of (data.plans as { plan_id: string }[]).slice(0, 1)) {
      expect((await runTroupeJson(project, ['plan', 'status', plan.plan_id])).status).toBe('ok');
      expect((await runTroupeJson(project, ['plan', 'explain', plan.plan_id])).status).toBe('ok');
    }
    // Work continues, whatever was lost.
    expect((await runTroupe(project, ['run', '-f', 'work.yaml', 'Afterwards'])).code).toBe(0);
  });
});

test('a store that lost only its file list loses nothing', async () => {
  rmSync(join(store, 'CURRENT'));
  rmSync(join(store, 'SEAL'));
  const { data } = await runTroupeJson(project, ['doctor', '--repair']);
  expect(data.checks).toContainEqual(
    expect.objectContaining({ name: 'repair', status: 'ok', text: expect.stringContaining('nothing lost') }),
  );
  const { data: after } = await runTroupeJson(project, ['plan', 'list', '--all']);
  const states = (after.plans as { description: string; state: string }[]).map(plan => plan.state);
  expect(states.sort()).toEqual(['applied', 'complete']);
  expect((await runTroupe(project, ['plan', 'apply', '--yes', '--branch', 'rests'])).code).toBe(0);
});

test('repair copies the damaged store unchanged', async () => {
  shorter(log);
  await runTroupe(project, ['doctor', '--repair']);
  const [aside = ''] = readdirSync(join(store, '..')).filter(name => name.includes('before-repair'));
  rmSync(store, { recursive: true });
  renameSync(join(store, '..', aside), store);
  expect((await runTroupeJson(project, ['doctor'])).messages.at(-1)).toMatchObject({ code: 'STORE_DAMAGED' });
});

test('a store in use is not repaired while it has an owner', async () => {
  const { levelStore } = await import('../../src/level.ts');
  const opened = await levelStore(store)();
  const refused = await runTroupeJson(project, ['doctor', '--repair', '--lock-timeout', '0']);
  expect(refused.messages.at(0)).toMatchObject({ code: 'STORE_LOCKED' });
  expect(readdirSync(join(store, '..')).filter(name => name.includes('before-repair'))).toEqual([]);
  await opened.close();
  expect((await runTroupeJson(project, ['doctor'])).status).toBe('ok');
});
