/** `troupe agent resume`: the command that opens the session of an agent, or why there is none. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runTroupe } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

let project: TestRepository;
beforeEach(() => {
  project = createRepository();
});
afterEach(() => project.remove());

test('A plan whose agents have no sessions has none to open, and neither have its subplans', async () => {
  project.write(
    '../parts.yaml',
    `name: local/parts
description: Write b
strategyActor: { kind: steps, steps: [{ subplan: { goal: write b, resourceScopes: [b.txt] }, if: { depth: 0 } }] }
executionActor: { kind: steps, steps: [{ write: { path: b.txt, content: b }, if: { goal: write b } }] }
`,
  );
  expect((await runTroupe(project, ['run', '-f', '../parts.yaml'])).code).toBe(0);
  const ids: string[] = [];
  for (const words of [[], ['--subplan', 'write b']]) {
    const { err, code } = await runTroupe(project, ['agent', 'resume', ...words]);
    expect(code).not.toBe(0);
    expect(err).toContain('error[UNKNOWN_SESSION] No agent of this plan has recorded a session');
    ids.push(/try: troupe plan tree (\w+)/.exec(err)?.[1] ?? '');
  }
  expect(new Set(ids).size).toBe(2);
  const unknown = await runTroupe(project, ['agent', 'resume', '--subplan', 'write x']);
  expect([unknown.code, unknown.err]).toEqual([2, expect.stringContaining('write x')]);
});

test('An agent that is not known or not installed is not asked by agent test', async () => {
  project.env.PATH = '/usr/bin:/bin';
  const unknown = await runTroupe(project, ['agent', 'test', 'absent']);
  expect(unknown.code).not.toBe(0);
  expect(unknown.err).toContain('absent');
  const missing = await runTroupe(project, ['agent', 'test', 'codex']);
  expect(missing.code).not.toBe(0);
  expect(missing.err).toContain('codex');
  expect(missing.err).not.toContain('Asking');
});
