/**
 * What an owner and those attached to it say to each other: one JSON document a line, each checked before it is believed.
 *
 *   client  hello · call · credit · cancel
 *   owner   welcome | refused · answer · fault · item · end · bye
 *
 * A connection begins with `hello`, which keeps its form in every version; anything else changes `protocolVersion`.
 */
import * as z from 'zod';
import { OutputIdentity } from '../model/checkout.ts';
import { Fault } from '../model/fault.ts';
import { StoredFaultShape } from '../model/fault-shape.ts';
import { inWords } from '../model/issue-words.ts';
import { Phase, PlanState } from '../model/plan.ts';
import { broken } from './frames.ts';

export const protocolVersion = 1;

const callId = z.number().int().min(0);

/** Loose for ever: a later version may say more and must still be understood well enough to be refused politely. */
export const Hello = z.looseObject({
  type: z.literal('hello'),
  protocol: z.number().int(),
  version: z.string(),
  /** What the client prints to: it is no change of a checkout. */
  outputs: z.array(OutputIdentity).max(4).optional().catch(undefined),
});

/** A plan as somebody looked at it before they gave a command. */
export const Seen = z.object({ phase: Phase, state: PlanState, attempt: z.number().int(), updatedAt: z.string() });

/** One method of a `Troupe`, of its `actions`, or of one of its plans. */
export const Request = z.strictObject({
  to: z.enum(['troupe', 'actions', 'plan']),
  plan: z.string().optional(),
  seen: Seen.optional(),
  method: z.string().max(100),
  args: z.array(z.unknown()).max(16),
});
export type Request = z.infer<typeof Request>;

export const ClientMessage = z.discriminatedUnion('type', [
  Hello,
  z.strictObject({ type: z.literal('call'), id: callId, request: Request }),
  /** So many more values of a stream may be sent. */
  z.strictObject({ type: z.literal('credit'), id: callId, count: z.number().int().min(1).max(1_000_000) }),
  z.strictObject({ type: z.literal('cancel'), id: callId }),
]);
export type ClientMessage = z.infer<typeof ClientMessage>;

/** Who answers, for those who ask who has the store. */
export const Welcome = z.strictObject({
  type: z.literal('welcome'),
  pid: z.number().int(),
  command: z.string(),
  started: z.string(),
  /** The project the owner works on. */
  root: z.string(),
  /** No window of its own. */
  background: z.boolean(),
});
export type Welcome = z.infer<typeof Welcome>;

/** Why an owner leaves: on purpose, so that nobody is to go on, or to let somebody else go on. */
export const Farewell = z.enum(['stopped', 'left']);
export type Farewell = z.infer<typeof Farewell>;

export const OwnerMessage = z.discriminatedUnion('type', [
  Welcome,
  z.strictObject({ type: z.literal('refused'), fault: StoredFaultShape }),
  z.strictObject({ type: z.literal('answer'), id: callId, value: z.unknown().optional() }),
  z.strictObject({ type: z.literal('fault'), id: callId, fault: StoredFaultShape }),
  z.strictObject({ type: z.literal('item'), id: callId, value: z.unknown() }),
  z.strictObject({ type: z.literal('end'), id: callId }),
  z.strictObject({ type: z.literal('bye'), reason: Farewell }),
]);
export type OwnerMessage = z.infer<typeof OwnerMessage>;

/** @throws {Fault} PROTOCOL_BROKEN */
export function understood<T>(schema: z.ZodType<T>, message: unknown): T {
  const parsed = schema.safeParse(message, { error: inWords });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join('.') ?? '';
  const problem = `${path === '' ? 'it' : path} ${issue?.message ?? 'is not understood'}`;
  throw broken(`A message is not of the protocol: ${problem.slice(0, 500)}`);
}

/** null when both speak the same language. */
export function mismatch(ours: { version: string; pid: number }, theirs: z.infer<typeof Hello>): Fault | null {
  if (theirs.protocol === protocolVersion && theirs.version === ours.version) return null;
  return new Fault(
    'VERSION_MISMATCH',
    `The store is owned by troupe ${ours.version} (protocol ${protocolVersion}, process ${ours.pid}), and this is troupe ${theirs.version} (protocol ${theirs.protocol})`,
    {
      where: `process ${ours.pid}`,
      details: { pid: ours.pid },
      hints: ['troupe owner status', 'troupe owner stop'],
    },
  );
}
