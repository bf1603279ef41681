/** Exports and imports on real repositories; tries to break the chain in every way. */

import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { memoryStore } from '../../../src/adapters/stores/memory-store.ts';
import { readExport } from '../../../src/index.ts';
import { sealLine } from '../../../src/runtime/export/hash-chain.ts';
import { hintLine } from '../../hint-line.ts';
import { createTestProject, spawnSubplan, type TestProject } from '../test-project.ts';

const token = `ghp_${'a'.repeat(36)}`;

async function linesOf(testProject: TestProject, planId: string, files = true): Promise<string[]> {
  const lines: string[] = [];
  for await (const line of (await testProject.troupe.get(planId)).export({ files })) lines.push(line);
  return lines;
}

/** A plan with a subplan, checkpoints and a secret in its journal. */
async function createExportedPlan(noise = `${Math.sqrt(2)}`.repeat(100)) {
  const testProject = await createTestProject();
  const { plan } = await testProject.run(
    async task => {
      await task.call('builtin/write', { path: `${task.plan.depth}.txt`, content: 'new\n'.repeat(50) });
      if (task.plan.depth > 0) return;
      await task.call('builtin/write', { path: 'noise.bin', content: noise });
      await spawnSubplan(task, `below, with ${token}`);
    },
    { executionEnvironment: { TOKEN: token } },
  );
  return { testProject, plan, lines: await linesOf(testProject, plan.id) };
}

const save = (testProject: TestProject, lines: readonly string[], name = 'plan.jsonl') => {
  const file = join(testProject.folder, '..', name);
  writeFileSync(file, lines.map(line => `${line}\n`).join(''));
  return file;
};

/** A second clone of the repository, without data of Troupe. */
async function elsewhere(testProject: TestProject, files?: Record<string, string>) {
  const other = await createTestProject({}, files === undefined ? {} : { files });
  if (files === undefined) other.git('fetch', '--quiet', testProject.folder, 'main');
  return other;
}

describe('an exported plan', () => {
  test('is imported elsewhere with subplans, decisions, checkpoints, journal and files [R159]', async () => {
    // Incompressible content takes several lines.
    const noise = Array.from({ length: 10_000 }, (_, at) => createHash('sha256').update(`${at}`).digest('hex')).join(
      '\n',
    );
    const { testProject, plan, lines } = await createExportedPlan(noise);
    expect(lines.filter(line => line.includes('"type":"files"')).length).toBeGreaterThan(1);
    const other = await elsewhere(testProject);
    const report = await other.troupe.import(save(testProject, lines));
    expect(report).toMatchObject({ planId: plan.id, files: true });
    expect(report.planIds).toHaveLength(2);
    const there = await other.troupe.get(plan.id);
    expect(await there.decisions()).toEqual(
      (await plan.decisions()).map(decision =>
        JSON.parse(JSON.stringify(decision).replaceAll(token, '[GitHub token]')),
      ),
    );
    expect(await there.checkpoints.list()).toEqual(await plan.checkpoints.list());
    expect(await there.diff()).toBe(await plan.diff());
    const { children } = await other.troupe.tree(plan.id);
    expect(children.map(child => child.plan.parentPlanId)).toEqual([plan.id]);
    const events: string[] = [];
    for await (const { type } of there.events()) events.push(type);
    expect(events).toContain('subplan.changed');
    for (const { treeOid } of await there.checkpoints.list()) other.git('ls-tree', '-r', treeOid);
    other.git('fsck', '--connectivity-only', '--no-dangling');
  });

  test('is cancelled where it is imported if it was unfinished, so that it does not run twice', async () => {
    const { testProject, plan, lines } = await createExportedPlan();
    const other = await elsewhere(testProject);
    await other.troupe.import(save(testProject, lines));
    const there = await other.troupe.get(plan.id);
    expect(await there.record()).toMatchObject({
      state: 'cancelled',
      cancelReason: 'it was imported: it continues in its original store',
      availableCommands: [],
      sandbox: null,
      projectLinks: [{ root: other.folder }],
    });
    await expect(there.apply()).rejects.toMatchObject({ code: 'PHASE_GUARD' });
    await other.reopen();
    expect(await (await other.troupe.get(plan.id)).record()).toMatchObject({ state: 'cancelled' });
  });

  test('has no credentials in its records, is complete whichever plan of it is named, and is read without a store [R147]', async () => {
    const { testProject, lines } = await createExportedPlan();
    const records = lines.filter(line => !line.includes('"type":"files"')).join('\n');
    expect(records).not.toContain(token);
    expect(records).toContain('below, with [GitHub token]');
    // The environment of its programs is stored unredacted.
    expect(records).toContain('"executionEnvironment":{"TOKEN":"[GitHub token]"}');
    expect(lines.at(-1)).toContain('"redacted":["GitHub token"]');
    const [child] = (await testProject.troupe.list({ all: true, children: true })).filter(({ depth }) => depth === 1);
    expect(await linesOf(testProject, child?.planId ?? '')).toHaveLength(lines.length);
    const types = new Set<string>();
    for await (const { type } of readExport(save(testProject, lines))) types.add(type);
    expect([...types]).toEqual(['plan', 'row', 'files', 'end']);
  });

  test('can omit its files', async () => {
    const { testProject, plan } = await createExportedPlan();
    const lines = await linesOf(testProject, plan.id, false);
    expect(lines.some(line => line.includes('"type":"files"'))).toBe(false);
    const other = await elsewhere(testProject, { 'other.txt': 'another history\n' });
    expect(await other.troupe.import(save(testProject, lines))).toMatchObject({ files: false });
    expect((await other.troupe.get(plan.id)).id).toBe(plan.id);
  });
});

