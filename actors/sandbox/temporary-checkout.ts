import type { SandboxRef } from '../../src/model/effects.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { Project } from '../../src/ports/project.ts';
import type { SandboxKind } from '../../src/ports/project-sandboxes.ts';
import { checkoutOptions } from '../phases/prepare.ts';

/** Runs `act` with a temporary, read-only checkout of a plan. `at` names its purpose. */
export async function withTemporaryCheckout<Result>(
  project: Project,
  { spec, at, tree, kind }: { spec: PlanSpec; at: string; tree: string; kind: SandboxKind },
  work: (checkout: SandboxRef) => Promise<Result>,
): Promise<Result> {
  const checkout = await project.openSandbox({
    key: `${keyPrefix(spec)}${at}`,
    tree,
    kind,
    checkout: checkoutOptions(spec),
  });
  try {
    return await work(checkout);
  } finally {
    await project.removeSandbox({ key: checkout.key, pin: null });
  }
}

/** Removes temporary checkouts of effects that were stopped before they could do it themselves. */
export async function closeTemporaryCheckouts(project: Project, spec: PlanSpec): Promise<void> {
  const open = await project.sandboxes();
  for (const { key } of open.filter(({ key }) => key.startsWith(keyPrefix(spec))))
    await project.removeSandbox({ key, pin: null });
}

const keyPrefix = ({ planId }: PlanSpec) => `${planId}-look-`;
