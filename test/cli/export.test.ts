import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { createEmptyFolder, createRepository, type TestRepository } from './test-repository.ts';

const oneFile = `name: local/one
description: Write a file
executionActor: { kind: steps, steps: [{ write: { path: one.txt, content: "1\\n" } }] }
`;

describe('export, import and replay', () => {
  let project: TestRepository;
  let other: TestRepository;
  beforeEach(async () => {
    project = createRepository();
    other = createEmptyFolder();
    other.git('clone', '--quiet', project.folder, '.');
    project.write('one.yaml', oneFile);
    expect((await runTroupe(project, ['run', '-f', 'one.yaml'])).code).toBe(0);
  });
  afterEach(() => {
    project.remove();
    other.remove();
  });
  const file = () => join(other.folder, 'plan.jsonl');

  test('copy a plan from one clone to another [R159]', async () => {
    const { out } = await runTroupe(project, ['export', '--output', file()]);
    expect(out).toMatch(/^exported \w{8} to \/.*plan\.jsonl: \d+ lines, \d+ kB\n$/);
    expect(existsSync(`${file()}.part`)).toBe(false);
    const imported = await runTroupe(other, ['import', 'plan.jsonl']);
    expect(imported.out).toMatch(/^imported 1 plan, \d+ records, with files\n {2}next: troupe plan explain \w{8}/);
    expect((await runTroupe(other, ['plan', 'list', '--all'])).out).toContain('Write a file');
    const [plan] = ((await runTroupeJson(other, ['plan', 'list', '--all'])).data.plans ?? []) as { plan_id: string }[];
    expect((await runTroupe(other, ['plan', 'diff', '--plan', plan?.plan_id ?? ''])).out).toContain('+1');
    const again = await runTroupeJson(other, ['import', 'plan.jsonl']);
    expect([again.status, again.messages[0]?.code]).toEqual(['failed', 'PLAN_EXISTS']);
  });

  test('write the same to standard output as to a file, and report it as JSON', async () => {
    const { out } = await runTroupe(project, ['export', '--records-only']);
    const lines = out.trimEnd().split('\n');
    expect(lines.map(line => JSON.parse(line).line)).toEqual(lines.map((_, at) => at + 1));
    const { data } = await runTroupeJson(project, ['export', '--records-only', '-o', file()]);
    expect(data).toMatchObject({ file: file(), lines: lines.length, redacted: [] });
    const refused = await runTroupeJson(project, ['export']);
    expect(refused.messages[0]).toMatchObject({ code: 'USAGE', where: '--output' });
    const nowhere = await runTroupe(project, ['export', '-o', join(other.folder, 'no', 'plan.jsonl')]);
    expect(nowhere.code).not.toBe(0);
  });

  test('keep earlier events unchanged after a revert: the log is append-only [R159]', async () => {
    const written = async () => {
      const { out } = await runTroupe(project, ['export', '--records-only']);
      const rows = out
        .trimEnd()
        .split('\n')
        .map(line => JSON.parse(line) as { type: string; key?: string; value?: unknown });
      return new Map(rows.flatMap(({ key, value }) => (key?.startsWith('j/') ? [[key, JSON.stringify(value)]] : [])));
    };
    let before = await written();
    const [checkpoint] = (await runTroupeJson(project, ['plan', 'checkpoint', 'list'])).data.checkpoints as {
      checkpoint_id: string;
    }[];
    const steps = [
      ['plan', 'checkpoint', 'delete', checkpoint?.checkpoint_id ?? ''],
      ['plan', 'revert', '--guidance', 'once more'],
      ['plan', 'execute'],
      ['plan', 'execute'],
      ['plan', 'cancel'],
    ];
    for (const words of steps) {
      expect((await runTroupe(project, [...words, '--yes'])).err).not.toContain('error[');
      const after = await written();
      expect([...before].filter(([key, value]) => after.get(key) !== value)).toEqual([]);
      expect([words, after.size > before.size || words.includes('execute')]).toEqual([words, true]);
      // New events come after all earlier ones.
      const [first] = [...after.keys()].filter(key => !before.has(key));
      if (first !== undefined) expect(first > ([...before.keys()].at(-1) ?? '')).toBe(true);
      before = after;
    }
  });

  test('find the plan by the trailer of the applied commit [R159]', async () => {
    expect((await runTroupe(project, ['plan', 'apply', '--yes', '--plan-trailer'])).code).toBe(0);
    const id = project.git('log', '-1', '--format=%(trailers:key=Troupe-Plan,valueonly)').trim();
    expect(id).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/);
    const commit = project.git('rev-parse', 'HEAD').trim();
    const { data } = await runTroupeJson(project, ['plan', 'status', id]);
    expect(data.plan).toMatchObject({ plan_id: id, state: 'applied', apply_summary: { commits: [commit] } });
    await runTroupe(project, ['export', id, '-o', file()]);
    const { out } = await runTroupe(createEmptyFolder(), ['replay', '--dry', file()]);
    expect(out).toMatch(new RegExp(`^Write a file {2}${id}\n`));
    expect(out).toContain('applied 1 file to the checkout');
  });

  test('show the history without a project, and name the line that was modified [R159]', async () => {
    await runTroupe(project, ['export', '-o', file()]);
    const nowhere = createEmptyFolder();
    const { out, code } = await runTroupe(nowhere, ['replay', '--dry', file()]);
    expect([code, out]).toEqual([0, expect.stringMatching(/^Write a file {2}\w{26}\n/)]);
    expect(out).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d {2}Write a file: execute complete$/m);
    expect(out).toMatch(/events in \d+ lines, each as it was written; nothing was done\n$/);
    expect(out).not.toContain('builtin/write');
    expect((await runTroupe(nowhere, ['replay', '--dry', file(), '-v'])).out).toContain('builtin/write');
    expect((await runTroupeJson(nowhere, ['replay', file()])).data.goal).toBe('Write a file');
    const lines = readFileSync(file(), 'utf8').split('\n');
    writeFileSync(file(), lines.toSpliced(3, 1).join('\n'));
    const refused = await runTroupe(nowhere, ['replay', '--dry', file()]);
    expect([refused.code, refused.err]).toEqual([1, expect.stringContaining('Line 4 of the export is missing')]);
    nowhere.remove();
  });
});
