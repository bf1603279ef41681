import type { Plan } from '../../index.ts';
import type { CommandContext } from '../command.ts';
import { type OpenedProject, openProject } from '../project/open-project.ts';

/** What the tools of one server share: the project, opened at the first call and closed with the server. */
export interface Session extends AsyncDisposable {
  context: CommandContext;
  /** Whether the caller may apply results. */
  mayApply: boolean;
  /** @throws {TroupeError} what opening a project throws; the next call tries again */
  open(): Promise<OpenedProject>;
  /** @throws {TroupeError} UNKNOWN_PLAN */
  plan(id: string | undefined): Promise<Plan>;
  /** Continues plans whose process ended. A call that only reads does not. */
  resume(): Promise<void>;
  /** Whether unfinished plans are being worked on, here or in the process that owns the store. */
  works(): boolean;
}

export function createSession(context: CommandContext): Session {
  let opening: Promise<OpenedProject> | null = null;
  let resumed = false;
  const open = () => {
    opening ??= openProject(context).catch(thrown => {
      opening = null;
      throw thrown;
    });
    return opening;
  };
  return {
    context,
    mayApply: context.args.has('allow-apply'),
    open,
    plan: async id => (await open()).troupe.get(id),
    async resume() {
      await (await open()).troupe.resume();
      resumed = true;
    },
    works: () => resumed || !context.ownsStore(),
    async [Symbol.asyncDispose]() {
      const opened = await opening?.catch(() => null);
      await opened?.[Symbol.asyncDispose]();
    },
  };
}
