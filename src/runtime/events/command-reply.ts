/**
 * Commands that the machine carries out in steps: it replies with one event, which holds the id of the request.
 * The journal is not read for it.
 */
import type { RevertedFile } from '../../model/checkpoint.ts';
import type { PlanCommand } from '../../model/effects.ts';
import { type SerializedError, TroupeError } from '../../model/errors.ts';
import type { PlanEvent } from '../../model/event.ts';
import type { PlanHost } from '../plans/plan-host.ts';

/** A command with the id of its request. */
export type RequestCommand = Extract<PlanCommand, { type: 'rollback' | 'correct' | 'applyPart' }>;

/** The machine's reply to a request. */
interface CommandReply {
  requestId: string;
  /** Why the plan is unchanged; null when the command was carried out. */
  error: SerializedError | null;
  /** The files that a rollback changed; empty for other commands. */
  changes: RevertedFile[];
}

/**
 * Sends a command with `send` and resolves with the files it changed once the machine has replied and the reply is on disk.
 * @throws {TroupeError} why the command was rejected or failed; CANCELLED when the plan was cancelled first;
 * SYSTEM_CLOSED, or what stopped the runtime
 */
export async function sendForReply(
  host: Pick<PlanHost, 'eventBus' | 'fatalError'>,
  planId: string,
  command: RequestCommand,
  send: (command: RequestCommand) => Promise<void>,
): Promise<RevertedFile[]> {
  const requestId = requestIdOf(command);
  // Opened before the command is sent: the reply may be published before `send` resolves.
  const reader = host.eventBus.openReader();
  try {
    await send(command);
    for (let open = true; ; open = await reader.waitForEvents()) {
      for (let event = reader.poll(); event; event = reader.poll()) {
        if (event.planId !== planId) continue;
        const reply = replyIn(event);
        if (reply?.requestId === requestId) {
          if (reply.error !== null) throw TroupeError.deserialize(reply.error);
          return reply.changes;
        }
        if (event.type === 'plan.cancelled')
          throw new TroupeError('CANCELLED', 'The plan was cancelled', { where: `plan ${planId}` });
      }
      if (!open) throw host.fatalError() ?? new TroupeError('SYSTEM_CLOSED', 'This Troupe was closed');
    }
  } finally {
    reader.close();
  }
}

function requestIdOf(command: RequestCommand): string {
  switch (command.type) {
    case 'rollback':
      return command.order.rollbackId;
    case 'correct':
      return command.order.correctionId;
    case 'applyPart':
      return command.order.applyId;
  }
}

function replyIn(event: PlanEvent): CommandReply | null {
  switch (event.type) {
    case 'plan.rolled_back':
      return { requestId: event.rollbackId, error: null, changes: event.changes };
    case 'plan.rollback_failed':
      return { requestId: event.rollbackId, error: event.error, changes: [] };
    case 'plan.corrected':
      return { requestId: event.correction.correctionId, error: null, changes: [] };
    case 'plan.correction_failed':
      return { requestId: event.correctionId, error: event.error, changes: [] };
    case 'plan.part_applied':
      return { requestId: event.part.applyId, error: null, changes: [] };
    case 'plan.part_apply_failed':
      return { requestId: event.applyId, error: event.error, changes: [] };
    default:
      return null;
  }
}
