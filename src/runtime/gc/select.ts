/**
 * Selects what can be removed. Pure: decides from the inventory, removes nothing.
 *
 * 1. A running plan and its whole tree are never selected. A plan that ended but whose sandbox is still being
 *    archived counts as running.
 * 2. The sandbox of an ended plan is selected. Data of unknown plans is selected only once it is unchanged for as
 *    long as plans are kept: it may belong to a plan in another store.
 * 3. Apply markers prevent a result from being applied twice: they are selected only when every running plan is
 *    newer.
 */
import { decodeTime } from 'ulid';
import type { CleanupItem } from '../../model/cleanup.ts';
import type { ProjectInventory, SandboxInfo } from '../../ports/project-inventory.ts';
import { type PlanTreeInfo, planIdPattern, refsOfPlanTree } from './plan-trees.ts';

export interface GcInput {
  planTrees: readonly PlanTreeInfo[];
  inventory: ProjectInventory;
  /** Bytes of logs, by plan. */
  logs: Readonly<Record<string, number>>;
  /** Bytes of each tree's records, refs and logs, by root plan. */
  sizes: ReadonlyMap<string, number>;
  /** Newer data is not selected by age; in milliseconds since the epoch. */
  cutoffMs: number;
  maxBytes: number;
}

export type GcItem = Pick<CleanupItem, 'kind' | 'name' | 'planId' | 'goal' | 'why' | 'bytes'> &
  (
    | { kind: 'sandbox'; sandbox: SandboxInfo; pin: string | null }
    | { kind: 'plan'; family: PlanTreeInfo; refs: string[]; logs: string[] }
    | { kind: 'refs'; refs: string[] }
    | { kind: 'leftover' }
    | { kind: 'log' }
  );

export function selectGarbage(input: GcInput): GcItem[] {
  return [
    ...selectSandboxes(input),
    ...selectPlans(input),
    ...selectLeftovers(input),
    ...selectUnknownRefs(input),
    ...selectUnknownLogs(input),
  ];
}

function selectSandboxes({ planTrees, inventory, cutoffMs }: GcInput): GcItem[] {
  const taken = new Set(inventory.refs.map(({ name }) => name));
  const livePaths = new Set(planTrees.flatMap(({ ended, paths }) => (ended ? [] : paths)));
  return inventory.sandboxes.flatMap((sandbox): GcItem[] => {
    const { key, path, folder, registered, bytes, changedMs } = sandbox;
    const planId = planIdPattern.exec(key ?? '')?.[0];
    const family = planTrees.find(({ planIds }) => planId !== undefined && planIds.includes(planId));
    if (family === undefined ? livePaths.has(path) || changedMs >= cutoffMs : !family.ended) return [];
    const pinName = family === undefined ? `lost/${(key ?? '').replaceAll('/', '-')}` : `saved/${planId}/${key}`;
    const pin = taken.has(pinName) ? `${pinName}-${Math.round(changedMs).toString(36)}` : pinName;
    const partialReason = !folder ? 'its folder is gone' : 'its registration is gone';
    const reason = family === undefined ? 'no plan knows it' : 'its plan has ended';
    const isComplete = folder && registered;
    return [
      {
        kind: 'sandbox',
        name: path,
        planId: family?.root.planId ?? null,
        goal: family?.root.description ?? null,
        why: isComplete ? reason : partialReason,
        bytes,
        sandbox,
        pin: isComplete ? pin : null,
      },
    ];
  });
}

function selectPlans({ planTrees, inventory, logs, sizes, cutoffMs, maxBytes }: GcInput): GcItem[] {
  const size = ({ root }: PlanTreeInfo) => sizes.get(root.planId) ?? 0;
  let total = planTrees.reduce((sum, family) => sum + size(family), 0);
  const selected: GcItem[] = [];
  for (const family of planTrees.filter(({ ended }) => ended).sort((left, right) => left.changedMs - right.changedMs)) {
    const isOld = family.changedMs < cutoffMs;
    if (!isOld && total <= maxBytes) continue;
    total -= size(family);
    selected.push({
      kind: 'plan',
      name: family.root.planId,
      planId: family.root.planId,
      goal: family.root.description,
      why: `${family.root.state}${isOld ? '' : ', and more is kept than there is room for'}`,
      bytes: size(family),
      family,
      refs: refsOfPlanTree(family, inventory.refs),
      logs: family.planIds.filter(planId => planId in logs),
    });
  }
  return selected;
}

function selectLeftovers({ inventory }: GcInput): GcItem[] {
  return inventory.leftovers.map(({ path, bytes }) => ({
    kind: 'leftover',
    name: path,
    planId: null,
    goal: null,
    why: 'left by a process that died',
    bytes,
  }));
}

function selectUnknownRefs({ planTrees, inventory, cutoffMs }: GcInput): GcItem[] {
  const known = new Set(planTrees.flatMap(({ planIds }) => planIds));
  const oldestLive = Math.min(...planTrees.filter(({ ended }) => !ended).map(({ root }) => Date.parse(root.createdAt)));
  const groups = new Map<string, string[]>();
  for (const { name, changedMs: setMs, archived } of inventory.refs) {
    const [kind = ''] = name.split('/');
    const planId = planIdPattern.exec(name)?.[0];
    // The plan of an archived pin has ended, so the time when it was created says enough.
    const changedMs = archived && planId !== undefined ? decodeTime(planId) : setMs;
    const group = ['plans', 'checkpoints', 'saved'].includes(kind)
      ? planId
      : ['lost', 'apply'].includes(kind)
        ? kind
        : undefined;
    if (group === undefined || known.has(planId ?? '')) continue;
    if (changedMs === null || changedMs >= (kind === 'apply' ? Math.min(cutoffMs, oldestLive) : cutoffMs)) continue;
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return [...groups].map(([group, refs]) => ({
    kind: 'refs',
    name: planIdPattern.test(group) ? `refs/troupe/*/${group}` : `refs/troupe/${group}`,
    planId: null,
    goal: null,
    why: group === 'apply' ? 'progress of finished applies' : 'no plan knows them',
    bytes: 0,
    refs,
  }));
}

function selectUnknownLogs({ planTrees, logs }: GcInput): GcItem[] {
  const known = new Set(planTrees.flatMap(({ planIds }) => planIds));
  return Object.entries(logs)
    .filter(([planId]) => !known.has(planId))
    .map(([planId, bytes]) => ({
      kind: 'log',
      name: planId,
      planId: null,
      goal: null,
      why: 'no plan knows it',
      bytes,
    }));
}
