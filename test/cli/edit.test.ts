import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runTroupe, runTroupeJson, startTroupe } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

const action = `name: local/parts
description: Write parts
strategyActor:
  kind: steps
  steps:
    - { subplan: { goal: write b, resourceScopes: [b.txt] }, if: { depth: 0 } }
    - { subplan: { goal: write c, resourceScopes: [c.txt] }, if: { depth: 0 } }
executionActor:
  kind: steps
  steps:
    - { write: { path: b.txt, content: b }, if: { goal: write b } }
    - { write: { path: c.txt, content: c }, if: { goal: write c } }
    - { write: { path: d.txt, content: d }, if: { goal: write d } }
`;

describe('a strategy at the terminal', () => {
  let project: TestRepository;
  beforeEach(async () => {
    project = createRepository();
    project.write('parts.yaml', action);
    expect((await runTroupe(project, ['plan', 'use', '-f', 'parts.yaml'])).code).toBe(0);
  });
  afterEach(() => project.remove());
  const ends = async (words: string[], EDITOR: string) => {
    const { io, done } = startTroupe({ ...project, env: { ...project.env, EDITOR } }, words, { tty: true });
    return { code: await done, out: io.out(), err: io.err() };
  };

  test('is changed in an editor, and the edited strategy is executed [R140]', async () => {
    const edited = await ends(['plan', 'edit'], "sed -i 's/goal: write c/goal: write d/; s/c.txt/d.txt/'");
    expect(edited).toMatchObject({ code: 0, out: expect.stringContaining('changed    write c → write d') });
    expect((await runTroupe(project, ['plan', 'corrections'])).out).toContain('edit  "Edited: 1 changed');
    expect((await runTroupe(project, ['plan', 'explain', '--superseded'])).out).toContain('write c');
    const { data } = await runTroupeJson(project, ['plan', 'execute']);
    expect(data).toMatchObject({ plan: { files: [{ path: 'b.txt' }, { path: 'd.txt' }] } });
    const late = await ends(['plan', 'edit'], "sed -i 's/goal: write d/goal: write c/'");
    expect(late).toMatchObject({ code: 2, err: expect.stringContaining('only be edited before execution starts') });
  });

  test('is unchanged when it was not edited or the editor fails', async () => {
    expect(await ends(['plan', 'edit'], 'true')).toMatchObject({ code: 0, out: 'Nothing was changed.\n' });
    expect(await ends(['plan', 'edit'], 'false')).toMatchObject({ code: 2, err: expect.stringContaining('code 1') });
    expect(await ends(['plan', 'edit'], "sed -i '1i a: ['")).toMatchObject({
      code: 1,
      err: expect.stringContaining('INVALID_DECISION'),
    });
    expect((await runTroupeJson(project, ['plan', 'corrections'])).data).toMatchObject({ corrections: [] });
  });

  test('is printed, and read from a file, without a terminal', async () => {
    const printed = await runTroupe(project, ['plan', 'edit', '--print']);
    const draft = parse(printed.out) as { subplans: { goal: string }[] };
    expect(draft.subplans.map(({ goal }) => goal)).toEqual(['write b', 'write c']);
    expect((await runTroupeJson(project, ['plan', 'edit', '--print'])).data).toMatchObject({ draft });
    project.write(
      'new.yaml',
      JSON.stringify({ ...draft, subplans: [...draft.subplans.slice(1), { goal: 'write d' }] }),
    );
    const dry = await runTroupeJson(project, ['plan', 'edit', '--with', 'new.yaml', '--dry-run']);
    expect(dry.data).toMatchObject({
      dry_run: true,
      changed: [],
      added: [expect.any(String)],
      withdrawn: [expect.any(String)],
    });
    const { out } = await runTroupe(project, ['plan', 'edit', '--with', 'new.yaml']);
    expect(out).toContain('added      write d\n  withdrawn  write b');
    expect((await runTroupe(project, ['plan', 'edit', '--with', 'gone.yaml'])).err).toContain('FILE_NOT_FOUND');
    expect(await runTroupe(project, ['plan', 'edit', '--no-input'])).toMatchObject({
      code: expect.any(Number),
      err: expect.stringContaining('--print'),
    });
  });
});
