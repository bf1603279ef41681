/** The search attributes that an application declares for its machines. */
import type { AnyMachineSnapshot } from 'xstate';
import { ascending } from '../../model/text-order.ts';
import type { MachineMap, SearchAttributes } from './instances-api.ts';
import { type StoredValue, toStoredValue } from './search-value.ts';

type Declared = Readonly<Record<string, (snapshot: AnyMachineSnapshot) => unknown>>;

/** Returns the values of an instance in this state; undefined when it has none. */
export type AttributeReader = (snapshot: AnyMachineSnapshot) => Record<string, StoredValue> | undefined;

const declaredFor = (search: SearchAttributes<MachineMap> | undefined, machine: string): Declared =>
  (search !== undefined && Object.hasOwn(search, machine) ? (search[machine] as Declared | undefined) : undefined) ??
  {};

export function attributeReader(search: SearchAttributes<MachineMap> | undefined, machine: string): AttributeReader {
  const declared = Object.entries(declaredFor(search, machine));
  return snapshot => {
    let values: Record<string, StoredValue> | undefined;
    for (const [name, read] of declared) {
      const value = read(snapshot);
      if (value === undefined || value === null) continue;
      values ??= {};
      values[name] = toStoredValue(value, `${machine}/${name}`);
    }
    return values;
  };
}

/** @throws {TypeError} for a name that is declared for none of the machines */
export function assertDeclared(
  search: SearchAttributes<MachineMap> | undefined,
  machines: readonly string[],
  names: readonly string[],
): void {
  for (const name of names) {
    if (machines.some(machine => Object.hasOwn(declaredFor(search, machine), name))) continue;
    throw new TypeError(`"${name}" is no search attribute of ${machines.map(each => `"${each}"`).join(' or ')}.`);
  }
}

/** Changes when an attribute is added, removed or written differently: the instances must be read again then. */
export function searchSignature(search: SearchAttributes<MachineMap> | undefined, machine: string): string {
  const declared = Object.entries(declaredFor(search, machine)).sort(ascending(([key]) => key));
  return declared.map(([name, read]) => `${name}: ${String(read)}`).join('\n');
}

type Values = ReturnType<AttributeReader>;

export function hasSameValues(a: Values, b: Values): boolean {
  const encoded = (values: Values) =>
    Object.entries(values ?? {}).map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  return encoded(a).sort().join() === encoded(b).sort().join();
}
