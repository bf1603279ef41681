import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { spawnTroupe } from './spawn-troupe.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

/** Three subplans: two print and succeed, one prints and fails. The check of the plan never runs. */
const three = `name: local/three
description: Three at once
subplans: { retryFailed: false }
strategyActor:
  kind: steps
  steps:
    - subplan: { goal: move the router, resourceScopes: [r], executionActor: { kind: command, argv: [sh, -c, "mkdir r; echo x > r/r.txt; echo routing; echo api_key=ghp_abcdefghijklmnopqrstuvwxyz0123456789"] } }
    - subplan: { goal: rename, resourceScopes: [n], executionActor: { kind: command, argv: [sh, -c, "mkdir n; echo x > n/n.txt; echo renaming"] } }
    - subplan: { goal: break, resourceScopes: [b], executionActor: { kind: command, argv: [sh, -c, "for i in 1 2 3 4 5 6 7 8; do echo breaking $i; done; printf '\\\\033[2J ghp_abcdefghijklmnopqrstuvwxyz0123456789\\\\n'; exit 3"] } }
executionActor: { kind: steps, steps: [] }
`;

const checked = `name: local/checked
description: Print and check
executionActor: { kind: command, argv: [sh, -c, "echo x > x.txt; echo working"] }
validations:
  - { name: unit tests, argv: [sh, -c, "echo checking"] }
`;

interface Logged {
  type: string;
  at: string;
  plan_id: string;
  subplan: string | null;
  step: string;
  text: string;
}

