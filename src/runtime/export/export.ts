/** Exports a plan and its subplans as lines of text, each containing the hash of the one before. */
import { type ExportHeader, type ExportLine, type ExportOptions, exportFormat } from '../../model/export.ts';
import { isJoinedTree } from '../../model/multi-project-tree.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { redactAll } from '../../model/redact.ts';
import type { Redactor } from '../../model/redactor.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Project } from '../../ports/project.ts';
import type { Store } from '../../ports/store.ts';
import { refsOfPlanTree } from '../gc/plan-trees.ts';
import type { PlanLedger } from '../records/ledger.ts';
import { recordFormat } from '../records/migrations.ts';
import { readPlanRows } from '../records/plan-rows.ts';
import { requireRecord } from '../records/require-record.ts';
import { sealLine } from './hash-chain.ts';

export interface ExportHost {
  store: Store;
  ledger: PlanLedger;
  project: Project;
  clock: Clock;
  redactor: Redactor;
}

/** Bytes of a pack per line: well below the maximum line length of the protocol. */
const chunkBytes = 256 * 1024;

export async function* exportPlan(
  host: ExportHost,
  planId: string,
  { files = true }: ExportOptions = {},
): AsyncIterable<string> {
  const redactedNames = new Set<string>();
  const clean = (value: unknown) => redactAll(host.redactor.knownValues(value), redactedNames);
  let [line, before, rows] = [0, '', 0];
  const write = (body: ExportLine) => {
    line += 1;
    const { text, hash } = sealLine(body, { line, before });
    before = hash;
    return text;
  };
  const { head, tips } = await createHead(host, planId, files);
  yield write({ ...head, description: String(clean(head.description)) });
  for (const id of head.planIds) {
    for await (const { key, value } of readPlanRows(host.store, id)) {
      rows += 1;
      yield write({ type: 'row', key, value: clean(value) });
    }
  }
  if (tips.length > 0) {
    for await (const piece of rechunk(host.project.pack({ tips, without: head.needs }))) {
      yield write({ type: 'files', base64: piece.toString('base64') });
    }
  }
  yield write({ type: 'end', rows, redacted: [...redactedNames].sort() });
}

async function createHead(
  { ledger, project, clock }: ExportHost,
  planId: string,
  files: boolean,
): Promise<{ head: ExportHeader; tips: string[] }> {
  const { rootPlanId } = await requireRecord({ ledger }, planId);
  const members = await ledger.treeRecords(rootPlanId);
  const root = await requireRecord({ ledger }, rootPlanId);
  const refs = files ? await collectRefs(project, members) : [];
  const head: ExportHeader = {
    type: 'plan',
    format: exportFormat,
    records: recordFormat.version,
    planId: rootPlanId,
    planIds: members.map(member => member.planId),
    description: root.description,
    exportedAt: new Date(clock.now()).toISOString(),
    root: project.root,
    // A directory's history exists only here: an importing project does not have it.
    needs: files && project.kind === 'git' ? root.projectLinks.map(({ baseCommit }) => baseCommit) : [],
    refs,
  };
  return { head, tips: refs.map(({ oid }) => oid) };
}

/** Returns the refs of the plans, and one for each tree in their records, which may have none of its own. */
async function collectRefs(project: Project, members: readonly PlanRecord[]): Promise<ExportHeader['refs']> {
  const inventory = await project.inventory();
  const names = new Set(refsOfPlanTree({ planIds: members.map(({ planId }) => planId) }, inventory.refs));
  const own = inventory.refs.filter(({ name }) => names.has(name)).map(({ name, oid }) => ({ name, oid }));
  const recordedTrees = members.flatMap(({ planId, projectLinks, startTree, workTree, resultTree }) =>
    [...projectLinks.map(({ baseTree }) => baseTree), startTree, workTree, resultTree].flatMap(oid =>
      oid === null || isJoinedTree(oid) ? [] : { name: `plans/${planId}/spoken/${oid.slice(0, 16)}`, oid },
    ),
  );
  const here = new Set(await project.filterExisting(recordedTrees.map(({ oid }) => oid)));
  const missing = recordedTrees.filter(({ oid, name }) => here.has(oid) && !names.has(name));
  return [...own, ...new Map(missing.map(ref => [ref.name, ref])).values()];
}

/** Splits the same bytes into chunks that fit a line. */
async function* rechunk(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let buffered: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    buffered.push(chunk);
    size += chunk.length;
    if (size < chunkBytes) continue;
    yield Buffer.concat(buffered);
    buffered = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(buffered);
}
