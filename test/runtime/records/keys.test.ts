import { expect, test } from 'vitest';
import { prefix } from '../../../src/durable/keys.ts';
import { keys } from '../../../src/runtime/records/keys.ts';

test('the keys of plans and the keys of actors never overlap in the store they share', () => {
  const all = [...keys.versionedPrefixes, keys.version, ...Object.values(prefix)].map(
    beginning => beginning.split('/')[0],
  );
  expect(all.filter((letters, at) => all.indexOf(letters) !== at)).toEqual([]);
});
