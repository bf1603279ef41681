/** The files of a task that an ACP agent reads and writes through its client: those of its sandbox. */
import { realpath } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import type { RequestError } from '../../../libraries/acp.ts';
import type { AgentEvent } from '../../../model/agent-event.ts';
import { TroupeError } from '../../../model/errors.ts';
import type { AgentTask } from '../../../ports/agent.ts';
import type { SandboxFile } from '../../../ports/files.ts';
import { directoryFiles } from '../../files/directory-files.ts';

/** A request to read lines of a file; `line` counts from 1. */
export interface ReadRequest {
  path: string;
  line?: number | null | undefined;
  limit?: number | null | undefined;
}

export interface ClientFiles {
  /** Returns the file of a path. @throws {TroupeError} TOOL_REFUSED for a path outside of the sandbox */
  at(path: string): Promise<SandboxFile>;
  /** Allows the next write of a file, which is not asked about again. @param path as the file has it */
  allowWrite(path: string): void;
  read(request: ReadRequest): Promise<{ content: string }>;
  write(request: { path: string; content: string }): Promise<void>;
}

const readBytesMax = 16 * 1024 * 1024;

export function createClientFiles({
  task,
  take,
  errors,
}: {
  task: AgentTask;
  take(event: AgentEvent): void;
  errors: typeof RequestError;
}): ClientFiles {
  const files = directoryFiles(task.directory);
  const allowed = new Set<string>();

  const at = async (path: string): Promise<SandboxFile> => {
    const real = await realpath(task.directory);
    const file = resolve(task.directory, path);
    const root = [task.directory, real].find(each => file === each || file.startsWith(`${each}/`)) ?? task.directory;
    return files.at(relative(root, file) || '.');
  };
  /** @throws {RequestError} for a path outside of the sandbox, or of something that is no file */
  const requestedFile = async (path: string): Promise<SandboxFile> => {
    const file = await at(path).catch(thrown => {
      if (TroupeError.is(thrown)) throw errors.invalidParams({ path }, thrown.message);
      throw thrown;
    });
    if (file.kind === 'folder' || file.kind === 'other') throw errors.invalidParams({ path }, `${path} is not a file`);
    return file;
  };

  return {
    at,
    allowWrite: path => allowed.add(path),
    async read({ path, line, limit }) {
      const file = await requestedFile(path);
      if (file.kind === null) throw errors.resourceNotFound(path);
      if ((await file.bytes()) > readBytesMax) throw errors.invalidParams({ path }, `${path} is too large`);
      const content = (await file.read()).toString('utf8');
      if (line == null && limit == null) return { content };
      const start = Math.max(0, (line ?? 1) - 1);
      const lines = content.split('\n');
      return { content: lines.slice(start, limit == null ? lines.length : start + limit).join('\n') };
    },
    async write({ path, content }) {
      const file = await requestedFile(path);
      if (!allowed.delete(file.path)) {
        await task.permit('builtin/write', { path: file.path }).catch(thrown => {
          TroupeError.assert(thrown);
          take({ kind: 'refused', what: `writes ${file.path}` });
          throw errors.invalidRequest({ path }, thrown.message);
        });
      }
      if (task.signal.aborted) throw errors.requestCancelled();
      await file.write(Buffer.from(content));
    },
  };
}
