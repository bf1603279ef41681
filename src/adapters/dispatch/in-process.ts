import { join } from 'node:path';
import type { Agents } from '../../ports/agent.ts';
import type { Dispatcher } from '../../ports/dispatcher.ts';
import type { RunProcess } from '../../ports/process.ts';
import type { SandboxEnvironment } from '../../ports/tool.ts';

/** Does all work in this process, as soon as it is dispatched. */
export function inProcessDispatcher({ agents, run }: { agents: Agents; run: RunProcess }): Dispatcher {
  return {
    async runAgent({ agent: ref, actionDir, task, place }) {
      const agent = agents(ref, actionDir);
      const { variables } = agent.usesDirectory === false ? { variables: {} } : await place();
      return agent.run({ ...task, variables });
    },
    runValidations({ programs, signal, place }) {
      let placed: Promise<SandboxEnvironment> | null = null;
      return {
        async result(at) {
          const program = programs[at];
          if (program === undefined) throw new TypeError(`There is no validation ${at}`);
          placed ??= place();
          const { directory, variables } = await placed;
          const { folder, onStart, env, ...rest } = program;
          onStart();
          const cwd = folder === undefined ? directory : join(directory, folder);
          return run({ ...rest, signal, cwd, env: { ...env, ...variables } });
        },
        close: async () => undefined,
      };
    },
    stopped: async () => undefined,
    workers: async () => [],
    close: async () => undefined,
  };
}
