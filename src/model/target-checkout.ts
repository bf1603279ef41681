/** Where a plan was made is where its result goes: which checkout, and which branch must be checked out there. */
import * as z from 'zod';
import { TroupeError } from './errors.ts';
import type { ProjectLink } from './plan.ts';
import type { ApplyTarget } from './target.ts';

/** A checkout that a result is meant for. */
export interface TargetCheckout {
  /** Its folder; one that is gone stands for the project's own. */
  root: string;
  /** What may be checked out there; none: no branch was, when the plan was made. */
  branches: readonly string[];
}

/** The checkouts that a result is meant for, by alias: those the plan was made in, unless the target says another. */
export function targetCheckouts(target: ApplyTarget, links: readonly ProjectLink[]): Record<string, TargetCheckout> {
  const { root, branch } = target.kind === 'checkout' ? target : {};
  const checkouts = links.map((link, at): [string, TargetCheckout] => {
    const own = link.branch === null ? [] : [link.branch];
    // Of several projects each may be on a branch of its own: the one that is named is for those that are not.
    const branches = branch === undefined ? own : links.length === 1 ? [branch] : [...own, branch];
    return [link.alias, { root: at === 0 && root !== undefined ? root : link.root, branches }];
  });
  return Object.fromEntries(checkouts);
}

/** A checkout with its branch; null where HEAD is detached. */
const CheckoutState = z.object({ root: z.string(), branch: z.string().nullable() });

/** What the error TARGET_CHANGED has in its details. */
export const TargetChange = z.object({
  /** Where the plan was made, or what else the result is meant for. */
  meant: CheckoutState,
  now: CheckoutState,
  /** Whether what is meant is checked out where it is meant to be. */
  isThere: z.boolean(),
});
export type TargetChange = z.infer<typeof TargetChange>;

/** A question that only a person can answer: another branch is checked out than the one the result is meant for. */
export function targetChangedError({ meant, now, isThere }: TargetChange, planId?: string): TroupeError {
  const id = planId === undefined ? '' : ` ${planId}`;
  const isElsewhere = meant.root !== now.root;
  const [first, second] = [describeCheckout(meant), describeCheckout(now)];
  const message = isElsewhere
    ? `The result is meant for ${first} in ${meant.root}, and you are in ${now.root}, where ${second} is checked out`
    : `The result is meant for ${first}, and ${second} is checked out now`;
  return new TroupeError('TARGET_CHANGED', message, {
    where: now.root,
    hints: [
      ...(isThere ? [`troupe -C ${quote(meant.root)} plan apply${id}`] : []),
      ...(!isThere && meant.branch !== null ? [`troupe plan apply${id} --branch ${quote(meant.branch)}`] : []),
      ...(now.branch === null ? [] : [`troupe plan apply${id} --onto ${quote(now.branch)}`]),
      ...(isElsewhere || meant.branch === null ? [] : [`git switch ${quote(meant.branch)}`]),
    ],
    details: { meant, now, isThere },
  });
}

const describeCheckout = ({ branch }: z.infer<typeof CheckoutState>) =>
  branch === null ? 'a checkout without a branch' : `branch ${branch}`;

/** A word as a shell takes it. */
const quote = (text: string) => (/^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
