/** `troupe run --save`: the action that was used becomes a file that runs again. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runTroupe } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

const two = `name: local/two
description: Write b
executionActor: { kind: steps, steps: [{ write: { path: b.txt, content: b } }] }
`;

describe('A run with --save', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository();
    project.write('../two.yaml', two);
  });
  afterEach(() => project.remove());
  const run = (...words: string[]) => runTroupe(project, ['run', ...words]);
  const saved = (path: string) => readFileSync(join(project.folder, path), 'utf8');

  test('writes the action to a file that names the command to run it, and which runs', async () => {
    const first = await run('-f', '../two.yaml', '--save', 'my two.yaml');
    expect(first.code).toBe(0);
    expect(first.err).toContain("Wrote the action to my two.yaml; run it again with: troupe run -f 'my two.yaml'");
    expect(saved('my two.yaml')).toMatch(
      /^# Run it again with: troupe run -f 'my two\.yaml'\n# .*troupe help action\n/,
    );
    expect(parse(saved('my two.yaml'))).toMatchObject(parse(two) as object);
    expect((await run('-f', 'my two.yaml')).code).toBe(0);
  });

  test('writes a stored action by its name', async () => {
    expect((await runTroupe(project, ['action', 'create', '-f', '../two.yaml'])).code).toBe(0);
    expect((await run('local/two', '--save', 'two.yaml')).code).toBe(0);
    expect(parse(saved('two.yaml'))).toMatchObject({ name: 'local/two', description: 'Write b' });
  });

  test('keeps a file that is there, and starts nothing', async () => {
    project.write('two.yaml', 'mine\n');
    const kept = await run('-f', '../two.yaml', '--save', 'two.yaml');
    expect(kept.err).toContain('error[FILE_EXISTS] There is a file already, which is left as it is');
    expect(kept.err).toContain('rm two.yaml');
    expect(kept.code).not.toBe(0);
    expect(saved('two.yaml')).toBe('mine\n');
    expect((await runTroupe(project, ['plan', 'list', '--all'])).out).not.toContain('Write b');
  });

  test('reports a folder that does not exist', async () => {
    const lost = await run('-f', '../two.yaml', '--save', 'none/two.yaml');
    expect(lost.err).toContain('error[FILE_NOT_FOUND] The action cannot be written there');
    expect(lost.code).not.toBe(0);
  });
});
