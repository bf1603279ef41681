/** A result is applied where its plan was created: in that checkout, on the branch that was checked out. */
import * as z from 'zod';
import { commandHint } from './command-hint.ts';
import { TroupeError } from './errors.ts';
import { omitUndefined } from './optional-keys.ts';
import type { ProjectLink } from './plan.ts';
import type { ApplyTarget } from './target.ts';

/** The checkout to apply a result to. */
export interface TargetCheckout {
  /** Its folder; a folder that no longer exists means the project's own. */
  root: string;
  /** Branches that may be checked out there; empty when HEAD was detached as the plan was created. */
  branches: readonly string[];
}

/** Returns the checkouts to apply a result to, by alias: those where the plan was created, unless the target names another. */
export function targetCheckouts(target: ApplyTarget, links: readonly ProjectLink[]): Record<string, TargetCheckout> {
  const { root, branch } = target.kind === 'checkout' ? target : {};
  const checkouts = links.map((link, at): [string, TargetCheckout] => {
    const own = link.branch === null ? [] : [link.branch];
    // Several projects may be on different branches; a named branch applies to those that are not.
    const branches = branch === undefined ? own : links.length === 1 ? [branch] : [...own, branch];
    return [link.alias, { root: at === 0 && root !== undefined ? root : link.root, branches }];
  });
  return Object.fromEntries(checkouts);
}

/** A checkout and its branch; null when HEAD is detached. */
const CheckoutState = z.object({ root: z.string(), branch: z.string().nullable() });

/** Details of the error TARGET_CHANGED. */
export const TargetChange = z.object({
  /** The intended target. */
  meant: CheckoutState,
  now: CheckoutState,
  /** Whether the intended branch is checked out in the intended checkout. */
  isThere: z.boolean(),
});
export type TargetChange = z.infer<typeof TargetChange>;

/** Returns the error that only a person can resolve: another branch is checked out than the intended one. */
export function targetChangedError({ meant, now, isThere }: TargetChange, planId?: string): TroupeError {
  const plan = omitUndefined({ planId });
  const isElsewhere = meant.root !== now.root;
  const [first, second] = [describeCheckout(meant), describeCheckout(now)];
  const message = isElsewhere
    ? `The result is meant for ${first} in ${meant.root}, and you are in ${now.root}, where ${second} is checked out`
    : `The result is meant for ${first}, and ${second} is checked out now`;
  return new TroupeError('TARGET_CHANGED', message, {
    where: now.root,
    hints: [
      ...(isThere ? [commandHint('plan apply', { ...plan, directory: meant.root })] : []),
      ...(!isThere && meant.branch !== null
        ? [commandHint('plan apply', { ...plan, options: { branch: meant.branch } })]
        : []),
      ...(now.branch === null ? [] : [commandHint('plan apply', { ...plan, options: { onto: now.branch } })]),
      ...(isElsewhere || meant.branch === null ? [] : [`git switch ${quote(meant.branch)}`]),
    ],
    details: { meant, now, isThere },
  });
}

const describeCheckout = ({ branch }: z.infer<typeof CheckoutState>) =>
  branch === null ? 'a checkout without a branch' : `branch ${branch}`;

/** Quotes a word for a shell. */
const quote = (text: string) => (/^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);
