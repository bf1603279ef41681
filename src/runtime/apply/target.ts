/** Where a result goes: where the caller says, else where parts of it went before, else where the plan was made. */
import { TroupeError } from '../../model/errors.ts';
import type { PlanRecord } from '../../model/plan.ts';
import type { ApplyTarget } from '../../model/target.ts';
import { targetChangedError, targetCheckouts } from '../../model/target-checkout.ts';
import type { ProjectHead } from '../../ports/project.ts';
import type { PlanHost } from '../plans/plan-handle.ts';
import type { ApplyOptions } from './prepare.ts';

/** As far as it is said, or was before. */
export function requestedTarget({ landings = [] }: PlanRecord, { target }: ApplyOptions): ApplyTarget | undefined {
  return target ?? landings.at(-1)?.target;
}

/**
 * Where a result goes is fixed when its plan is made. Another branch that is checked out by now is a question, and so is
 * another checkout in which the person stands.
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
  const meant = { root: head.root, branch: branches[0] ?? null };
  throw targetChangedError({ meant, now: head, isThere: false }, record.planId);
}

/** @throws {TroupeError} TARGET_CHANGED */
async function resolveCheckout({ project }: PlanHost, record: PlanRecord, options: ApplyOptions): Promise<ApplyTarget> {
  const requested = requestedTarget(record, options);
  const [link] = record.projectLinks;
  const { from } = options;
  if (requested !== undefined || link === undefined) return requested ?? { kind: 'checkout' };
  if (from === undefined || link.kind !== 'git' || from === link.root) return { kind: 'checkout' };
  const [original, now] = await Promise.all([link.root, from].map(root => project.head(undefined, { from: root })));
  // Its checkout was moved or removed: the branch is what counts.
  if (original === undefined || now === undefined || original.root !== link.root)
    return { kind: 'checkout', root: from };
  const meant = { root: link.root, branch: link.branch };
  throw targetChangedError({ meant, now: locationOf(now), isThere: original.branch === link.branch }, record.planId);
}

const locationOf = ({ root, branch }: ProjectHead) => ({ root, branch });

/** The plan goes on from where a part landed: that is one place, and no file. @throws {TroupeError} USAGE */
export function assertSameTarget({ planId, landings = [] }: PlanRecord, target: ApplyTarget): void {
  const previous = landings.at(-1)?.target;
  const isSame = previous === undefined || JSON.stringify(previous) === JSON.stringify(target);
  if (isSame && target.kind !== 'patch') return;
  const where = previous?.kind === 'branch' ? `branch ${previous.branch}` : 'the checkout';
  const why = isSame
    ? 'A plan cannot go on from a patch'
    : `Parts of this plan landed on ${where}, and others land there, too`;
  throw new TroupeError('USAGE', why, {
    where: `plan ${planId}`,
    hints: [
      previous?.kind === 'branch'
        ? `troupe plan apply ${planId} --finished --branch ${previous.branch}`
        : `troupe plan apply ${planId} --finished`,
      `troupe plan diff --plan ${planId}`,
    ],
  });
}
