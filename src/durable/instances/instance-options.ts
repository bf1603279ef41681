/** What the durable system of one instance gets of the options of all. */
import type { AnyStateMachine } from 'xstate';
import { TroupeError } from '../../model/errors.ts';
import { omitUndefined } from '../../model/optional-keys.ts';
import type { DurableOptions } from '../api.ts';
import { isNewer } from '../migrations.ts';
import { assertMachine } from '../open-options.ts';
import { versionOf } from '../xstate-internals.ts';
import type { KnowsMachine } from './instance-row.ts';
import type { InstancesOptions, MachineMap, MachineVersions, SearchAttributes } from './instances-api.ts';

/** @throws {TroupeError} UNKNOWN_ACTOR */
export function assertKnown(machine: string, knows: KnowsMachine): void {
  if (knows(machine)) return;
  throw new TroupeError('UNKNOWN_ACTOR', `No machine is given under the name "${machine}".`, { where: machine });
}

/** @throws {TypeError} for a name under which there is no machine of XState, and for search attributes of an unknown one */
export function assertMachines(machines: MachineMap, search: SearchAttributes<MachineMap> | undefined): void {
  for (const [name, given] of Object.entries(machines)) {
    for (const machine of isList(given) ? given : [given]) assertMachine(machine, `machines.${name}`);
  }
  for (const name of Object.keys(search ?? {})) {
    if (!Object.hasOwn(machines, name))
      throw new TypeError(`search declares attributes of "${name}", but machines has no machine of this name.`);
  }
}

/** @throws {TypeError} for a list that is empty, or has a version twice */
export function assertVersions(machines: MachineMap): void {
  for (const [name, given] of Object.entries(machines)) {
    if (!isList(given)) continue;
    const versions = given.map(versionOf);
    if (versions.length > 0 && new Set(versions).size === versions.length) continue;
    throw new TypeError(
      `The machine "${name}" must be given with versions that differ; they are ${versions.join(', ')}.`,
    );
  }
}

const isList = (given: MachineVersions): given is readonly AnyStateMachine[] => Array.isArray(given);

/** Returns the machine of this version; the newest where there is none, and for a new instance. */
function selectVersion(given: MachineVersions, version: string | undefined): AnyStateMachine {
  if (!isList(given)) return given;
  const own = version === undefined ? undefined : given.find(machine => versionOf(machine) === version);
  // Versions without an order are in the order of the list.
  const newest = given.reduce((best, next) => (isNewer(versionOf(best), versionOf(next)) ? best : next));
  return own ?? newest;
}

/** @throws {TroupeError} UNKNOWN_ACTOR for a machine that is not given */
export function systemOptions(
  { machines, clock, keepCommands, migrations }: InstancesOptions<MachineMap>,
  name: string,
  { input, version }: { input?: unknown; version?: string | undefined },
): Pick<DurableOptions<AnyStateMachine>, 'machine' | 'input' | 'clock' | 'keepCommands' | 'migrations'> {
  assertKnown(name, given => Object.hasOwn(machines, given));
  const machine = selectVersion(machines[name] as MachineVersions, version);
  const own = migrations?.[name];
  return {
    ...{ machine, clock },
    ...omitUndefined({ input, keepCommands }),
    ...(migrations === undefined ? {} : { migrations: own === undefined ? migrations : { ...migrations, root: own } }),
  };
}
