/** The target of an apply: the requested one, else that of earlier parts, else where the plan was created. */
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { ApplyTarget } from '../../model/target.ts';
import { targetChangedError, targetCheckouts } from '../../model/target-checkout.ts';
import type { ProjectHead } from '../../ports/project.ts';
import type { PlanHost } from '../plans/plan-host.ts';
import type { ApplyOptions } from './apply-options.ts';

/** Returns the requested or earlier target, if there is one. */
export function requestedTarget({ appliedParts = [] }: PlanRecord, { target }: ApplyOptions): ApplyTarget | undefined {
  return target ?? appliedParts.at(-1)?.target;
}

/**
 * The target is fixed when the plan is created. If another branch is checked out by now, or you are in another
 * checkout, you have to decide.
 * @throws {TroupeError} TARGET_CHANGED
 */
export async function resolveTarget(host: PlanHost, record: PlanRecord, options: ApplyOptions): Promise<ApplyTarget> {
  const target = await resolveCheckout(host, record, options);
  const [link] = record.projectLinks;
  if (target.kind !== 'checkout' || link?.kind !== 'git') return target;
  const { root, branches } = targetCheckouts(target, record.projectLinks)[link.alias] ?? {
    root: link.root,
    branches: [],
  };
  const head = locationOf(await host.project.head(undefined, { from: root }));
  if (head.branch === null || branches.includes(head.branch)) return target;
  const intended = { root: head.root, branch: branches[0] ?? null };
  throw targetChangedError({ meant: intended, now: head, isThere: false }, record.planId);
}

/** @throws {TroupeError} TARGET_CHANGED */
async function resolveCheckout({ project }: PlanHost, record: PlanRecord, options: ApplyOptions): Promise<ApplyTarget> {
  const requested = requestedTarget(record, options);
  const [link] = record.projectLinks;
  const { from } = options;
  if (requested !== undefined || link === undefined) return requested ?? { kind: 'checkout' };
  if (from === undefined || link.kind !== 'git' || from === link.root) return { kind: 'checkout' };
  const [original, now] = await Promise.all([link.root, from].map(root => project.head(undefined, { from: root })));
  // The checkout was moved or removed: compare the branch only.
  if (original === undefined || now === undefined || original.root !== link.root)
    return { kind: 'checkout', root: from };
  const intended = { root: link.root, branch: link.branch };
  throw targetChangedError(
    { meant: intended, now: locationOf(now), isThere: original.branch === link.branch },
    record.planId,
  );
}

const locationOf = ({ root, branch }: ProjectHead) => ({ root, branch });

/** The plan continues from an applied part, which is in one place and not in a file. @throws {TroupeError} USAGE */
export function assertSameTarget({ planId, appliedParts = [] }: PlanRecord, target: ApplyTarget): void {
  const previous = appliedParts.at(-1)?.target;
  const isSame = previous === undefined || JSON.stringify(previous) === JSON.stringify(target);
  if (isSame && target.kind !== 'patch') return;
  const where = previous?.kind === 'branch' ? `branch ${previous.branch}` : 'the checkout';
  const why = isSame
    ? 'A plan cannot continue from a patch'
    : `Parts of this plan were applied to ${where}, so its other parts must be applied there, too`;
  throw new TroupeError('USAGE', why, {
    where: `plan ${planId}`,
    hints: [
      previous?.kind === 'branch'
        ? commandHint('plan apply', { planId, options: { finished: true, branch: previous.branch } })
        : commandHint('plan apply', { planId, options: { finished: true } }),
      commandHint('plan diff', { planId }),
    ],
  });
}
