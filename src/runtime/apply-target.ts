/** Where a result goes: where the caller says, else where parts of it went before, else where the plan was made. */
import { Fault } from '../model/fault.ts';
import { placesFor, targetChanged } from '../model/places.ts';
import type { PlanRecord } from '../model/plan.ts';
import type { ApplyTarget } from '../model/target.ts';
import type { ProjectHead } from '../ports/project.ts';
import type { ApplyOptions } from './landing.ts';
import type { PlanHost } from './plan-handle.ts';

/** As far as it is said, or was before. */
export function targetSaid({ landings = [] }: PlanRecord, { target }: ApplyOptions): ApplyTarget | undefined {
  return target ?? landings.at(-1)?.target;
}

/**
 * Where a result goes is fixed when its plan is made. Another branch that is checked out by now is a question, and so is
 * another checkout in which the person stands.
 * @throws {Fault} TARGET_CHANGED
 */
export async function resolveTarget(host: PlanHost, record: PlanRecord, options: ApplyOptions): Promise<ApplyTarget> {
  const target = await checkoutMeant(host, record, options);
  const [link] = record.projectLinks;
  if (target.kind !== 'checkout' || link?.kind !== 'git') return target;
  const { root, branches } = placesFor(target, record.projectLinks)[link.alias] ?? { root: link.root, branches: [] };
  const now = placeOf(await host.project.head(undefined, { from: root }));
  if (now.branch === null || branches.includes(now.branch)) return target;
  const meant = { root: now.root, branch: branches[0] ?? null };
  throw targetChanged({ meant, now, isThere: false }, record.planId);
}

/** @throws {Fault} TARGET_CHANGED */
async function checkoutMeant({ project }: PlanHost, record: PlanRecord, options: ApplyOptions): Promise<ApplyTarget> {
  const said = targetSaid(record, options);
  const [link] = record.projectLinks;
  const { from } = options;
  if (said !== undefined || link === undefined) return said ?? { kind: 'checkout' };
  if (from === undefined || link.kind !== 'git' || from === link.root) return { kind: 'checkout' };
  const [there, now] = await Promise.all([link.root, from].map(root => project.head(undefined, { from: root })));
  // Its checkout was moved or removed: the branch is what counts.
  if (there === undefined || now === undefined || there.root !== link.root) return { kind: 'checkout', root: from };
  const meant = { root: link.root, branch: link.branch };
  throw targetChanged({ meant, now: placeOf(now), isThere: there.branch === link.branch }, record.planId);
}

const placeOf = ({ root, branch }: ProjectHead) => ({ root, branch });

/** The plan goes on from where a part landed: that is one place, and no file. @throws {Fault} USAGE */
export function refuseElsewhere({ planId, landings = [] }: PlanRecord, target: ApplyTarget): void {
  const before = landings.at(-1)?.target;
  const isSame = before === undefined || JSON.stringify(before) === JSON.stringify(target);
  if (isSame && target.kind !== 'patch') return;
  const where = before?.kind === 'branch' ? `branch ${before.branch}` : 'the checkout';
  const why = isSame
    ? 'A plan cannot go on from a patch'
    : `Parts of this plan landed on ${where}, and others land there, too`;
  throw new Fault('USAGE', why, {
    where: `plan ${planId}`,
    hints: [
      before?.kind === 'branch'
        ? `troupe plan apply ${planId} --finished --branch ${before.branch}`
        : `troupe plan apply ${planId} --finished`,
      `troupe plan diff --plan ${planId}`,
    ],
  });
}
