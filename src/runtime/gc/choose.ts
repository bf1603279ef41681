/**
 * What may go. Pure: decides from what was found, removes nothing.
 *
 * 1. A plan that lives, and everything of its family, is never chosen. One whose end is told but whose sandbox is still
 *    being put away lives.
 * 2. A sandbox of a plan that has ended goes. What no plan knows goes only once nobody touched it for as long as a plan
 *    is kept: it may belong to a plan in another store.
 * 3. A landing's marks keep a result from landing twice: they go only when every plan that lives is younger.
 */
import type { CleanupItem } from '../../model/cleanup.ts';
import type { FoundSandbox, Inventory } from '../../ports/project.ts';
import { type Family, planIdShape, refsOfFamily } from './family.ts';

export interface Found {
  families: readonly Family[];
  inventory: Inventory;
  /** Bytes of logs, by plan. */
  logs: Readonly<Record<string, number>>;
  /** Bytes of each family's records, refs and logs, by root plan. */
  sizes: ReadonlyMap<string, number>;
  /** Nothing younger goes by age, in milliseconds since the epoch. */
  cutoffMs: number;
  maxBytes: number;
}

export type Choice = Pick<CleanupItem, 'kind' | 'name' | 'planId' | 'goal' | 'why' | 'bytes'> &
  (
    | { kind: 'sandbox'; sandbox: FoundSandbox; pin: string | null }
    | { kind: 'plan'; family: Family; refs: string[]; logs: string[] }
    | { kind: 'refs'; refs: string[] }
    | { kind: 'litter' }
    | { kind: 'log' }
  );

export function choose(found: Found): Choice[] {
  return [...sandboxesOf(found), ...plansOf(found), ...litterOf(found), ...strayRefs(found), ...strayLogs(found)];
}

function sandboxesOf({ families, inventory, cutoffMs }: Found): Choice[] {
  const taken = new Set(inventory.refs.map(({ name }) => name));
  const livePaths = new Set(families.flatMap(({ ended, paths }) => (ended ? [] : paths)));
  return inventory.sandboxes.flatMap((sandbox): Choice[] => {
    const { key, path, folder, registered, bytes, changedMs } = sandbox;
    const planId = planIdShape.exec(key ?? '')?.[0];
    const family = families.find(({ planIds }) => planId !== undefined && planIds.includes(planId));
    if (family === undefined ? livePaths.has(path) || changedMs >= cutoffMs : !family.ended) return [];
    const wanted = family === undefined ? `lost/${(key ?? '').replaceAll('/', '-')}` : `plans/${planId}/${key}`;
    const pin = taken.has(wanted) ? `${wanted}-${Math.round(changedMs).toString(36)}` : wanted;
    const half = !folder ? 'its folder is gone' : 'its registration is gone';
    const whole = family === undefined ? 'no plan knows it' : 'its plan has ended';
    const isWhole = folder && registered;
    return [
      {
        kind: 'sandbox',
        name: path,
        planId: family?.root.planId ?? null,
        goal: family?.root.description ?? null,
        why: isWhole ? whole : half,
        bytes,
        sandbox,
        pin: isWhole ? pin : null,
      },
    ];
  });
}

function plansOf({ families, inventory, logs, sizes, cutoffMs, maxBytes }: Found): Choice[] {
  const size = ({ root }: Family) => sizes.get(root.planId) ?? 0;
  let total = families.reduce((sum, family) => sum + size(family), 0);
  const chosen: Choice[] = [];
  for (const family of families.filter(({ ended }) => ended).sort((left, right) => left.changedMs - right.changedMs)) {
    const old = family.changedMs < cutoffMs;
    if (!old && total <= maxBytes) continue;
    total -= size(family);
    chosen.push({
      kind: 'plan',
      name: family.root.planId,
      planId: family.root.planId,
      goal: family.root.description,
      why: `${family.root.state}${old ? '' : ', and more is kept than there is room for'}`,
      bytes: size(family),
      family,
      refs: refsOfFamily(family, inventory.refs),
      logs: family.planIds.filter(planId => planId in logs),
    });
  }
  return chosen;
}

function litterOf({ inventory }: Found): Choice[] {
  return inventory.litter.map(({ path, bytes }) => ({
    kind: 'litter',
    name: path,
    planId: null,
    goal: null,
    why: 'left by a process that died',
    bytes,
  }));
}

function strayRefs({ families, inventory, cutoffMs }: Found): Choice[] {
  const known = new Set(families.flatMap(({ planIds }) => planIds));
  const oldestLive = Math.min(...families.filter(({ ended }) => !ended).map(({ root }) => Date.parse(root.createdAt)));
  const groups = new Map<string, string[]>();
  for (const { name, changedMs } of inventory.refs) {
    const [kind = ''] = name.split('/');
    const planId = planIdShape.exec(name)?.[0];
    const group = ['plans', 'checkpoints'].includes(kind) ? planId : ['lost', 'land'].includes(kind) ? kind : undefined;
    if (group === undefined || known.has(planId ?? '')) continue;
    if (changedMs === null || changedMs >= (kind === 'land' ? Math.min(cutoffMs, oldestLive) : cutoffMs)) continue;
    groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return [...groups].map(([group, refs]) => ({
    kind: 'refs',
    name: planIdShape.test(group) ? `refs/troupe/*/${group}` : `refs/troupe/${group}`,
    planId: null,
    goal: null,
    why: group === 'land' ? 'marks of results that landed' : 'no plan knows them',
    bytes: 0,
    refs,
  }));
}

function strayLogs({ families, logs }: Found): Choice[] {
  const known = new Set(families.flatMap(({ planIds }) => planIds));
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
