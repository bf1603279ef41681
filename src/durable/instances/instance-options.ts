/** What the durable system of one instance gets of the options of all. */
import type { AnyStateMachine } from 'xstate';
import { TroupeError } from '../../model/errors.ts';
import type { DurableOptions } from '../api.ts';
import type { InstancesOptions, MachineMap } from './instances-api.ts';

/** @throws {TroupeError} UNKNOWN_ACTOR for a new instance of a machine that is not given, RESTORE_FAILED for a stored one */
export function systemOptions(
  { machines, clock, keepCommands, migrations }: InstancesOptions<MachineMap>,
  name: string,
  { isNew, input }: { isNew: boolean; input?: unknown },
): Pick<DurableOptions<AnyStateMachine>, 'machine' | 'input' | 'clock' | 'keepCommands' | 'migrations'> {
  const machine = Object.hasOwn(machines, name) ? machines[name] : undefined;
  if (machine === undefined) {
    const message = `No machine is given under the name "${name}".`;
    throw new TroupeError(isNew ? 'UNKNOWN_ACTOR' : 'RESTORE_FAILED', message, { where: name });
  }
  const own = migrations?.[name];
  return {
    ...{ machine, clock },
    ...(input === undefined ? {} : { input }),
    ...(keepCommands === undefined ? {} : { keepCommands }),
    ...(migrations === undefined ? {} : { migrations: own === undefined ? migrations : { ...migrations, root: own } }),
  };
}
