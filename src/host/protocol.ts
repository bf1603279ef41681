/**
 * The protocol between an owner and its clients: one JSON document per line, each validated.
 *
 *   client  hello · call · credit · cancel
 *   owner   welcome | refused · answer · error · item · end · bye
 *
 * A connection starts with `hello`, whose form never changes; any other change increments `protocolVersion`.
 */

import * as z from 'zod';
import { OutputIdentity } from '../model/checkout.ts';
import { commandHint } from '../model/command-hint.ts';
import { SerializedErrorSchema } from '../model/error-schema.ts';
import { TroupeError } from '../model/errors.ts';
import { Phase, PlanState } from '../model/plan.ts';
import { describeIssue, describeIssues } from '../model/schema-messages.ts';
import { protocolError } from './ndjson.ts';

export const protocolVersion = 1;

const callId = z.number().int().min(0);

/** Always loose: a hello of a later version may have more fields and must still get a readable refusal. */
export const Hello = z.looseObject({
  type: z.literal('hello'),
  protocol: z.number().int(),
  version: z.string(),
  /** What the client prints to, which is not a change of a checkout. */
  outputs: z.array(OutputIdentity).max(4).optional().catch(undefined),
});

/** The state of a plan that the sender of a command saw. */
export const ExpectedPlanState = z.object({
  phase: Phase,
  state: PlanState,
  attempt: z.number().int(),
  updatedAt: z.string(),
});

/** One method of a `Troupe`, of its `actions`, of one of its plans, or of a group of methods of a plan. */
export const RpcRequest = z.strictObject({
  to: z.enum(['troupe', 'actions', 'plan', 'checkpoints', 'conflicts', 'review']),
  plan: z.string().optional(),
  expected: ExpectedPlanState.optional(),
  method: z.string().max(100),
  args: z.array(z.unknown()).max(16),
});
export type RpcRequest = z.infer<typeof RpcRequest>;

export const ClientMessage = z.discriminatedUnion('type', [
  Hello,
  z.strictObject({ type: z.literal('call'), id: callId, request: RpcRequest }),
  /** Allows this many more values of a stream. */
  z.strictObject({ type: z.literal('credit'), id: callId, count: z.number().int().min(1).max(1_000_000) }),
  z.strictObject({ type: z.literal('cancel'), id: callId }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

/** Identifies the owner, also for clients that only ask who has the store. */
export const HelloReply = z.strictObject({
  type: z.literal('hello_reply'),
  pid: z.number().int(),
  command: z.string(),
  started: z.string(),
  /** The project's folder. */
  root: z.string(),
  /** Started in the background, without a user interface. */
  background: z.boolean(),
});
export type HelloReply = z.infer<typeof HelloReply>;

/** Why an owner closes: stopped on purpose, so no process should take over, or released for another one. */
export const CloseReason = z.enum(['stopped', 'released']);
export type CloseReason = z.infer<typeof CloseReason>;

export const OwnerMessage = z.discriminatedUnion('type', [
  HelloReply,
  z.strictObject({ type: z.literal('rejected'), error: SerializedErrorSchema }),
  z.strictObject({ type: z.literal('answer'), id: callId, value: z.unknown().optional() }),
  z.strictObject({ type: z.literal('error'), id: callId, error: SerializedErrorSchema }),
  z.strictObject({ type: z.literal('item'), id: callId, value: z.unknown() }),
  z.strictObject({ type: z.literal('end'), id: callId }),
  z.strictObject({ type: z.literal('closing'), reason: CloseReason }),
]);
export type OwnerMessage = z.infer<typeof OwnerMessage>;

/** @throws {TroupeError} PROTOCOL_BROKEN */
export function parseMessage<T>(schema: z.ZodType<T>, message: unknown): T {
  const parsed = schema.safeParse(message, { error: describeIssue });
  if (parsed.success) return parsed.data;
  throw protocolError(`A message is not of the protocol: ${describeIssues(parsed.error, 'it').slice(0, 500)}`);
}

/** null when both have the same version. */
export function versionMismatchError(
  ours: { version: string; pid: number },
  theirs: z.infer<typeof Hello>,
): TroupeError | null {
  if (theirs.protocol === protocolVersion && theirs.version === ours.version) return null;
  return new TroupeError(
    'VERSION_MISMATCH',
    `The store is owned by troupe ${ours.version} (protocol ${protocolVersion}, process ${ours.pid}), and this is troupe ${theirs.version} (protocol ${theirs.protocol})`,
    {
      where: `process ${ours.pid}`,
      details: { pid: ours.pid },
      hints: [commandHint('owner status'), commandHint('owner stop')],
    },
  );
}
