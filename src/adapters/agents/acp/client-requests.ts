/** Answers what an ACP agent asks of its client: permissions, and files of its sandbox. */
import { realpath } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { RequestError } from '../../../libraries/acp.ts';
import { isReadOnlyRole } from '../../../model/agent.ts';
import type { AgentEvent } from '../../../model/agent-event.ts';
import { TroupeError } from '../../../model/errors.ts';
import type { AgentTask } from '../../../ports/agent.ts';
import type { SandboxFile } from '../../../ports/files.ts';
import { directoryFiles } from '../../files/directory-files.ts';
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
  readFile(request: {
    path: string;
    line?: number | null | undefined;
    limit?: number | null | undefined;
  }): Promise<{ content: string }>;
  writeFile(request: { path: string; content: string }): Promise<void>;
  /** After the task's signal aborted: resolves when every pending request for permission has its answer, "cancelled". */
  permissionsCancelled(): Promise<void>;
}

const readBytesMax = 16 * 1024 * 1024;

export function createClientRequests({ task, reader, toolNames, take, errors }: ClientRequestsOptions): ClientRequests {
  const files = directoryFiles(task.directory);
  /** Files that the agent was permitted to change and has not written yet: the write is not asked about again. */
  const permitted = new Set<string>();
  const pending = new Set<Promise<PermissionOutcome>>();

  /** @throws {TroupeError} TOOL_REFUSED for a path outside of the sandbox */
  const fileAt = async (path: string): Promise<SandboxFile> => {
    const real = await realpath(task.directory);
    const file = resolve(task.directory, path);
    const root = [task.directory, real].find(each => file === each || file.startsWith(`${each}/`)) ?? task.directory;
    return files.at(relative(root, file) || '.');
  };
  /** @throws {RequestError} for a path outside of the sandbox, or of something that is no file */
  const requestedFile = async (path: string): Promise<SandboxFile> => {
    const file = await fileAt(path).catch(thrown => {
      if (TroupeError.is(thrown)) throw errors.invalidParams({ path }, thrown.message);
      throw thrown;
    });
    if (file.kind === 'folder' || file.kind === 'other') throw errors.invalidParams({ path }, `${path} is not a file`);
    return file;
  };

  const assertPermitted = async (call: AcpToolCall): Promise<void> => {
    const { kind, title } = call;
    if (isTaskToolCall(call, toolNames)) return;
    if (kind === 'think' || kind === 'fetch') return;
    if (kind === 'switch_mode' && !isReadOnlyRole(task.role)) return;
    const tool = tools[kind];
    if (tool === undefined) return task.permit('builtin/run', { command: commandOf(call) });
    const found = await Promise.all(call.paths.map(fileAt));
    const paths = found.map(({ path }) => path);
    await task.permit(tool, paths.length === 0 ? { title } : { path: paths.join(', ') });
    if (kind === 'edit') for (const path of paths) permitted.add(path);
  };
  const chosen = (options: readonly { kind: string; optionId: string }[], wanted: string): PermissionOutcome => {
    const option = options.find(({ kind }) => kind === wanted);
    return option === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId: option.optionId };
  };

  const decide: ClientRequests['permission'] = async ({ toolCall, options }) => {
    const { call, line, events } = reader.toolCall({ ...toolCall });
    for (const event of events) take(event);
    try {
      await assertPermitted(call);
      return chosen(options, 'allow_once');
    } catch (thrown) {
      if (task.signal.aborted) return { outcome: 'cancelled' };
      if (!TroupeError.is(thrown)) throw thrown;
      take({ kind: 'refused', what: line });
      task.log(thrown.message);
      return chosen(options, 'reject_once');
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
    async readFile({ path, line, limit }) {
      const file = await requestedFile(path);
      if (file.kind === null) throw errors.resourceNotFound(path);
      if ((await file.bytes()) > readBytesMax) throw errors.invalidParams({ path }, `${path} is too large`);
      const content = (await file.read()).toString('utf8');
      if (line == null && limit == null) return { content };
      const start = Math.max(0, (line ?? 1) - 1);
      const lines = content.split('\n');
      return { content: lines.slice(start, limit == null ? lines.length : start + limit).join('\n') };
    },
    async writeFile({ path, content }) {
      const file = await requestedFile(path);
      if (!permitted.delete(file.path)) {
        await task.permit('builtin/write', { path: file.path }).catch(thrown => {
          if (!TroupeError.is(thrown)) throw thrown;
          take({ kind: 'refused', what: `writes ${file.path}` });
          throw errors.invalidRequest({ path }, thrown.message);
        });
      }
      if (task.signal.aborted) throw errors.requestCancelled();
      await file.write(Buffer.from(content));
    },
  };
}

/** The tool that does the same as a call of a kind. Every kind that is not here counts as running a program. */
const tools: Readonly<Record<string, string>> = {
  read: 'builtin/read',
  search: 'builtin/search',
  edit: 'builtin/edit',
  delete: 'builtin/delete',
  move: 'builtin/write',
};
