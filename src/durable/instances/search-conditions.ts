/** The conditions of a listing. */

import { omitUndefined } from '../../model/optional-keys.ts';
import { statePaths } from './index-keys.ts';
import type { InstanceRow } from './instance-row.ts';
import type { InstanceFilter, InstanceStatus, SearchCondition, SearchValue } from './instances-api.ts';
import { compareValues, type StoredValue, toStoredValue } from './search-value.ts';

/** Limits of a search attribute. */
export interface Range {
  name: string;
  from?: StoredValue;
  to?: StoredValue;
  matches(value: StoredValue): boolean;
}

export interface SearchConditions {
  status: InstanceStatus | undefined;
  /** Of the state, the tag and the version. */
  fields: [field: 'state' | 'tag' | 'version', value: string][];
  equal: { name: string; value: StoredValue }[];
  ranges: Range[];
  matches(row: InstanceRow, status: InstanceStatus): boolean;
}

const statuses: readonly string[] = [
  'running',
  'done',
  'stopped',
  'quarantined',
  'unknown-machine',
] satisfies InstanceStatus[];

/** The statuses that are also states. */
const statesToo: readonly string[] = ['quarantined', 'unknown-machine'] satisfies InstanceStatus[];

/** @throws {TypeError} for an unknown status, and a condition that says nothing; {TroupeError} NOT_STORABLE for a value of another type */
export function parseConditions({ status, state, tag, version, where = {} }: InstanceFilter): SearchConditions {
  if (status !== undefined && !statuses.includes(status))
    throw new TypeError(`status must be one of ${statuses.join(', ')}; it is ${String(status)}.`);
  const isStatus = state !== undefined && statesToo.includes(state);
  const wanted = [status, isStatus ? (state as InstanceStatus) : undefined].filter(each => each !== undefined);
  const fields: SearchConditions['fields'] = [];
  if (state !== undefined && !isStatus) fields.push(['state', state]);
  if (tag !== undefined) fields.push(['tag', tag]);
  if (version !== undefined) fields.push(['version', version]);
  const equal: SearchConditions['equal'] = [];
  const ranges: Range[] = [];
  for (const [name, condition] of Object.entries(where)) {
    if (isValue(condition)) equal.push({ name, value: toStoredValue(condition, name) });
    else ranges.push(parseRange(name, condition));
  }
  return {
    ...{ status: wanted[0], fields, equal, ranges },
    matches: (row, own) =>
      wanted.every(each => each === own) &&
      fields.every(([field, value]) => valuesOf(row)[field].includes(value)) &&
      equal.every(({ name, value }) => isEqual(row.attributes?.[name], value)) &&
      ranges.every(range => {
        const value = row.attributes?.[range.name];
        return value !== undefined && range.matches(value);
      }),
  };
}

const valuesOf = (row: InstanceRow) => ({
  state: statePaths(row.state),
  tag: row.tags ?? [],
  version: row.version === undefined ? [] : [row.version],
});

const isValue = (condition: SearchCondition): condition is SearchValue =>
  typeof condition !== 'object' || condition instanceof Date;

const isEqual = (a: StoredValue | undefined, b: StoredValue): boolean => a !== undefined && compareValues(a, b) === 0;

const limits = {
  gt: (order: number) => order > 0,
  gte: (order: number) => order >= 0,
  lt: (order: number) => order < 0,
  lte: (order: number) => order <= 0,
};

function parseRange(name: string, condition: Exclude<SearchCondition, SearchValue>): Range {
  const stored = Object.entries(condition).flatMap(([limit, value]) =>
    value === undefined ? [] : [{ limit: limit as keyof typeof limits, value: toStoredValue(value, name) }],
  );
  const [first] = stored;
  if (first === undefined || stored.some(({ limit }) => !Object.hasOwn(limits, limit)))
    throw new TypeError(`The condition of "${name}" must be a value, or limits: gt, gte, lt, lte.`);
  const bound = (...names: string[]) => stored.find(({ limit }) => names.includes(limit))?.value;
  const [from, to] = [bound('gt', 'gte'), bound('lt', 'lte')];
  return {
    name,
    ...omitUndefined({ from, to }),
    matches: value =>
      stored.every(({ limit, value: edge }) => {
        const order = compareValues(value, edge);
        return order !== undefined && limits[limit](order);
      }),
  };
}
