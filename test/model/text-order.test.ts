import { expect, test } from 'vitest';
import { ascending } from '../../src/model/text-order.ts';

test('Items are in the order of the code units of their key, and equal ones keep their order', () => {
  const items = ['b1', 'ä1', 'a1', 'B1', 'a2', 'b0'].map(text => ({ key: text.charAt(0), text }));
  expect(items.sort(ascending(({ key }) => key)).map(({ text }) => text)).toEqual(['B1', 'a1', 'a2', 'b1', 'b0', 'ä1']);
});
