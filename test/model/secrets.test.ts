import { expect, test } from 'vitest';
import { redactAll } from '../../src/model/redact.ts';
import { detectSecrets } from '../../src/model/secrets.ts';

// Split in two, so that this file itself contains no secret.
const halves: [string, string, string][] = [
  ['AWS access key id', 'AKIA', 'ABCDEFGHIJKLMNOP'],
  ['GitHub token', 'ghp_', 'a'.repeat(36)],
  ['GitLab token', 'glpat-', 'a'.repeat(20)],
  ['Slack token', 'xoxb-', '1234567890-abc'],
  ['Google API key', 'AIza', 'b'.repeat(35)],
  ['Stripe live key', 'sk_live_', 'c'.repeat(24)],
  ['npm token', 'npm_', 'd'.repeat(36)],
  ['model provider key', 'sk-ant-', 'e'.repeat(40)],
  ['private key', '-----BEGIN RSA PRIV', 'ATE KEY-----'],
];

test.each(halves)('detects a %s [R147]', (name, left, right) => {
  expect(detectSecrets(`token = "${left}${right}"`)).toEqual([{ name, text: `${left}${right}` }]);
});

test('finds nothing in ordinary code', () => {
  expect(detectSecrets('const skip = "sk-short"; const id = "AKIA"; // ghp_ is a prefix')).toEqual([]);
});

test.each(halves)('redacts a %s in any text [R147]', (name, left, right) => {
  const found = new Set<string>();
  const held = { [`${left}${right}`]: 1, deep: [null, 2, `a ${left}${right} b ${left}${right} c`] };
  const clean = redactAll(held, found);
  expect(clean).toEqual({ [`[${name}]`]: 1, deep: [null, 2, expect.stringMatching(/^a \[/)] });
  expect([...found]).toEqual([name]);
  expect(detectSecrets(JSON.stringify(clean))).toEqual([]);
});

test('redacts all lines of a private key', () => {
  const key = ['-----BEGIN EC PRIV', 'ATE KEY-----\nMHcC\nAQEE\n-----END EC PRIV', 'ATE KEY-----'].join('');
  expect(redactAll(`before ${key} after`, new Set())).toBe('before [private key] after');
});
