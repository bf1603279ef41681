/** Tests that each value of a key makes the difference that its case describes. */
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { KeyCases } from './key-case.ts';
import { type KeyFixture, openKeyFixture } from './key-fixture.ts';

/** Plans of all cases share one repository and run at once. @param section of `troupe help action` that describes the keys */
export function testKeys(section: string, keyCases: KeyCases): void {
  let fixture: KeyFixture;
  beforeAll(async () => {
    fixture = await openKeyFixture();
  });
  afterAll(() => fixture.close());

  // The limit allows for busy machines.
  describe.concurrent(`In the section ${section} the key`, { timeout: 240_000 }, () => {
    const rows = Object.entries(keyCases).map(([key, each]) => [key, each.decides, each] as const);
    test.each(rows)('%s decides %s [R179]', async (_, __, { values, observe, expected }) => {
      const [first, ...others] = expected;
      expect(
        others.some(other => !isDeepStrictEqual(other, first)),
        'two of its values differ',
      ).toBe(true);
      expect(await Promise.all(values.map(value => observe(value, fixture)))).toEqual(expected);
    });
  });
}
