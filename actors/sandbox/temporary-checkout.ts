import type { SandboxRef } from '../../src/model/effects.ts';
import type { PlanSpec } from '../../src/model/plan.ts';
import type { Project, SandboxKind } from '../../src/ports/project.ts';
import { checkoutOptions } from '../phases/prepare.ts';

/** A checkout of a plan to look at, not to work in: nothing of it survives. `at` says what for. */
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
    await closeCheckout(project, spec, checkout.key);
  }
}

/** Checkouts of the plan that an effect had opened when it was called back before it could put them away. */
export async function closeTemporaryCheckouts(project: Project, spec: PlanSpec): Promise<void> {
  const open = await project.sandboxes();
  for (const { key } of open.filter(({ key }) => key.startsWith(keyPrefix(spec))))
    await closeCheckout(project, spec, key);
}

async function closeCheckout(project: Project, { planId }: PlanSpec, key: string): Promise<void> {
  const pin = `plans/${planId}/look`;
  await project.removeSandbox({ key, pin });
  await project.unpin(pin);
}

const keyPrefix = ({ planId }: PlanSpec) => `${planId}-look-`;
