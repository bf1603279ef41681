/** Answers what an ACP agent asks of its client: permissions, and files of its sandbox. */
import { setImmediate } from 'node:timers/promises';
import type { RequestError } from '../../../libraries/acp.ts';
import type { AgentEvent } from '../../../model/agent-event.ts';
import { TroupeError } from '../../../model/errors.ts';
import { isReadOnlyRole } from '../../../model/read-only-role.ts';
import type { AgentTask } from '../../../ports/agent.ts';
import { type ClientFiles, createClientFiles, type ReadRequest } from './client-files.ts';
import { isTaskToolCall } from './task-tool-call.ts';
import { type AcpToolCall, commandOf } from './tool-call.ts';
import type { UpdateReader } from './update-reader.ts';

export interface ClientRequestsOptions {
  task: AgentTask;
  reader: UpdateReader;
  /** The names of the tools of the task. */
  toolNames: readonly string[];
  take(event: AgentEvent): void;
  /** The errors of the library, which is loaded by now. */
  errors: typeof RequestError;
}

/** How the client answers a request for permission. */
export type PermissionOutcome = { outcome: 'selected'; optionId: string } | { outcome: 'cancelled' };

export interface ClientRequests {
  /**
   * Chooses an option by its kind, and never one that is for always: the guards judge each action. Without an option for
   * the answer the request is cancelled.
   */
  permission(request: {
    toolCall: object;
    options: readonly { kind: string; optionId: string }[];
  }): Promise<PermissionOutcome>;
  readFile(request: ReadRequest): Promise<{ content: string }>;
  writeFile(request: { path: string; content: string }): Promise<void>;
  /** After the task's signal aborted: resolves when every pending request for permission has its answer, "cancelled". */
  permissionsCancelled(): Promise<void>;
}

export function createClientRequests({ task, reader, toolNames, take, errors }: ClientRequestsOptions): ClientRequests {
  const files = createClientFiles({ task, take, errors });
  const pending = new Set<Promise<PermissionOutcome>>();
  const decide: ClientRequests['permission'] = async ({ toolCall, options }) => {
    const { call, line, events } = reader.toolCall({ ...toolCall });
    for (const event of events) take(event);
    try {
      if (!isTaskToolCall(call, toolNames)) await assertPermitted(task, files, call);
      return choose(options, 'allow_once');
    } catch (thrown) {
      if (task.signal.aborted) return { outcome: 'cancelled' };
      TroupeError.assert(thrown);
      take({ kind: 'refused', what: line });
      task.log(thrown.message);
      return choose(options, 'reject_once');
    }
  };
  return {
    permission(request) {
      const answer = decide(request).finally(() => pending.delete(answer));
      pending.add(answer);
      return answer;
    },
    async permissionsCancelled() {
      await Promise.allSettled(pending);
      // The library writes an answer some microtasks after it has it.
      await setImmediate();
    },
    readFile: files.read,
    writeFile: files.write,
  };
}

/** Asks the guards about a tool call. The agent may then write the files that it was permitted to edit. */
async function assertPermitted(task: AgentTask, files: ClientFiles, call: AcpToolCall): Promise<void> {
  const { kind, title } = call;
  if (kind === 'think' || kind === 'fetch') return;
  if (kind === 'switch_mode' && !isReadOnlyRole(task.role)) return;
  const tool = tools[kind];
  if (tool === undefined) return task.permit('builtin/run', { command: commandOf(call) });
  const found = await Promise.all(call.paths.map(files.at));
  const paths = found.map(({ path }) => path);
  await task.permit(tool, paths.length === 0 ? { title } : { path: paths.join(', ') });
  if (kind === 'edit') for (const path of paths) files.allowWrite(path);
}

function choose(options: readonly { kind: string; optionId: string }[], wanted: string): PermissionOutcome {
  const option = options.find(({ kind }) => kind === wanted);
  return option === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId: option.optionId };
}

/** The tool that does the same as a call of a kind. Every kind that is not here counts as running a program. */
const tools: Readonly<Record<string, string>> = {
  read: 'builtin/read',
  search: 'builtin/search',
  edit: 'builtin/edit',
  delete: 'builtin/delete',
  move: 'builtin/write',
};
