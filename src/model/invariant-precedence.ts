import type { Invariant } from './invariant.ts';

/** Enforced in every plan when its result is about to be applied; a plan or project overrides it with the same text. */
export const builtinInvariants: readonly Invariant[] = [
  {
    invariantId: '00000000000000000000000001',
    text: 'No credential is applied',
    scope: 'global',
    origin: 'builtin',
    check: { kind: 'noSecrets' },
    nonOverridable: false,
    each: 'phase',
  },
];

const rank = { plan: 0, project: 1, global: 2 } as const;

/**
 * Returns the invariants that are in force. Among those with the same text, one is: the plan's before the project's
 * before a global one. With nonOverridable, an action's invariant precedes the others of its plan, and a global one
 * precedes all. One that names a project yields to those of the same project and of all projects, and replaces only
 * those of the same project.
 */
export function reconcileInvariants(invariants: readonly Invariant[]): {
  effective: Invariant[];
  overridden: Invariant[];
} {
  const ordered = [...invariants].sort((left, right) => precedence(left) - precedence(right));
  const effective: Invariant[] = [];
  const overridden: Invariant[] = [];
  for (const invariant of ordered) {
    if (effective.some(stronger => overrides(stronger, invariant))) overridden.push(invariant);
    else effective.push(invariant);
  }
  return { effective, overridden };
}

function overrides(stronger: Invariant, { text, project }: Invariant): boolean {
  const isSameText = normalize(stronger.text) === normalize(text);
  return isSameText && (stronger.project === undefined || stronger.project === project);
}

const normalize = (text: string) => text.trim().replace(/\s+/g, ' ').toLowerCase();

function precedence(invariant: Invariant): number {
  const { scope, origin, nonOverridable } = invariant;
  if (nonOverridable && scope === 'global') return -2;
  // A plan's own `--invariant` with the same text must not switch off the check of its action.
  return nonOverridable && origin === 'action' ? -1 : rank[scope];
}