describe('an import', () => {
  const nothing = async (testProject: TestProject) => {
    expect(await testProject.troupe.list({ all: true, children: true })).toEqual([]);
    expect(testProject.git('for-each-ref', 'refs/troupe/')).toBe('');
  };

  test('names the line that was changed, dropped, moved or added, and imports nothing [R159]', async () => {
    const { testProject, lines } = await createExportedPlan();
    const other = await elsewhere(testProject);
    const at = Math.floor(lines.length / 2);
    const [first = '', second = ''] = lines.slice(at, at + 2);
    const attacks: [string, string[], number][] = [
      ['was changed', lines.with(at, first.replace(/"at":"2/, '"at":"1').replace('"key":"', '"key":"j')), at + 1],
      ['is missing', lines.toSpliced(at, 1), at + 1],
      ['is missing', lines.toSpliced(at, 2, second, first), at + 1],
      ['is out of order', lines.toSpliced(at, 0, lines[0] ?? ''), at + 1],
      ['is not a line', lines.with(at, 'garbage'), at + 1],
      ['is not a line', lines.with(at, first.slice(0, -5)), at + 1],
      ['is missing: the export was cut off', lines.slice(0, -1), lines.length],
      ['is missing: the export was cut off', [], 1],
      ['is after the end', [...lines, lines.at(-1) ?? ''], lines.length + 1],
    ];
    for (const [message, attacked, line] of attacks) {
      const refused = await other.troupe.import(save(testProject, attacked)).catch((error: unknown) => error);
      expect(refused).toMatchObject({
        code: 'EXPORT_DAMAGED',
        message: expect.stringContaining(`Line ${line} of the export ${message}`),
        details: { line },
      });
    }
    await nothing(other);
  });

  test('refuses a correct hash chain with invalid contents', async () => {
    const { testProject, plan, lines } = await createExportedPlan();
    const other = await elsewhere(testProject);
    const [head = {}] = lines.map(line => JSON.parse(line) as Record<string, unknown>);
    const { line: _, hash: __, ...sound } = head;
    const row = { type: 'row', key: `p/${plan.id}`, value: {} };
    const forged: [string, object[]][] = [
      ['Line 1 of the export names plan', [{ ...sound, refs: [] }]],
      [
        'Line 1 of the export refers to data of no plan',
        [{ ...sound, refs: [{ name: 'plans/x/y', oid: 'a'.repeat(40) }] }],
      ],
      ['Line 2 of the export is a row of no plan', [sound, { ...row, key: 'a/00000001' }]],
      ['Line 2 of the export is not the record of a plan', [sound, row]],
      ['Line 2 of the export is none that is known', [sound, { type: 'secret' }]],
      ['Line 2 of the export is none that is known', [sound, sound]],
      ['Line 1 of the export is none that is known', [row]],
    ];
    for (const [message, bodies] of forged) {
      const chained: string[] = [];
      let before = '';
      for (const body of [...bodies, { type: 'end', rows: bodies.filter(b => 'key' in b).length, redacted: [] }]) {
        const { text, hash } = sealLine(body, { line: chained.length + 1, before });
        chained.push(text);
        before = hash;
      }
      const file = save(testProject, chained);
      await expect(other.troupe.import(file)).rejects.toMatchObject({ message: expect.stringContaining(message) });
    }
    const newer: [string, object][] = [
      ['The export has format 99', { ...sound, format: 99 }],
      ['the export has records of version 99', { ...sound, records: 99 }],
    ];
    for (const [message, body] of newer) {
      const refused = other.troupe.import(save(testProject, [sealLine(body, { line: 1, before: '' }).text]));
      await expect(refused).rejects.toMatchObject({ code: 'STORE_FORMAT', message: expect.stringContaining(message) });
    }
    const miscounted = [sealLine(sound, { line: 1, before: '' })];
    miscounted.push(sealLine({ type: 'end', rows: 5, redacted: [] }, { line: 2, before: miscounted[0]?.hash ?? '' }));
    await expect(
      other.troupe.import(
        save(
          testProject,
          miscounted.map(({ text }) => text),
        ),
      ),
    ).rejects.toThrow('5 rows');
    await nothing(other);
  });

  test('refuses a plan that already exists, one with an unknown base, and a missing file', async () => {
    const { testProject, plan, lines } = await createExportedPlan();
    const file = save(testProject, lines);
    await expect(testProject.troupe.import(file)).rejects.toMatchObject({ code: 'PLAN_EXISTS' });
    expect(await plan.record()).toMatchObject({ state: 'complete' });
    const other = await elsewhere(testProject, { 'other.txt': 'another history\n' });
    await expect(other.troupe.import(file)).rejects.toMatchObject({
      code: 'BASE_MISSING',
      hints: ['git fetch --all', hintLine('troupe help export')],
    });
    await nothing(other);
    await expect(other.troupe.import(`${file}.none`)).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });

  test('whose rows cannot be written leaves no refs', async () => {
    const { testProject, lines } = await createExportedPlan();
    let full = false;
    const inner = memoryStore();
    const store = async () => {
      const made = await inner();
      return Object.assign(Object.create(made), {
        batch: (operations: Parameters<typeof made.batch>[0]) =>
          full ? Promise.reject(new Error('no room')) : made.batch(operations),
        get: made.get.bind(made),
        entries: made.entries.bind(made),
        close: made.close.bind(made),
      });
    };
    const other = await createTestProject({}, { store, resume: false });
    other.git('fetch', '--quiet', testProject.folder, 'main');
    full = true;
    await expect(other.troupe.import(save(testProject, lines))).rejects.toThrow('no room');
    await nothing(other);
    full = false;
    expect(await other.troupe.import(save(testProject, lines))).toMatchObject({ files: true });
  });

  test('whose files are not a pack is refused by git, and leaves nothing', async () => {
    const { testProject, lines } = await createExportedPlan();
    const bodies = lines.map(line => {
      const { line: _, hash: __, ...body } = JSON.parse(line) as Record<string, unknown>;
      return body.type === 'files' ? { ...body, base64: Buffer.from('no pack').toString('base64') } : body;
    });
    let before = '';
    const chained = bodies.map((body, at) => {
      const { text, hash } = sealLine(body, { line: at + 1, before });
      before = hash;
      return text;
    });
    const other = await elsewhere(testProject);
    await expect(other.troupe.import(save(testProject, chained))).rejects.toMatchObject({ code: 'GIT_FAILED' });
    await nothing(other);
  });
});
