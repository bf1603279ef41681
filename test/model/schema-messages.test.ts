import { expect, test } from 'vitest';
import * as z from 'zod';
import { describeIssue } from '../../src/model/schema-messages.ts';

const message = (schema: z.ZodType, value: unknown) =>
  schema.safeParse(value, { error: describeIssue }).error?.issues[0]?.message;

const spawn = z.strictObject({ goal: z.string().optional(), resourceScopes: z.string().optional() });

test.each<[string, z.ZodType, unknown]>([
  ['is missing', z.string(), undefined],
  ['must be text, not null', z.string(), null],
  ['must be a number, not a list', z.number(), [1]],
  ['must be a list, not a map of keys', z.array(z.string()), {}],
  ['must be true or false, not text', z.boolean(), 'yes'],
  ['must be date, not a number', z.date(), 1],
  ['must be a', z.literal('a'), 'b'],
  ['must be one of a, b', z.enum(['a', 'b']), 'c'],
  ['may not be empty', z.string().min(1), ''],
  ['must have at least 2 characters', z.string().min(2), 'a'],
  ['must have at most 1 characters', z.string().max(1), 'ab'],
  ['must have at least 1 entry', z.array(z.number()).min(1), []],
  ['must have at most 2 entries', z.array(z.number()).max(2), [1, 2, 3]],
  ['must be more than 0', z.number().gt(0), 0],
  ['must be at least 1', z.number().min(1), 0],
  ['must be less than 3', z.number().lt(3), 3],
  ['must be at most 3', z.number().max(3), 4],
  ['does not have the form that is asked for', z.string().regex(/^a$/), 'b'],
  ['is no url', z.url(), 'b'],
  ['must be a multiple of 5', z.number().multipleOf(5), 3],
  ['has the unknown key "a"', z.strictObject({}), { a: 1 }],
  ['has the unknown keys "a", "b"', z.strictObject({}), { a: 1, b: 2 }],
  ['has the unknown key "scope"; known here: goal, resourceScopes', spawn, { scope: 1 }],
  ['has the unknown key "gaol"; did you mean goal?', spawn, { gaol: 1 }],
  ['has the unknown keys "gaol", "x"; known here: goal, resourceScopes', spawn, { gaol: 1, x: 2 }],
  ['has a key that is not allowed', z.record(z.string().regex(/^a/), z.number()), { c: 1 }],
  ['has none of the known forms', z.union([z.string(), z.number()]), true],
  ['is not understood', z.string().refine(() => false), 'a'],
])('A value that is not as its schema says: %s', (expected, schema, value) => {
  expect(message(schema, value)).toBe(expected);
});
