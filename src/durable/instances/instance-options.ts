/** What the durable system of one instance gets of the options of all. */
import type { AnyStateMachine } from 'xstate';
import { TroupeError } from '../../model/errors.ts';
import type { DurableOptions } from '../api.ts';
import type { KnowsMachine } from './instance-row.ts';
import type { InstancesOptions, MachineMap } from './instances-api.ts';

/** @throws {TroupeError} UNKNOWN_ACTOR */
export function assertKnown(machine: string, knows: KnowsMachine): void {
  if (knows(machine)) return;
  throw new TroupeError('UNKNOWN_ACTOR', `No machine is given under the name "${machine}".`, { where: machine });
}

/** @throws {TroupeError} UNKNOWN_ACTOR for a machine that is not given */
export function systemOptions(
  { machines, clock, keepCommands, migrations }: InstancesOptions<MachineMap>,
  name: string,
  input: unknown,
): Pick<DurableOptions<AnyStateMachine>, 'machine' | 'input' | 'clock' | 'keepCommands' | 'migrations'> {
  assertKnown(name, given => Object.hasOwn(machines, given));
  const machine = machines[name] as AnyStateMachine;
  const own = migrations?.[name];
  return {
    ...{ machine, clock },
    ...(input === undefined ? {} : { input }),
    ...(keepCommands === undefined ? {} : { keepCommands }),
    ...(migrations === undefined ? {} : { migrations: own === undefined ? migrations : { ...migrations, root: own } }),
  };
}
