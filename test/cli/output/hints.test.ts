import { expect, test } from 'vitest';
import { withLocationFlags } from '../../../src/cli/output/hints.ts';

test.each([
  ['plans', 'troupe --store plans plan list'],
  ['postgres://me@host/plans', 'troupe --store postgres://me@host/plans plan list'],
  ['postgres://me:sesame@host/plans?schema=a', "troupe --store 'postgres://me@host/plans?schema=a' plan list"],
  ['postgres://host/plans?user=me&password=sesame', "troupe --store 'postgres://host/plans?user=me' plan list"],
])('a hint names the store %s, without a password', (store, hint) => {
  expect(withLocationFlags('troupe plan list', { directory: '.', store })).toBe(hint);
});
