import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { levelStore } from '../../../src/adapters/stores/level-store.ts';
import { parseAction } from '../../../src/index.ts';
import { hintLine } from '../../hint-line.ts';
import { createTestProject, type TestProject } from '../test-project.ts';

vi.setConfig({ testTimeout: 120_000 });

const value = 'c0rrect-horse/battery staple';
const action = {
  name: 'deploy',
  description: 'Deploy to {{place}}',
  arguments: { place: { default: 'here' }, apiKey: { secret: true, required: true } },
  executionEnvironment: { DEPLOY_KEY: 'key={{apiKey}}' },
  automationProfile: 'auto',
  executionActor: {
    kind: 'command',
    argv: ['sh', '-c', 'printf %s "$TROUPE_SECRET_API_KEY" > key.txt; echo "$DEPLOY_KEY" "$TROUPE_ARGUMENTS"; cat'],
  },
  validations: [
    { name: 'key', argv: ['sh', '-c', 'test "$DEPLOY_KEY" = "key=$TROUPE_SECRET_API_KEY" && echo $DEPLOY_KEY'] },
  ],
} as const;

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

async function testProject(): Promise<{ testProject: TestProject; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'troupe-secret-'));
  folders.push(folder);
  const opened = await createTestProject({}, { store: levelStore(join(folder, 'db')), logs: join(folder, 'logs') });
  await opened.troupe.actions.create(action);
  return { testProject: opened, folder };
}

async function logOf({ troupe }: TestProject, id: string): Promise<string> {
  const lines: string[] = [];
  for await (const line of (await troupe.get(id)).logs()) lines.push(JSON.stringify(line));
  return lines.join('\n');
}

describe('A secret argument [R182]', () => {
  test('is passed to agents and checks as a variable, and is in no file of the store or the logs', async () => {
    const { testProject: opened, folder } = await testProject();
    const plan = await opened.troupe.use({ action: 'deploy', arguments: { apiKey: value } });
    await plan.execute().catch(() => undefined);
    const record = await plan.waitUntilIdle();
    expect(record).toMatchObject({ phase: 'apply', state: 'applied', arguments: { place: 'here' } });
    expect(record.secretArguments).toEqual(['apiKey']);
    expect(opened.git('show', `${record.resultTree}:key.txt`)).toBe(value);
    const log = await logOf(opened, plan.id);
    expect(log).toContain('key=[value of apiKey]');
    expect(log).toContain('apiKey: a secret, in the environment variable TROUPE_SECRET_API_KEY');
    await opened.troupe.close();
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(entry => entry.isFile());
    expect(files.length).toBeGreaterThan(3);
    for (const { parentPath, name } of files)
      expect(readFileSync(join(parentPath, name), 'latin1')).not.toContain(value);
    const store = await levelStore(join(folder, 'db'))();
    for await (const row of store.entries('')) expect(JSON.stringify(row)).not.toContain(value);
    await store.close();
  });

  test('is required again by another process, which changes nothing until it is given', async () => {
    const { testProject: opened } = await testProject();
    const plan = await opened.troupe.use({ action: 'deploy', arguments: { apiKey: value }, start: false });
    const without = await opened.reopen();
    const there = await without.get(plan.id);
    await expect(there.execute()).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message:
        'The argument "apiKey" is a secret, which is not stored: give it again with --env TROUPE_SECRET_API_KEY=VALUE',
      hints: expect.arrayContaining([
        hintLine(`troupe plan execute ${plan.id} --env TROUPE_SECRET_API_KEY  # once your shell has that variable`),
      ]),
    });
    expect(await there.record()).toMatchObject({ phase: 'strategize', state: 'queued' });
    const env = { PATH: process.env.PATH ?? '', TROUPE_SECRET_API_KEY: value };
    const again = await (await opened.reopen({ env })).get(plan.id);
    await again.execute();
    const record = await again.waitUntilIdle();
    expect(record).toMatchObject({ phase: 'apply', state: 'applied' });
    expect(opened.git('show', `${record.resultTree}:key.txt`)).toBe(value);
    expect(await logOf(opened, plan.id)).not.toContain(value);
  });

  test('that is required and missing is refused by name', async () => {
    const { testProject: opened } = await testProject();
    await expect(opened.troupe.use({ action: 'deploy' })).rejects.toMatchObject({
      code: 'INVALID_ARGUMENT',
      message: 'The argument "apiKey" is required; give it with --arg apiKey=VALUE',
    });
  });

  test('is refused in an action where it would be stored', () => {
    const refused = (more: object) => () => parseAction({ ...action, ...more });
    expect(refused({ description: 'Deploy with {{apiKey}}' })).toThrow(
      'description: {{apiKey}} is a secret, and this text is stored; programs find the value as TROUPE_SECRET_API_KEY',
    );
    expect(refused({ executionActor: { kind: 'command', argv: ['deploy', '{{ apiKey }}'] } })).toThrow(
      'executionActor',
    );
    expect(refused({ arguments: { apiKey: { secret: true, default: 'abc' } } })).toThrow('a secret has no default');
    expect(refused({ arguments: { apiKey: { secret: true }, api_key: { secret: true } } })).toThrow(
      'has the variable TROUPE_SECRET_API_KEY too',
    );
  });
});
