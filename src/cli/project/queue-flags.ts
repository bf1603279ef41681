import { commandHint, TroupeError } from '../../index.ts';
import type { CommandContext } from '../command.ts';
import { parseNames } from './parse-names.ts';

/** Where work goes: of the flags, else of the environment, else of your configuration. */
export interface QueueSettings {
  queue?: string | undefined;
  exchange?: string | undefined;
  namespace?: string | undefined;
  labels?: readonly string[] | undefined;
}

type QueueContext = Pick<CommandContext, 'args' | 'io'>;

/** Returns the settings of a command that may use workers; `queue` is missing when it uses none. */
export function findQueue({ args, io }: QueueContext, settings: QueueSettings, flag: string): QueueSettings {
  return {
    queue: args.text(flag) ?? io.env.TROUPE_WORKERS ?? settings.queue,
    exchange: args.text('exchange') ?? io.env.TROUPE_EXCHANGE ?? settings.exchange,
    namespace: args.text('namespace') ?? settings.namespace,
    labels: parseNames(args.text('worker-labels')) ?? settings.labels,
  };
}

/** The same for a command that needs a queue. @throws {TroupeError} USAGE when none is named */
export function requireQueue(
  context: QueueContext,
  settings: QueueSettings,
  flag: string,
): QueueSettings & { queue: string } {
  const found = findQueue(context, settings, flag);
  if (found.queue !== undefined) return { ...found, queue: found.queue };
  throw new TroupeError(
    'USAGE',
    `Name the queue of the workers with --${flag}, TROUPE_WORKERS, or workers in your config.yaml`,
    {
      where: `--${flag}`,
      hints: [commandHint('help worker')],
    },
  );
}
