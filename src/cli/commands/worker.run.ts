import { resolve } from 'node:path';
import { commandHint, TroupeError } from '../../index.ts';
import { pluralize } from '../../presentation/units.ts';
import type { CommandContext, RunCommand } from '../command.ts';
import { loadOwnAgents, loadUserWorkers } from '../project/config.ts';
import { environmentFlags, inheritedEnvironment, secretValues } from '../project/environment.ts';
import { parseNames } from '../project/parse-names.ts';
import { requireQueue } from '../project/queue-flags.ts';

/** Takes work until a signal, then finishes what it does. */
export const run: RunCommand = async context => {
  const { io, args, log } = context;
  const [{ startWorker }, { agentVariables }] = await Promise.all([
    import('../../worker.ts'),
    import('../project/agent-variables.ts'),
  ]);
  const { queue, exchange, namespace } = requireQueue(context, await loadUserWorkers(io.env), 'queue');
  const folder = args.text('folder');
  const ownAgents = await loadOwnAgents(io.env);
  const { agentEnv, secrets } = agentVariables(io.env, ownAgents);
  const worker = await startWorker({
    ...{ queue, exchange, namespace, ownAgents, agentEnv },
    concurrency: numberOf(context, 'concurrency', 1),
    leaseMs: numberOf(context, 'lease', 15) * 1000,
    labels: parseNames(args.text('labels')) ?? [],
    agents: parseNames(args.text('agents')),
    commands: args.list('allow-command'),
    env: { ...inheritedEnvironment(io.env), ...Object.fromEntries(environmentFlags(context)) },
    secrets: { ...secrets, ...secretValues(context) },
    folder: folder === undefined ? undefined : resolve(context.globals.directory, folder),
    log,
  });
  const agents = Object.entries(worker.agents).map(([name, version]) =>
    version === null ? name : `${name} ${version}`,
  );
  log(`Worker ${worker.id} takes work from ${worker.queue}: ${agents.join(', ')}`);
  if (args.list('allow-command').length === 0) log('It runs no commands: allow them with --allow-command', 'warning');
  await untilStopped(context);
  const left = worker.running();
  log(left === 0 ? 'No work is running' : `Finishes ${pluralize(left, 'job')}; stop it again to end at once`);
  const stopped = await worker.drain();
  const again = stopped === 0 ? '' : ` It stopped ${pluralize(stopped, 'job')}, which another worker does again.`;
  return { data: { worker: worker.id, queue: worker.queue, stopped }, text: `The worker has ended.${again}` };
};

async function untilStopped({ interrupts }: CommandContext): Promise<void> {
  const stop = new AbortController();
  interrupts.handle(() => stop.abort());
  await new Promise<void>(enough => stop.signal.addEventListener('abort', () => enough()));
}

function numberOf({ args }: CommandContext, flag: string, otherwise: number): number {
  const typed = args.text(flag);
  const found = typed === undefined ? otherwise : Number(typed);
  if (Number.isInteger(found) && found >= 1) return found;
  throw new TroupeError('USAGE', `--${flag} is a whole number from 1 on`, {
    where: `--${flag} ${typed}`,
    hints: [commandHint('help worker')],
  });
}
