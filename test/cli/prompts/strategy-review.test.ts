/** `troupe run` under a profile that requires a review of the strategy: it stops, shows the strategy, and asks. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson, startTroupe } from '../run-command.ts';
import { createRepository, type TestRepository } from '../test-repository.ts';

const parts = `name: local/parts
description: Write parts
strategyActor:
  kind: steps
  steps:
    - { decide: { question: How many files?, choose: one per part, rationale: they are short, confidence: 0.7 }, if: { depth: 0 } }
    - { subplan: { key: b, goal: write b, resourceScopes: [b.txt] }, if: { depth: 0 } }
    - { subplan: { goal: write c, resourceScopes: [c.txt], dependsOn: [b] }, if: { depth: 0 } }
executionActor:
  kind: steps
  steps:
    - { write: { path: b.txt, content: b }, if: { goal: write b } }
    - { write: { path: c.txt, content: c }, if: { goal: write c } }
    - { write: { path: c.txt, content: d }, if: { goal: write d } }
estimationActor: { kind: script, module: ./estimate.mjs }
budget: { usd: 5 }
`;
const run = ['run', '-f', 'parts.yaml', '--profile', 'review'];
const question = '[g]o: start the work';

describe('a strategy that the profile requires a review of', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository();
    project.write('parts.yaml', parts);
    project.write('estimate.mjs', 'export default () => ({ estimate: { usd: 0.4, minutes: 3 } });\n');
  });
  afterEach(() => project.remove());
  const atTerminal = (EDITOR = 'true') =>
    startTroupe({ ...project, env: { ...project.env, EDITOR } }, run, { tty: true, columns: 200 });

  test('[R324] stops a run without a terminal with exit code 6 and the command that continues', async () => {
    const stopped = await runTroupe(project, run);
    expect(stopped.code).toBe(6);
    expect(stopped.out).toContain('strategize complete');
    expect(stopped.err).toContain('The strategy waits for your go-ahead: the profile "review" asks before Execute');
    const [, command = ''] = /try: troupe (plan execute \w+)/.exec(stopped.err) ?? [];
    expect(await runTroupe(project, command.split(' '))).toMatchObject({ code: 0 });
    expect((await runTroupeJson(project, run)).data).toMatchObject({
      plan: { phase: 'strategize', state: 'complete' },
    });
  });

  test('[R324] is accepted with --yes', async () => {
    const { code, out } = await runTroupe(project, [...run, '--yes']);
    expect([code, out]).toEqual([0, expect.stringContaining('execute complete')]);
  });

  test('[R324] is shown on a terminal with parts, agents and estimated cost; go starts the work', async () => {
    const { io, done } = atTerminal();
    await io.waitForError(question);
    for (const line of [
      'How many files? → one per part (confidence 0.7) — they are short',
      'parts: 2 subplans, at most 5 at once',
      '  1. write b  [b.txt]\n',
      '  2. write c  [c.txt]  after 1\n',
      'agents: execution 3 declared steps\n',
      'estimated cost: usd 0.4 · minutes 3; at most 5 USD\n',
    ])
      expect(io.err()).toContain(line);
    expect(io.err()).not.toContain('execute processing');
    io.type('perhaps');
    await io.waitForError('Type g, e or q');
    io.type('g');
    expect(await done).toBe(0);
    expect(io.out()).toContain('2/2 subplans');
  });

  test('[R324] can be edited before work starts, and is shown again after that', async () => {
    const { io, done } = atTerminal("sed -i 's/goal: write c/goal: write d/'");
    await io.waitForError(question);
    io.type('e');
    await io.waitForError('2. write d  [c.txt]');
    io.type('go');
    expect(await done).toBe(0);
    expect(project.git('ls-files')).toBe('a.txt\n');
    expect((await runTroupe(project, ['plan', 'diff'])).out).toMatch(/c\.txt.*\+d/s);
  });

  test('[R324] keeps waiting after quit, after an editor failure, and at the end of the input', async () => {
    const quits = atTerminal('false');
    await quits.io.waitForError(question);
    quits.io.type('edit');
    await quits.io.waitForError('The editor ended with code 1');
    quits.io.type('q');
    expect(await quits.done).toBe(6);
    const ends = atTerminal();
    await ends.io.waitForError(question);
    ends.io.endInput();
    expect(await ends.done).toBe(6);
    const { data } = await runTroupeJson(project, ['plan', 'list']);
    expect(data.plans).toMatchObject([{ state: 'complete' }, { phase: 'strategize', state: 'complete' }]);
  });

  test('asks again on Ctrl-C, and the plan continues or is cancelled as the user chooses', async () => {
    const goes = atTerminal();
    await goes.io.waitForError(question);
    goes.io.signal('SIGINT');
    await goes.io.waitForError('Interrupted.');
    goes.io.type('g');
    await goes.io.waitForError('Continuing');
    goes.io.type('g');
    expect(await goes.done).toBe(0);
    const { io, done } = atTerminal();
    await io.waitForError(question);
    io.signal('SIGINT');
    await io.waitForError('Interrupted.');
    io.type('c');
    expect(await done).toBe(130);
    expect((await runTroupeJson(project, ['plan', 'list', '--all'])).data.plans).toMatchObject([
      { state: 'complete' },
      { state: 'cancelled' },
    ]);
  });
});
