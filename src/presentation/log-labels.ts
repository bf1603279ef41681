/** Labels of plans in front of their log lines: short, of equal width, each in its own color. */
import { matchesId, type PlanTree, planTitle } from '../index.ts';
import type { Colors } from './colors.ts';
import { displayWidth, sanitizeLine, truncate } from './sanitize.ts';

export interface LogLabels {
  /** Adds subplans that were created meanwhile. */
  add(tree: PlanTree): void;
  has(planId: string): boolean;
  /** Returns the prefix of a line; empty when the plan has no subplans. */
  prefix(planId: string): string;
  /** Null for the root plan. */
  goal(planId: string): string | null;
  /** Returns the ids of plans by id, partial id, goal, or label. */
  find(query: string): string[];
}

const columnsMax = 24;
const colors = ['cyan', 'yellow', 'green', 'magenta', 'blue'] as const;

interface LogLabel {
  name: string;
  goal: string | null;
  color: (typeof colors)[number] | null;
}

export function createLogLabels(top: PlanTree, paint: Colors): LogLabels {
  const plans = new Map<string, LogLabel>();
  let columns = 0;

  const add = ({ plan, children }: PlanTree, isTop: boolean): void => {
    const { planId } = plan;
    if (!plans.has(planId)) {
      const goal = sanitizeLine(planTitle(plan));
      const name = isTop ? 'plan' : unusedName(truncate(goal, columnsMax), planId);
      const color = isTop ? null : (colors[(plans.size - 1) % colors.length] ?? null);
      plans.set(planId, { name, goal: isTop ? null : goal, color });
      columns = Math.max(columns, displayWidth(name));
    }
    for (const child of children) add(child, false);
  };
  const unusedName = (name: string, planId: string) =>
    [...plans.values()].some(known => known.name === name)
      ? `${truncate(name, columnsMax - 5)} ${planId.slice(-4)}`
      : name;
  add(top, true);

  return {
    add: tree => add(tree, true),
    has: planId => plans.has(planId),
    prefix(planId) {
      const { name = planId.slice(-8), color = null } = plans.get(planId) ?? {};
      if (plans.size < 2) return '';
      const text = `${name}${' '.repeat(Math.max(0, columns - displayWidth(name)))} | `;
      return color === null ? paint.dim(text) : paint[color](text);
    },
    goal: planId => plans.get(planId)?.goal ?? null,
    find(wanted) {
      const named = [...plans].filter(([, { name, goal }]) =>
        [name, goal].some(known => known?.toLowerCase() === wanted.trim().toLowerCase()),
      );
      const found = named.length > 0 ? named : [...plans].filter(([planId]) => matchesId(planId, wanted));
      return found.map(([planId]) => planId);
    },
  };
}
