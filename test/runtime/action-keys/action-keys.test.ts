/** Walks over every key that an action can have, and shows for each that its value makes a difference. */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { actionKeys } from '../../../src/index.ts';
import { agentCases } from './agent.ts';
import { checkCases } from './checks.ts';
import { goalCases } from './goal.ts';
import type { KeyCases } from './key-case.ts';
import { type KeyFixture, openKeyFixture } from './key-fixture.ts';
import { limitCases } from './limits.ts';
import { sandboxCases } from './sandbox.ts';
import { spawnCases } from './spawn.ts';
import { stepCases } from './step.ts';
import { subplanCases } from './subplans.ts';

/** By the section of `troupe help action` that describes the keys. */
const table: Record<string, KeyCases> = {
  action: { ...goalCases, ...checkCases, ...sandboxCases, ...subplanCases, ...limitCases },
  agent: agentCases,
  step: { ...stepCases, ...spawnCases },
};

/** A map has an effect by its keys; every other key has one of its own. */
function leaves(keys: readonly { key: string }[]): string[] {
  const isMap = (key: string) =>
    keys.some(other => /^[.[]/.test(other.key.slice(key.length)) && other.key.startsWith(key));
  return keys.map(({ key }) => key).filter(key => !isMap(key));
}

let fixture: KeyFixture;
beforeAll(async () => {
  fixture = await openKeyFixture();
});
afterAll(() => fixture.close());

describe('The table of action keys', () => {
  test.each(
    actionKeys(),
  )('has a row for every key of an $name that the schema has, and for no other [R179]', section => {
    expect(Object.keys(table[section.name] ?? {}).sort()).toEqual(leaves(section.keys).sort());
  });
});

// Plans of all rows share one repository. The limit is for machines that are busy with other things.
describe.concurrent.each(Object.entries(table))('In the section %s the key', { timeout: 240_000 }, (_, rows) => {
  const cases = Object.entries(rows).map(([key, each]) => [key, each.decides, each] as const);
  test.each(cases)('%s decides %s [R179]', async (_, __, { values, observe, expected }) => {
    const [first, ...others] = expected;
    expect(
      others.some(other => !isDeepStrictEqual(other, first)),
      'two of its values differ',
    ).toBe(true);
    expect(await Promise.all(values.map(value => observe(value, fixture)))).toEqual(expected);
  });
});
