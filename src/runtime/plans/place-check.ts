/** Whether the repository of this process has the files of a plan, which may have worked in another clone of it last. */
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { PlanRecord } from '../../model/plan.ts';
import { primaryProject } from '../../model/primary-project.ts';
import { shellQuote } from '../../model/shell-quote.ts';
import type { Project, ProjectPlace } from '../../ports/project.ts';
import type { Store } from '../../ports/store.ts';
import { keys } from '../records/keys.ts';
import type { PlanLedger } from '../records/ledger.ts';
import { isTerminal } from './plan-status.ts';

export interface PlaceCheckHost {
  store: Pick<Store, 'get'>;
  ledger: Pick<PlanLedger, 'checkpoints' | 'treeRecords'>;
  project: Project;
}

export interface PlaceCheck {
  /** Returns where this repository is; null when that is unknown. */
  here(): Promise<ProjectPlace | null>;
  /**
   * Returns the error FILES_MISSING when files of the plan's tree are missing. When none is and the plan worked elsewhere, its
   * old sandboxes are removed. `base`: only its base is needed.
   */
  before(record: PlanRecord, needs: 'all' | 'base'): Promise<TroupeError | null>;
  /** The same for reading what one plan made, which may have ended. */
  ofRecord(record: PlanRecord): Promise<TroupeError | null>;
}

export function createPlaceCheck(host: PlaceCheckHost): PlaceCheck {
  const { store, ledger, project } = host;
  let place: ProjectPlace | null = null;
  const here = async () => {
    place ??= (await project.place?.()) ?? null;
    return place;
  };
  /** Returns where the plan worked last, when that was in another repository. */
  const otherPlace = async ({ rootPlanId }: PlanRecord): Promise<ProjectPlace | null> => {
    const last = (await store.get(keys.place(rootPlanId))) as ProjectPlace | undefined;
    return last === undefined || last.id === ((await here())?.id ?? last.id) ? null : last;
  };
  const findMissing = async (record: PlanRecord, { base, others }: PlanFileIds, last: ProjectPlace) => {
    const existing = new Set(await project.filterExisting([...base, ...others]));
    const missing = { base: base.filter(id => !existing.has(id)), others: others.filter(id => !existing.has(id)) };
    if (missing.base.length + missing.others.length === 0) return null;
    return filesMissingError(record, missing, { last, isSameHost: last.host === place?.host });
  };
  return {
    here,
    async before(record, needs) {
      const last = await otherPlace(record);
      if (last === null) return null;
      const files = await collectFiles(ledger, await ledger.treeRecords(record.rootPlanId), { ended: false });
      const error = await findMissing(record, needs === 'all' ? files : { ...files, others: [] }, last);
      if (error === null) await removeStale(host, record.rootPlanId);
      return error;
    },
    async ofRecord(record) {
      const last = await otherPlace(record);
      return last && findMissing(record, await collectFiles(ledger, [record], { ended: true }), last);
    },
  };
}

/** Object ids. */
interface PlanFileIds {
  base: string[];
  others: string[];
}

/** Returns what unfinished plans of a tree need, as far as refs protect it: git fetches what a ref names. */
async function collectFiles(
  ledger: PlaceCheckHost['ledger'],
  records: readonly PlanRecord[],
  { ended }: { ended: boolean },
): Promise<PlanFileIds> {
  const files: PlanFileIds = { base: [], others: [] };
  for (const record of records) {
    const { planId, depth, projectLinks, resultTree, sandbox } = record;
    if (depth === 0 && isTerminal(record) && !ended) continue;
    const { kind, baseCommit, baseTree } = primaryProject(record);
    if (depth === 0) files.base.push(...(kind === 'git' && projectLinks.length === 1 ? [baseCommit] : []), baseTree);
    if (resultTree !== null) files.others.push(resultTree);
    const last = sandbox === null ? undefined : (await ledger.checkpoints(planId)).at(-1);
    if (last !== undefined) files.others.push(last.treeOid);
  }
  return { base: [...new Set(files.base)], others: [...new Set(files.others)] };
}

/**
 * Removes the sandboxes that a plan had here before it worked elsewhere, after saving their files under a ref: work must not
 * continue in them.
 */
async function removeStale({ ledger, project }: PlaceCheckHost, rootPlanId: string): Promise<void> {
  const ids = (await ledger.treeRecords(rootPlanId)).map(({ planId }) => planId);
  for (const { key } of await project.sandboxes()) {
    const planId = ids.find(id => key.startsWith(id));
    if (planId !== undefined)
      await project.removeSandbox({ key, pin: `plans/${planId}/left-${key.slice(planId.length + 1)}` });
  }
}

function filesMissingError(
  { planId }: PlanRecord,
  { base, others }: PlanFileIds,
  { last: { host, root }, isSameHost }: { last: ProjectPlace; isSameHost: boolean },
): TroupeError {
  const commit = base[0];
  const trees = others.length === 1 ? '1 of its trees is' : `${others.length} of its trees are`;
  const message = `${commit === undefined ? trees : `the base ${commit.slice(0, 12)} is`} not in this repository. It worked in ${root} on ${host}`;
  // From what the refs of plans protect.
  const from = shellQuote(isSameHost ? root : `${host}:${root}`);
  const fetch = `git fetch ${from} '+refs/troupe/*:refs/troupe/*'${commit === undefined ? '' : ` ${commit}`}`;
  // It begins again from its base.
  const revert = commit === undefined ? [commandHint('plan revert', { planId })] : [];
  return new TroupeError('FILES_MISSING', `Files of the plan are missing: ${message}`, {
    where: `plan ${planId}`,
    hints: [fetch, ...revert, commandHint('plan cancel', { planId })],
    details: { missing: [...base, ...others], host, root },
  });
}
