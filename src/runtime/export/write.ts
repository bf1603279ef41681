/** A plan and all below it as lines of text, each holding the one before. */
import { type ExportHead, type ExportLine, type ExportOptions, exportFormat } from '../../model/export.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { redactAll } from '../../model/redact.ts';
import type { Redactor } from '../../model/redactor.ts';
import { isJoined } from '../../model/trees.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Project } from '../../ports/project.ts';
import type { Store } from '../../ports/store.ts';
import { refsOfFamily } from '../gc/family.ts';
import type { PlanLedger } from '../ledger.ts';
import { recordOf } from '../record-of.ts';
import { records } from '../records.ts';
import { rowsOfPlan } from '../rows-of-plan.ts';
import { link } from './chain.ts';

export interface ExportHost {
  store: Store;
  ledger: PlanLedger;
  project: Project;
  clock: Clock;
  redactor: Redactor;
}

/** Bytes of a pack in one line: well below what a line may have when it travels to another window. */
const pieceBytes = 256 * 1024;

export async function* exportPlan(
  host: ExportHost,
  planId: string,
  { files = true }: ExportOptions = {},
): AsyncIterable<string> {
  const found = new Set<string>();
  const clean = (value: unknown) => redactAll(host.redactor.known(value), found);
  let [line, before, rows] = [0, '', 0];
  const write = (body: ExportLine) => {
    line += 1;
    const { text, hash } = link(body, { line, before });
    before = hash;
    return text;
  };
  const { head, tips } = await headOf(host, planId, files);
  yield write({ ...head, description: String(clean(head.description)) });
  for (const id of head.planIds) {
    for await (const { key, value } of rowsOfPlan(host.store, id)) {
      rows += 1;
      yield write({ type: 'row', key, value: clean(value) });
    }
  }
  if (tips.length > 0) {
    for await (const piece of pieces(host.project.pack({ tips, without: head.needs }))) {
      yield write({ type: 'files', base64: piece.toString('base64') });
    }
  }
  yield write({ type: 'end', rows, redacted: [...found].sort() });
}

async function headOf(
  { ledger, project, clock }: ExportHost,
  planId: string,
  files: boolean,
): Promise<{ head: ExportHead; tips: string[] }> {
  const { rootPlanId } = await recordOf({ ledger }, planId);
  const members = (await ledger.records()).filter(record => record.rootPlanId === rootPlanId);
  const root = await recordOf({ ledger }, rootPlanId);
  const refs = files ? await refsOf(project, members) : [];
  const head: ExportHead = {
    type: 'plan',
    format: exportFormat,
    records: records.version,
    planId: rootPlanId,
    planIds: members.map(member => member.planId),
    description: root.description,
    exportedAt: new Date(clock.now()).toISOString(),
    root: project.root,
    // A directory's history is ours alone: whoever imports does not have it.
    needs: files && project.kind === 'git' ? root.projectLinks.map(({ baseCommit }) => baseCommit) : [],
    refs,
  };
  return { head, tips: refs.map(({ oid }) => oid) };
}

/** The refs of the plans, and one for each tree their records speak of, which may have none of its own. */
async function refsOf(project: Project, members: readonly PlanRecord[]): Promise<ExportHead['refs']> {
  const inventory = await project.inventory();
  const names = new Set(refsOfFamily({ planIds: members.map(({ planId }) => planId) }, inventory.refs));
  const own = inventory.refs.filter(({ name }) => names.has(name)).map(({ name, oid }) => ({ name, oid }));
  const spoken = members.flatMap(({ planId, projectLinks, startTree, workTree, resultTree }) =>
    [...projectLinks.map(({ baseTree }) => baseTree), startTree, workTree, resultTree].flatMap(oid =>
      oid === null || isJoined(oid) ? [] : { name: `plans/${planId}/spoken/${oid.slice(0, 16)}`, oid },
    ),
  );
  const here = new Set(await project.existing(spoken.map(({ oid }) => oid)));
  const missing = spoken.filter(({ oid, name }) => here.has(oid) && !names.has(name));
  return [...own, ...new Map(missing.map(ref => [ref.name, ref])).values()];
}

/** The same bytes in pieces of a size that suits a line. */
async function* pieces(chunks: AsyncIterable<Buffer>): AsyncIterable<Buffer> {
  let waiting: Buffer[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    size += chunk.length;
    if (size < pieceBytes) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting);
}