describe('logs of a plan with subplans', () => {
  let project: TestRepository;
  let plan: string;
  let failure: Awaited<ReturnType<typeof runTroupeJson>>;
  const logs = (...words: string[]) => runTroupe(project, ['plan', 'logs', plan, ...words]);
  const objects = async (...words: string[]): Promise<Logged[]> =>
    (await logs(...words, '--json')).out
      .trimEnd()
      .split('\n')
      .map(line => JSON.parse(line) as Logged);

  beforeAll(async () => {
    project = createRepository();
    project.write('three.yaml', three);
    failure = await runTroupeJson(project, ['run', '-f', 'three.yaml']);
    plan = String((failure.data.plan as { plan_id: unknown }).plan_id);
  }, 120_000);
  afterAll(() => project.remove());

  test('show all of them, each line after the name of its subplan, in aligned columns [R193]', async () => {
    const lines = (await logs()).out.trimEnd().split('\n');
    expect(lines).toContain('move the router | routing');
    expect(lines).toContain('rename          | renaming');
    expect(lines).toContain('break           | breaking 8');
    expect(lines.every(line => line.indexOf(' | ') === 'move the router'.length)).toBe(true);
    const colored = await runTroupe(project, ['--color', 'always', 'plan', 'logs', plan]);
    const colors = [...colored.out.split('\u001b[').flatMap(part => [...part.matchAll(/^(\d+)m(\w+)/g)])].map(
      ([, color, name]) => `${name} ${color}`,
    );
    expect(colors).toEqual(expect.arrayContaining(['move 36', 'rename 33', 'break 32']));
  });

  test('are filtered by subplan name or id, by step, by time, and to the last lines [R193, R146]', async () => {
    const all = await objects();
    const shown = async (...words: string[]) =>
      (await objects(...words)).flatMap(({ type, text }) => (type === 'log' ? [text] : []));
    expect(await shown('--only', 'rename')).toEqual(['renaming']);
    const router = all.find(({ text }) => text === 'routing')?.plan_id ?? '';
    expect(await shown('--only', router.slice(-8), '--only', 'Rename', '--tail', '9')).toHaveLength(3);
    expect(await shown('--step', 'unit tests')).toEqual([]);
    expect(await shown('--step', 'execute', '--only', 'rename')).toEqual(['renaming']);
    expect(await shown('--since', '1h')).toHaveLength(all.length - 2);
    expect(await shown('--since', '2999-01-01')).toEqual([]);
    expect(await shown('--since', all.at(-2)?.at ?? '')).not.toHaveLength(0);
    expect(await shown('--tail', '2')).toEqual(all.slice(-3, -1).map(({ text }) => text));
    expect(await logs('--only', 'nothing')).toMatchObject({
      code: 2,
      err: expect.stringContaining('No subplan is called "nothing"'),
    });
    expect(await logs('--since', 'lately')).toMatchObject({ code: 2, err: expect.stringContaining('"lately"') });
    expect((await logs('--step', 'fix')).err).toContain('No line is like that');
  });

  test('are one JSON object per line with --json, the envelope last [R193]', async () => {
    const all = await objects();
    expect(all.map(({ type }) => type)).toEqual(['hello', ...all.slice(2).map(() => 'log'), 'result']);
    expect(all.find(({ text }) => text === 'renaming')).toMatchObject({
      subplan: 'rename',
      step: 'execute',
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
    });
    const yaml = (await logs('--format', 'yaml', '--only', 'rename')).out;
    expect(yaml).toContain('text: renaming');
  });

  test('have the last output of the failed subplans shown with the failure, limited, redacted and sanitized [R193]', async () => {
    const bare = await runTroupe(project, ['plan', 'status', plan]);
    const { err } = await runTroupe(project, ['plan', 'execute', plan]);
    for (const shown of [bare.out, err]) {
      const text = shown.slice(shown.indexOf('"break" printed last:'), shown.indexOf('Result:') + 1 || undefined);
      expect(text).toContain('"break" printed last:');
      expect(text).toContain('  | breaking 8');
      expect(text).toContain('[GitHub token]');
      for (const not of ['breaking 4', 'ghp_', '\u001b[2J', 'routing', 'renaming']) expect(text).not.toContain(not);
    }
    const { error } = failure.data.plan as { error: { details: { lastLines: { goal: string; lines: string[] }[] } } };
    expect(error.details.lastLines).toMatchObject([{ goal: 'break' }]);
    expect(error.details.lastLines[0]?.lines).toHaveLength(5);
  });

  test('have no names for a plan without subplans, and its check is a separate step [R146]', async () => {
    project.write('checked.yaml', checked);
    await runTroupeJson(project, ['run', '-f', 'checked.yaml']);
    expect((await runTroupe(project, ['plan', 'logs', '--step', 'execute'])).out).toBe('working\n');
    expect((await runTroupe(project, ['plan', 'logs', '--step', 'unit tests'])).out).toContain('checking\n');
    expect((await runTroupe(project, ['plan', 'logs', '--step', 'unit tests'])).out).not.toContain('working');
  });

  test('are followed by another process until the plan ends, including subplans created later [R193]', async () => {
    project.write(
      'waits.yaml',
      three
        .replace('Three at once', 'Three in time')
        .replace('exit 3', 'exit 0')
        .replace('[sh, -c, "mkdir r;', '[sh, -c, "while [ ! -e $HOME/go ]; do sleep 0.05; done; mkdir r;')
        .replace('mkdir n;', 'while [ ! -e $HOME/go ]; do sleep 0.05; done; mkdir n;'),
    );
    const running = spawnTroupe(project, ['run', '-f', 'waits.yaml']);
    while (!running.output().includes('subplan planned')) await new Promise(resolve => setImmediate(resolve));
    const following = spawnTroupe(project, ['plan', 'logs', '--follow']);
    while (!following.output().includes('breaking 8')) await new Promise(resolve => setImmediate(resolve));
    expect(following.output()).not.toContain('routing');
    project.write('../go', '');
    expect(await running.exited).toBe(0);
    expect(await following.exited).toBe(0);
    expect(following.output()).toMatch(/^move the router +\| routing$/m);
    expect(following.output()).toMatch(/^rename +\| renaming$/m);
  }, 60_000);
});
