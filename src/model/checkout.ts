import * as z from 'zod';
import { Id } from './id.ts';
import type { Profile } from './profile.ts';

/**
 * What a plan does about files of the user's checkout that change while an agent works, where nothing shows that the agent
 * changed them: record and continue, ask a person, or fail.
 */
export const CheckoutGuard = z.enum(['report', 'ask', 'fail']);
export type CheckoutGuard = z.infer<typeof CheckoutGuard>;

/** What stands for the tool in the question about such files, which is answered as tool calls are. */
export const checkoutApproval = 'checkout';

/** Files that changed so. */
export const CheckoutChange = z.strictObject({
  /** The plan whose agent worked meanwhile. */
  planId: Id,
  rootPlanId: Id,
  /** Paths in the project; `HEAD` and `index` where no file shows what changed. */
  files: z.array(z.string()),
  /** Whether a person said that an agent did not do it. */
  accepted: z.boolean(),
});
export type CheckoutChange = z.infer<typeof CheckoutChange>;

/** Who is there where a plan is made: a person at a terminal, or a build server. */
export type Attendance = 'terminal' | 'ci';

/** What holds where neither the action nor the configuration says. */
export function defaultGuard({ name }: Pick<Profile, 'name'>, attended: Attendance | undefined): CheckoutGuard {
  if (attended === 'ci' || name === 'ci') return 'fail';
  return attended === 'terminal' ? 'ask' : 'report';
}

/** An open file as the system knows it, whatever its name. */
export const OutputIdentity = z.strictObject({
  /** Of a pipe, whose readers may write what they read to a file. */
  kind: z.enum(['file', 'pipe']),
  dev: z.string(),
  ino: z.string(),
});
export type OutputIdentity = z.infer<typeof OutputIdentity>;

/** What Troupe itself writes. */
export interface OwnFiles {
  /** Folders, absolute. */
  folders: readonly string[];
  /** Open files and pipes that this process, or those it works for, print to. */
  outputs(): readonly OutputIdentity[];
}
