/**
 * Imports an export. Verifies all of it before writing anything. Writes files first, rows last and in one batch: a
 * crash in between leaves refs of unknown plans, which `gc` removes.
 *
 * An imported plan is history: to view, to compare, to fork. A plan that was running still runs in its original
 * store; here it has ended.
 */

import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { ExportHeader, ExportLine, ImportReport } from '../../model/export.ts';
import { PlanRecord } from '../../model/plan.ts';
import type { Project } from '../../ports/project.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { isTerminal } from '../plans/plan-status.ts';
import { keys } from '../records/keys.ts';
import type { PlanLedger } from '../records/ledger.ts';
import { assertSupportedVersion, migrateRow, type StoreRow } from '../records/migrations.ts';
import { finishedRows, indexRows } from '../records/plan-index.ts';
import { exportDamagedError } from './hash-chain.ts';
import { readExportLines } from './read.ts';

export interface ImportHost {
  store: Store;
  ledger: PlanLedger;
  project: Project;
}

const importedReason = 'it was imported: it continues in its original store';

export async function importPlan(host: ImportHost, file: string): Promise<ImportReport> {
  const { store, ledger, project } = host;
  const { head, rows } = await verify(file);
  for (const planId of head.planIds) {
    if ((await ledger.record(planId)) === undefined) continue;
    throw new TroupeError('PLAN_EXISTS', `The plan ${planId} is here already`, {
      where: file,
      hints: [commandHint('plan status', { planId })],
    });
  }
  const operations = rows.flatMap(row => toOperations(row, head, project.root));
  if (head.refs.length > 0) {
    await assertBaseCommits(host, head);
    await project.unpack(readPack(file), head.refs);
  }
  try {
    await store.batch(operations);
  } catch (thrown) {
    await project.unpinAll(head.refs.map(({ name }) => name));
    throw thrown;
  }
  return { planId: head.planId, planIds: head.planIds, rows: rows.length, files: head.refs.length > 0 };
}

/** @throws {TroupeError} EXPORT_DAMAGED also for rows and refs of plans outside the export: nothing else is ever written */
async function verify(file: string): Promise<{ head: ExportHeader; rows: StoreRow[] }> {
  let head: ExportHeader | null = null;
  const rows: StoreRow[] = [];
  let line = 0;
  for await (const read of readExportLines(readTextLines(file))) {
    line += 1;
    if (read.type === 'plan') {
      head = read;
      assertSupportedVersion(head.records, 'the export');
      const ids = new Set(head.planIds);
      if (!ids.has(head.planId) || !head.refs.every(({ name }) => ids.has(name.split('/')[1] ?? ''))) {
        throw exportDamagedError(line, 'refers to data of no plan in it');
      }
    }
    if (read.type !== 'row' || head === null) continue;
    const row = migrateRow({ key: read.key, value: read.value }, head.records);
    if (row === null) continue;
    if (!isOfPlans(row.key, head.planIds)) throw exportDamagedError(line, 'is a row of no plan in it');
    if (isRecord(row) && !PlanRecord.safeParse(row.value).success)
      throw exportDamagedError(line, 'is not the record of a plan');
    rows.push(row);
  }
  if (head === null) throw exportDamagedError(1, 'is missing');
  const records = new Set(rows.filter(isRecord).map(({ key }) => key));
  const without = head.planIds.find(planId => !records.has(keys.plan(planId)));
  if (without !== undefined) throw exportDamagedError(1, `names plan ${without}, which has no record in it`);
  return { head, rows };
}

const isIndex = ({ key }: StoreRow) => keys.indexPrefixes.some(prefix => key.startsWith(prefix));

const isRecord = ({ key }: StoreRow) => key.startsWith(keys.plans);

const isOfPlans = (key: string, planIds: readonly string[]) =>
  planIds.some(id => keys.singleRows(id).includes(key) || keys.rowPrefixes(id).some(prefix => key.startsWith(prefix)));

/** Returns the record without the exporting machine's folders. */
function toOperations(row: StoreRow, { root }: ExportHeader, here: string): Operation[] {
  // They follow from the records.
  if (isIndex(row)) return [];
  if (!isRecord(row)) return [{ type: 'put', ...row }];
  const record = row.value as PlanRecord;
  const projectLinks = record.projectLinks.map(link => (link.root === root ? { ...link, root: here } : link));
  const value: PlanRecord = { ...record, projectLinks, sandbox: null };
  const put: Operation = { type: 'put', key: row.key, value };
  const ending: Operation[] = isTerminal(record)
    ? finishedRows(record.planId)
    : [{ type: 'put', key: keys.cancelReason(record.planId), value: importedReason }];
  return [put, ...indexRows(record), ...ending];
}

async function assertBaseCommits({ project }: ImportHost, { needs }: ExportHeader): Promise<void> {
  const here = new Set(await project.filterExisting(needs));
  const missing = needs.filter(oid => !here.has(oid));
  if (missing.length === 0) return;
  throw new TroupeError(
    'BASE_MISSING',
    `The plan builds on commit ${missing[0]}, which this repository does not have`,
    {
      where: project.root,
      hints: ['git fetch --all', commandHint('help export')],
      details: { missing },
    },
  );
}

async function* readPack(file: string): AsyncIterable<Buffer> {
  for await (const line of readExportLines(readTextLines(file))) {
    if (line.type === 'files') yield Buffer.from(line.base64, 'base64');
  }
}

/** @throws {TroupeError} FILE_NOT_FOUND */
export async function* readTextLines(file: string): AsyncIterable<string> {
  try {
    yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (thrown) {
    throw new TroupeError('FILE_NOT_FOUND', 'The export cannot be read', { where: file, cause: thrown });
  }
}

/** Reads an export for viewing without a store. @throws {TroupeError} EXPORT_DAMAGED, FILE_NOT_FOUND */
export async function* readExport(file: string): AsyncIterable<ExportLine> {
  yield* readExportLines(readTextLines(file));
}
