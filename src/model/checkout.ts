import * as z from 'zod';
import { Id } from './id.ts';
import type { Profile } from './profile.ts';

/**
 * What a plan does about files of your checkout that change while an agent works, without evidence that the agent
 * changed them: record and continue, ask a person, or fail.
 */
export const CheckoutGuard = z.enum(['report', 'ask', 'fail']);
export type CheckoutGuard = z.infer<typeof CheckoutGuard>;

/** The tool name in the approval of such changes, which is answered as a tool call is. */
export const checkoutApproval = 'checkout';

/** Files of your checkout that changed while an agent worked. */
export const CheckoutChange = z.strictObject({
  /** The plan whose agent worked at that time. */
  planId: Id,
  rootPlanId: Id,
  /** Paths in the project; `HEAD` and `index` when no file shows the change. */
  files: z.array(z.string()),
  /** Whether a person confirmed that no agent made the changes. */
  accepted: z.boolean(),
});
export type CheckoutChange = z.infer<typeof CheckoutChange>;

/** Where a plan is created: at a terminal, with a user present, or on a build server. */
export type Attendance = 'terminal' | 'ci';

/** Returns the default when neither the action nor the configuration sets one. */
export function defaultGuard({ name }: Pick<Profile, 'name'>, attended: Attendance | undefined): CheckoutGuard {
  if (attended === 'ci' || name === 'ci') return 'fail';
  return attended === 'terminal' ? 'ask' : 'report';
}

/** An open file as the operating system identifies it, whatever its name. */
export const OutputIdentity = z.strictObject({
  /** `pipe`: its readers may write what they read to a file. */
  kind: z.enum(['file', 'pipe']),
  dev: z.string(),
  ino: z.string(),
});
export type OutputIdentity = z.infer<typeof OutputIdentity>;

/** Files that Troupe itself writes. */
export interface OwnFiles {
  /** Absolute folders. */
  folders: readonly string[];
  /** Open files and pipes that this process, or its clients, print to. */
  outputs(): readonly OutputIdentity[];
}
