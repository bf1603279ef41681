import { describe, expect, test } from 'vitest';
import { redactAll } from '../../src/model/redact.ts';
import { createRedactor } from '../../src/model/redactor.ts';
import { fakePrivateKey, fakeSecrets } from './fake-secrets.ts';

test('23 kinds are planted', () => {
  expect(fakeSecrets).toHaveLength(23);
});

describe.each(fakeSecrets)('a secret of %s', (_kind, secret, line) => {
  const [before = '', after = ''] = line.split('%');

  test('is redacted in a line, and the words around it stay', () => {
    const clean = createRedactor().lines()(`then ${line.replace('%', secret)} done`);
    expect(clean).not.toContain(secret);
    expect(clean).toMatch(/\[[A-Za-z ]+\]/);
    expect(clean.startsWith(`then ${before}`)).toBe(true);
    expect(clean.endsWith(`${after} done`)).toBe(true);
  });

  test('is redacted in a record, also as JSON within a text', () => {
    const text = line.replace('%', secret);
    const clean = JSON.stringify(redactAll({ deep: [text, JSON.stringify({ text })] }, new Set()));
    expect(clean).not.toContain(secret);
  });
});

test('ordinary output is unchanged', () => {
  const lines = [
    'const bearer = token; // a bearer of news',
    'https://example.com:8080/a@b',
    'commit 0a1b2c3d4e5f67890a1b2c3d4e5f67890a1b2c3d',
    'sha512-Ab3dEf7hIj1lMn5pQr9tUv2xYz4Ab3dEf7hIj1lMn5pQr9tUv2xYz4==',
    'password=$PASSWORD password=(none) password=<yours>',
  ];
  const redactor = createRedactor().lines();
  expect(lines.map(redactor)).toEqual(lines);
});

test('a known value is replaced by its name, the longer of two first, and a short one stays', () => {
  const redactor = createRedactor({
    SHORT: 'yes',
    PART: 'correct horse',
    WHOLE: 'correct horse battery',
    LINES: 'first line\nsecond line',
  }).lines();
  expect(redactor('yes: correct horse battery, correct horse')).toBe('yes: [value of WHOLE], [value of PART]');
  expect(['a first line', 'second line b'].map(redactor)).toEqual(['a [value of LINES]', '[value of LINES] b']);
});

test('a private key is redacted with all its lines, and what follows stays, also when the key was truncated', () => {
  const redactor = createRedactor().lines();
  const clean = [
    'before',
    ...fakePrivateKey,
    'after',
    ...fakePrivateKey.slice(0, 2),
    'then: this, and that!',
    'end',
  ].map(redactor);
  expect(clean.filter(line => line !== '[private key]')).toEqual(['before', 'after', 'then: this, and that!', 'end']);
});

test('the time for a long line is linear in its length', () => {
  const redactor = createRedactor().lines();
  for (const piece of ['eyJaaaaaaaa-', 'a://', 'password="', 'bearer    ', 'sk-', 'pypi-', '""""', 'SG.']) {
    const line = piece.repeat(20_000);
    const started = performance.now();
    redactor(line);
    expect(performance.now() - started).toBeLessThan(10_000);
  }
});
