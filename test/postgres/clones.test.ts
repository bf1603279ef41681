/** A store on PostgreSQL that is taken over in another clone of the repository, which lacks what the plan made so far. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson } from '../cli/run-command.ts';
import { type SpawnedTroupe, spawnTroupe } from '../cli/spawn-troupe.ts';
import { createEmptyFolder, createRepository, type TestRepository } from '../cli/test-repository.ts';
import { hasPostgres, type PostgresServer, startPostgres } from './server.ts';

/** One subplan ends, the other one waits in the first clone. */
const parts = `
name: local/parts
description: Write parts
strategyActor:
  kind: steps
  steps:
    - subplan: { goal: one, executionActor: { kind: command, argv: [sh, -c, 'echo 1 > one.txt'] } }
    - subplan:
        goal: two
        executionActor:
          kind: command
          argv: [sh, -c, 'echo $$ > "$HOME/pid"; echo stale > stale.txt; test -e "$HOME/go" || sleep 600; rm stale.txt; echo 2 > two.txt']
executionActor: { kind: steps, steps: [] }
`;

const other = `
name: local/other
description: Write another
executionActor: { kind: steps, steps: [{ write: { path: other.txt, content: other } }] }
`;

describe.skipIf(!hasPostgres)('a store in two clones (skipped where there is no server)', () => {
  let server: PostgresServer;
  let first: TestRepository;
  let second: TestRepository;
  let store: string[];
  let owner: SpawnedTroupe;
  let schemas = 0;
  beforeAll(async () => {
    server = await startPostgres();
  });
  afterAll(() => server.stop());

  const inHome = ({ env }: TestRepository, name: string) => join(env.HOME ?? '', name);

  /** The first clone is killed when one subplan has ended and the other one works. */
  beforeEach(async () => {
    store = ['--store', `${server.url}&schema=clones_${schemas++}`];
    first = createRepository({ 'a.txt': 'one\n', 'parts.yaml': parts, 'other.yaml': other });
    second = createEmptyFolder();
    second.git('clone', '-q', first.folder, '.');
    second.git('config', 'user.name', 'Second');
    second.git('config', 'user.email', 'second@example.com');
    writeFileSync(inHome(second, 'go'), '');
    owner = spawnTroupe(first, [...store, 'run', '-f', 'parts.yaml', '--profile', 'trusted']);
    const isHalfDone = () => owner.output().includes('one: execute complete') && existsSync(inHome(first, 'pid'));
    await expect.poll(isHalfDone, { timeout: 60_000 }).toBe(true);
    owner.child.kill('SIGKILL');
    await owner.exited;
  }, 90_000);
  afterEach(() => {
    try {
      process.kill(Number(readFileSync(inHome(first, 'pid'), 'utf8')), 'SIGKILL');
    } catch {
      // The next owner ended it.
    }
    first.remove();
    second.remove();
  });

  const sandboxes = (of: TestRepository) =>
    of.git('worktree', 'list', '--porcelain').match(/^worktree /gm)?.length ?? 0;

  test('refuses work on a plan whose files are in the other one, and continues with them [R270]', async () => {
    const here = (...words: string[]) => runTroupe(second, [...store, ...words]);
    const { data } = await runTroupeJson(second, [...store, 'plan', 'status']);
    const { plan } = data as { plan: { id: string; plan_id: string } };
    const planId = plan.plan_id ?? plan.id;
    expect(data).toMatchObject({
      reason: expect.stringContaining(`1 of its trees is not in this repository. It worked in ${first.folder} on `),
      next: [
        expect.stringContaining(`git fetch ${first.folder} `),
        ...['revert', 'cancel'].map(word => expect.stringContaining(word)),
      ],
    });
    for (const command of ['resume', 'execute', 'diff']) {
      const refused = await here('plan', command, '--plan', planId);
      expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('error[FILES_MISSING]') });
      expect(refused.err).toContain(`git fetch ${first.folder} '+refs/troupe/*:refs/troupe/*'`);
    }
    // Another plan works here meanwhile, and does not touch it.
    expect((await here('run', '-f', 'other.yaml', '--profile', 'trusted')).code).toBe(0);
    const tree = await runTroupe(first, [...store, 'plan', 'tree', planId]);
    expect(tree.out).toMatch(/execute processing {2}Write parts.*execute complete {2}one.*execute processing {2}two/s);

    second.git('fetch', '-q', first.folder, '+refs/troupe/*:refs/troupe/*');
    await here('plan', 'resume', planId);
    expect(await here('plan', 'execute', planId)).toMatchObject({ code: 0 });
    const made = await here('plan', 'diff', '--plan', planId, '--stat');
    expect(made.out).toMatch(/one.txt.*two.txt.*2 files changed/s);

    // The first clone lacks what was made in the second, and has old files of the same subplan.
    const before = sandboxes(first);
    expect(before).toBeGreaterThan(1);
    const back = await runTroupe(first, [...store, 'plan', 'apply', planId, '--yes']);
    expect(back).toMatchObject({ code: 2, err: expect.stringContaining(`It worked in ${second.folder} on `) });
    first.git('fetch', '-q', second.folder, '+refs/troupe/*:refs/troupe/*');
    expect(await runTroupe(first, [...store, 'plan', 'apply', planId, '--yes'])).toMatchObject({ code: 0 });
    expect(readdirSync(first.folder).filter(name => /^(one|two|stale)/.test(name))).toEqual(['one.txt', 'two.txt']);
    expect(sandboxes(first)).toBe(1);
  }, 120_000);

  test('ends such a plan, or begins it again, without its files', async () => {
    const again = await runTroupe(second, [...store, 'plan', 'revert']);
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('strategize queued') });
    expect(await runTroupe(second, [...store, 'plan', 'execute'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('Result: 2 files'),
    });
  }, 90_000);

  test('cancels such a plan', async () => {
    expect(await runTroupe(second, [...store, 'plan', 'cancel', '--yes'])).toMatchObject({ code: 0 });
    expect((await runTroupe(second, [...store, 'plan', 'status'])).out).toMatch(/^cancelled/);
  }, 90_000);
});
