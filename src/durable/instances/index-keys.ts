/** The rows of the index: under which keys an instance is found. */
import type { StateValue } from 'xstate';
import { key } from '../keys.ts';
import type { InstanceName, InstanceRow } from './instance-row.ts';
import { encodeSearchValue, type StoredValue, valueEnd } from './search-value.ts';

/** A search attribute is a field of its own. */
export const attributeField = (name: string): string => `@${name}`;

/** The prefix of the instances with this value of a field, in the order of their ids. */
export const indexPrefix = (machine: string, field: string, value: StoredValue): string =>
  key.index(machine, field, `${encodeSearchValue(value)}${valueEnd}`);

export function indexKeys({ machine, id }: InstanceName, row: InstanceRow): string[] {
  const own = encodeURIComponent(id);
  const keys = [`${indexPrefix(machine, 'status', row.status ?? 'running')}${own}`];
  const add = (field: string, value: StoredValue) => keys.push(`${indexPrefix(machine, field, value)}${own}`);
  for (const path of statePaths(row.state)) add('state', path);
  for (const tag of row.tags ?? []) add('tag', tag);
  if (row.version !== undefined) add('version', row.version);
  for (const [name, value] of Object.entries(row.attributes ?? {})) add(attributeField(name), value);
  return keys;
}

/** Each state that a value is in, such as `delivery` and `delivery.packed`. */
export function statePaths(value: StateValue): string[] {
  if (typeof value === 'string') return [value];
  return Object.entries(value).flatMap(([name, below]) => [
    name,
    ...(below === undefined ? [] : statePaths(below)).map(path => `${name}.${path}`),
  ]);
}
