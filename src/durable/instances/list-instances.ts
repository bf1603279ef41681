/**
 * Lists instances by the index. Conditions of equality are joined, and the rows of what they have in common are read; without
 * one, the first condition with limits is read in its order; without any condition, all rows. Each row is then compared with all
 * conditions, so what is listed is what the row says.
 */
import type { Store } from '../../ports/store.ts';
import { key, prefix } from '../keys.ts';
import { joinIndexes } from './index-join.ts';
import { attributeField, indexPrefix } from './index-keys.ts';
import { type InstanceRow, type KnowsMachine, keyOf, shownStatus, toInfo } from './instance-row.ts';
import type { InstanceFilter, InstanceInfo, InstanceStatus } from './instances-api.ts';
import { parseConditions, type Range, type SearchConditions } from './search-conditions.ts';
import { encodeSearchValue, type StoredValue, valueEnd } from './search-value.ts';

const rowsAtOnce = 100;

interface Listing {
  store: Store;
  filter: InstanceFilter;
  conditions: SearchConditions;
  knows: KnowsMachine;
}

/** @throws {TypeError} for an unknown status, a condition that says nothing, and a limit below 0 */
export async function listInstances(
  store: Store,
  filter: InstanceFilter,
  knows: KnowsMachine,
): Promise<InstanceInfo[]> {
  const { limit = Number.POSITIVE_INFINITY, after } = filter;
  if (!(limit >= 0)) throw new TypeError(`limit must be a number from 0; it is ${String(limit)}.`);
  const listing: Listing = { store, filter, conditions: parseConditions(filter), knows };
  const found: InstanceInfo[] = [];
  for (const machine of filter.machine === undefined ? await readMachines(store) : [filter.machine]) {
    if (found.length >= limit) break;
    if (after !== undefined && encodeURIComponent(machine) < encodeURIComponent(after.machine)) continue;
    await listMachine({ ...listing, machine, limit }, found);
  }
  return found;
}

async function listMachine(
  listing: Listing & { machine: string; limit: number },
  found: InstanceInfo[],
): Promise<void> {
  const { machine, limit, conditions, knows, store } = listing;
  const at = (id: string) => `${key.instance(machine)}${id}`;
  const take = (own: string, row: InstanceRow | undefined): void => {
    if (row === undefined || found.length >= limit || !conditions.matches(row, shownStatus(row, knows(machine))))
      return;
    found.push(toInfo(at(own), row, knows));
  };
  let ids: string[] = [];
  const readRows = async () => {
    const rows = await Promise.all(ids.map(id => store.get(at(id))));
    for (const [index, id] of ids.entries()) take(id, rows[index] as InstanceRow | undefined);
    ids = [];
  };
  for await (const [id, row] of candidates(listing, machine)) {
    if (found.length >= limit) return;
    if (row !== undefined) take(id, row);
    else ids.push(id);
    if (ids.length >= Math.min(rowsAtOnce, limit)) await readRows();
  }
  await readRows();
}

/** Encoded ids in the order of the listing, with the row where it was read. */
async function* candidates(
  { store, filter, conditions, knows }: Listing,
  machine: string,
): AsyncIterable<[id: string, row?: InstanceRow]> {
  const after = filter.after?.machine === machine ? filter.after : undefined;
  const afterId = after === undefined ? '' : encodeURIComponent(after.id);
  const prefixes = equalityPrefixes(conditions, machine, knows);
  const [range] = conditions.ranges;
  if (prefixes === undefined) return;
  if (prefixes.length > 0) {
    for await (const id of joinIndexes(store, prefixes, afterId)) yield [id];
  } else if (range !== undefined) {
    const last = after && (await readValue(store, after, range.name));
    yield* readRange(
      store,
      machine,
      range,
      last === undefined ? undefined : `${encodeSearchValue(last)}${valueEnd}${afterId}`,
    );
  } else {
    const base = key.instance(machine);
    for await (const [at, row] of store.entries(base, afterId === '' ? {} : { after: base + afterId }))
      yield [at.slice(base.length), row as InstanceRow];
  }
}

/** Undefined when no instance of the machine can match. */
function equalityPrefixes(conditions: SearchConditions, machine: string, knows: KnowsMachine): string[] | undefined {
  const { status, fields, equal } = conditions;
  const prefixes = [
    ...fields.map(([field, value]) => indexPrefix(machine, field, value)),
    ...equal.map(({ name, value }) => indexPrefix(machine, attributeField(name), value)),
  ];
  if (status === undefined) return prefixes;
  if (status === (knows(machine) ? 'unknown-machine' : 'running')) return undefined;
  return [...prefixes, indexPrefix(machine, 'status', storedStatus(status))];
}

const storedStatus = (status: InstanceStatus): string => (status === 'unknown-machine' ? 'running' : status);

async function* readRange(
  store: Store,
  machine: string,
  { name, from, to }: Range,
  after: string | undefined,
): AsyncIterable<[id: string]> {
  // Values of another type have another first character.
  const base = key.index(machine, attributeField(name), encodeSearchValue(from ?? (to as StoredValue)).slice(0, 1));
  const field = key.index(machine, attributeField(name));
  const start = after ?? (from === undefined ? undefined : encodeSearchValue(from));
  const end = to === undefined ? undefined : Buffer.from(`${encodeSearchValue(to)}${valueEnd}\u007f`);
  for await (const [at] of store.entries(base, start === undefined ? {} : { after: field + start })) {
    const own = at.slice(field.length);
    if (end !== undefined && Buffer.compare(Buffer.from(own), end) > 0) return;
    yield [own.slice(own.lastIndexOf(valueEnd) + 1)];
  }
}

/** The value that the instance had when it was listed, else the one that it has. */
async function readValue(store: Store, after: NonNullable<InstanceFilter['after']>, name: string) {
  const listed = after.attributes?.[name];
  if (listed !== undefined) return listed instanceof Date ? { date: listed.getTime() } : listed;
  const row = (await store.get(keyOf(after))) as InstanceRow | undefined;
  return row?.attributes?.[name];
}

/** The machines that have instances, one read for each. */
async function readMachines(store: Store): Promise<string[]> {
  const machines: string[] = [];
  for (let after: string | undefined = prefix.instance; after !== undefined; ) {
    const start: string = after;
    after = undefined;
    for await (const [at] of store.entries(prefix.instance, { after: start, limit: 1 })) {
      const machine = at.slice(prefix.instance.length, at.indexOf('/', prefix.instance.length));
      machines.push(decodeURIComponent(machine));
      after = `${prefix.instance}${machine}/\u007f`;
    }
  }
  return machines;
}
