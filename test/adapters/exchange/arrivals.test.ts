import { expect, test } from 'vitest';
import { createArrivals } from '../../../src/adapters/exchange/arrivals.ts';

const nothing = async () => undefined;

test('a commit that exists is fetched unless it arrived as a whole', async () => {
  const { need, add } = createArrivals(['kept'], async () => true);
  const fetched: string[] = [];
  const fetch = (name: string) => async () => {
    fetched.push(name);
  };
  add('made');
  for (const commit of ['kept', 'made', 'half', 'half']) await need(commit, fetch(commit));
  expect(fetched).toEqual(['half']);
});

test('a commit that git has collected is fetched again', async () => {
  let isThere = true;
  const { need } = createArrivals(['kept'], async () => isThere);
  isThere = false;
  await expect(need('kept', () => Promise.reject(new Error('fetched')))).rejects.toThrow('fetched');
});

test('two that need a commit share its transfer, and the second one tries its own when that fails', async () => {
  const { need } = createArrivals([], async () => true);
  const order: string[] = [];
  const first = need('c', async () => {
    order.push('first');
    throw new Error('the ref is gone');
  });
  const second = need('c', async () => {
    order.push('second');
  });
  await expect(first).rejects.toThrow('the ref is gone');
  await second;
  await need('c', () => Promise.reject(new Error('again')));
  expect(order).toEqual(['first', 'second']);
  await need('d', nothing);
});

test('two that need a commit share one transfer that succeeds', async () => {
  const { need } = createArrivals([], async () => true);
  let transfers = 0;
  const fetch = async () => {
    transfers += 1;
  };
  await Promise.all([need('c', fetch), need('c', fetch)]);
  expect(transfers).toBe(1);
});
