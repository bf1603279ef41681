/**
 * Takes an export in. The whole of it is verified before anything is written. Then files first, rows last and in one
 * batch: what a crash leaves in between are refs that no plan knows, which `gc` clears.
 *
 * What comes in is history: to look at, to compare, to fork. A plan that lived where it was exported is still there;
 * here it has ended.
 */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ExportHead, ExportLine, ImportReport } from '../../model/export.ts';
import { Fault } from '../../model/fault.ts';
import { PlanRecord } from '../../model/plan.ts';
import type { Project } from '../../ports/project.ts';
import type { Operation, Store } from '../../ports/store.ts';
import { isEnded } from '../ended.ts';
import { keys } from '../keys.ts';
import type { PlanLedger } from '../ledger.ts';
import { assertKnown, type Row, translate } from '../records.ts';
import { damaged } from './chain.ts';
import { readLines } from './read.ts';

export interface ImportHost {
  store: Store;
  ledger: PlanLedger;
  project: Project;
}

const elsewhere = 'it was imported: it goes on where it came from';

export async function importPlan(host: ImportHost, file: string): Promise<ImportReport> {
  const { store, ledger, project } = host;
  const { head, rows } = await verify(file);
  for (const planId of head.planIds) {
    if ((await ledger.record(planId)) === undefined) continue;
    throw new Fault('PLAN_EXISTS', `The plan ${planId} is here already`, {
      where: file,
      hints: [`troupe plan status ${planId}`],
    });
  }
  const operations = rows.flatMap(row => operationsOf(row, head, project.root));
  if (head.refs.length > 0) {
    await assertBase(host, head);
    await project.unpack(packIn(file), head.refs);
  }
  try {
    await store.batch(operations);
  } catch (thrown) {
    await project.unpinAll(head.refs.map(({ name }) => name));
    throw thrown;
  }
  return { planId: head.planId, planIds: head.planIds, rows: rows.length, files: head.refs.length > 0 };
}

/** @throws {Fault} EXPORT_DAMAGED also for rows and refs that are of no plan in it: nothing else is ever written */
async function verify(file: string): Promise<{ head: ExportHead; rows: Row[] }> {
  let head: ExportHead | null = null;
  const rows: Row[] = [];
  let line = 0;
  for await (const read of readLines(linesOf(file))) {
    line += 1;
    if (read.type === 'plan') {
      head = read;
      assertKnown(head.records, 'the export');
      const ids = new Set(head.planIds);
      if (!ids.has(head.planId) || !head.refs.every(({ name }) => ids.has(name.split('/')[1] ?? ''))) {
        throw damaged(line, 'names what is of no plan in it');
      }
    }
    if (read.type !== 'row' || head === null) continue;
    const row = translate({ key: read.key, value: read.value }, head.records);
    if (row === null) continue;
    if (!isOf(row.key, head.planIds)) throw damaged(line, 'is a row of no plan in it');
    if (isRecord(row) && !PlanRecord.safeParse(row.value).success) throw damaged(line, 'is not the record of a plan');
    rows.push(row);
  }
  if (head === null) throw damaged(1, 'is missing');
  const records = new Set(rows.filter(isRecord).map(({ key }) => key));
  const without = head.planIds.find(planId => !records.has(keys.plan(planId)));
  if (without !== undefined) throw damaged(1, `names plan ${without}, which has no record in it`);
  return { head, rows };
}

const isRecord = ({ key }: Row) => key.startsWith(keys.plans);

const isOf = (key: string, planIds: readonly string[]) =>
  planIds.some(id => keys.rowsOne(id).includes(key) || keys.rowsMany(id).some(prefix => key.startsWith(prefix)));

/** A record without the folders of the place it comes from. */
function operationsOf(row: Row, { root }: ExportHead, here: string): Operation[] {
  if (!isRecord(row)) return [{ type: 'put', ...row }];
  const record = row.value as PlanRecord;
  const projectLinks = record.projectLinks.map(link => (link.root === root ? { ...link, root: here } : link));
  const value: PlanRecord = { ...record, projectLinks, sandbox: null };
  const put: Operation = { type: 'put', key: row.key, value };
  return isEnded(record) ? [put] : [put, { type: 'put', key: keys.withdrawn(record.planId), value: elsewhere }];
}

async function assertBase({ project }: ImportHost, { needs }: ExportHead): Promise<void> {
  const here = new Set(await project.existing(needs));
  const missing = needs.filter(oid => !here.has(oid));
  if (missing.length === 0) return;
  throw new Fault('BASE_MISSING', `The plan builds on commit ${missing[0]}, which this repository does not have`, {
    where: project.root,
    hints: ['git fetch --all', 'troupe help export'],
    details: { missing },
  });
}

async function* packIn(file: string): AsyncIterable<Buffer> {
  for await (const line of readLines(linesOf(file))) {
    if (line.type === 'files') yield Buffer.from(line.base64, 'base64');
  }
}

/** @throws {Fault} FILE_NOT_FOUND */
export async function* linesOf(file: string): AsyncIterable<string> {
  try {
    yield* createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY });
  } catch (thrown) {
    throw new Fault('FILE_NOT_FOUND', 'The export cannot be read', { where: file, cause: thrown });
  }
}

/** What an export tells of a plan, to look at without a store. @throws {Fault} EXPORT_DAMAGED, FILE_NOT_FOUND */
export async function* readExport(file: string): AsyncIterable<ExportLine> {
  yield* readLines(linesOf(file));
}
