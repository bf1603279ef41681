import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ulid } from 'ulid';
import { describe, expect, test } from 'vitest';
import { withoutSequences } from '../../src/model/redact-escapes.ts';
import { createRedactor } from '../../src/model/redactor.ts';
import { placeholdersIn } from '../../src/model/secrets.ts';
import { truncateEnd, truncateStart } from '../../src/model/truncate.ts';
import { fakePrivateKey, fakeSecretLines, fakeSecrets } from './fake-secrets.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { text, value } = createRedactor();

function filesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile() && /\.(?:ts|tsx|md|json|feature)$/.test(entry.name))
    .map(entry => join(entry.parentPath, entry.name));
}

describe('The redactor does not change [R182]', () => {
  test('ids and hashes of all kinds', () => {
    for (let at = 0; at < 2_000; at++) {
      const hash = (name: string) => createHash(name).update(String(at));
      const ids = [
        ...[ulid(), randomUUID(), hash('sha1').digest('hex'), hash('sha256').digest('hex')],
        `sha512-${hash('sha512').digest('base64')}`,
        hash('sha384').digest('base64url'),
      ];
      const line = JSON.stringify({ oid: ids[2], integrity: ids[4], ids });
      expect(text(line)).toBe(line);
    }
  });

  test('the code, the documents and the lock file of this repository', () => {
    const files = [
      ...['src', 'actors', 'machines', 'features', 'docs/guides', 'examples'].flatMap(filesIn),
      join(root, 'package-lock.json'),
    ];
    expect(files.length).toBeGreaterThan(400);
    const changed = files.filter(file => {
      const whole = readFileSync(file, 'utf8');
      return text(whole) !== whole;
    });
    expect(changed).toEqual([]);
  });

  test('code that names a password without containing one', () => {
    const lines = [
      'password: string;',
      'const password = hashedPassword;',
      'apiKey: process.env.API_KEY,',
      'connect(password=password, api_key=os.environ["KEY"])',
      'password: z.string().min(8)',
      'PWD=/home/me/project',
      'type Props = { accessToken: AccessToken }',
    ];
    expect(lines.map(text)).toEqual(lines);
  });

  test('a value without a secret, and returns the same object', () => {
    const plain = { list: ['a', { b: 'c' }], n: 1, nothing: null };
    expect(value(plain)).toBe(plain);
    const mixed = { same: plain, other: fakeSecretLines[2] };
    const clean = value(mixed);
    expect(clean.same).toBe(plain);
    expect(clean.other).toBe('token [GitHub token]');
  });
});

describe('The redactor replaces [R182]', () => {
  test('the value of a field named as a password', () => {
    expect(value({ dbPassword: 'correcthorse', api_key: 'abcdefgh', password: 'string', token: 'x' })).toEqual({
      ...{ dbPassword: '[password]', api_key: '[password]', password: 'string', token: 'x' },
    });
  });

  test('a known value within JSON and within a URL, and one that is added later', () => {
    const redactor = createRedactor({ KEY: 'a "b"/c d' });
    expect(redactor.text(JSON.stringify({ is: 'a "b"/c d' }))).toBe('{"is":"[value of KEY]"}');
    expect(redactor.text(`https://x/?q=${encodeURIComponent('a "b"/c d')}`)).toBe('https://x/?q=[value of KEY]');
    expect(redactor.text('later on')).toBe('later on');
    redactor.addSecrets({ NEW: 'later on' });
    expect(redactor.text('later on')).toBe('[value of NEW]');
  });

  test('the rest of a private key whose start was cut off', () => {
    expect(text(`${fakePrivateKey.slice(1).join('\n')}\nafter`)).toBe('[private key]\nafter');
  });

  test('colored text, completely or in parts, and keeps colors around it where it can [R182]', () => {
    const coloured = (secret: string) => `\u001b[1;31m${secret}\u001b[0m\u001b[K`;
    const spelt = (secret: string) => JSON.stringify(coloured(secret)).slice(1, -1);
    const marked = (secret: string) => `${secret.slice(0, 6)}\u001b[01;31m\u001b[K${secret.slice(6)}\u001b[m`;
    for (const [kind, secret, line] of fakeSecrets)
      for (const paint of [coloured, spelt, marked, (text: string) => `\u009b31m${text}`]) {
        const clean = text(line.replace('%', () => paint(secret)));
        expect(clean, kind).not.toContain(secret);
        expect(withoutSequences(clean), kind).not.toContain(secret);
        expect(withoutSequences(createRedactor().lines()(paint(line.replace('%', () => secret)))), kind).not.toContain(
          secret,
        );
      }
    expect(text(`a ${coloured(fakeSecrets[2]?.[1] ?? '')} b`)).toBe('a \u001b[1;31m[GitHub token]\u001b[0m\u001b[K b');
    expect(text('\u001b[32mplain\u001b[0m')).toBe('\u001b[32mplain\u001b[0m');
    expect(createRedactor({ KEY: 'sesame-open' }).knownValues(marked('sesame-open'))).toBe('[value of KEY]');
  });

  test('a private key with colors in each line [R182]', () => {
    const replaceLine = createRedactor().lines();
    const clean = fakePrivateKey.map(line => withoutSequences(replaceLine(`\u001b[31m${line}\u001b[0m`)));
    expect(clean).toEqual(fakePrivateKey.map(() => '[private key]'));
  });

  test('a private key between whose lines other lines come [R182]', () => {
    const replaceLine = createRedactor().lines();
    const others = ['warning: slow', '', 'ok', '10 files'];
    const mixed = fakePrivateKey.flatMap((line, at) => [line, others[at % others.length] ?? '']);
    const clean = mixed.map(replaceLine);
    expect(clean.filter((_, at) => at % 2 === 0)).toEqual(fakePrivateKey.map(() => '[private key]'));
    expect(clean).toContain('warning: slow');
  });

  test('two private keys that two streams print at the same time [R182]', () => {
    const replaceLine = createRedactor().lines();
    const clean = fakePrivateKey.flatMap(line => [replaceLine(`out ${line}`), replaceLine(line)]);
    expect(new Set(clean.slice(2, -2).filter((_, at) => at % 2 === 1))).toEqual(new Set(['[private key]']));
    expect([replaceLine('0123456789abcdef'), replaceLine('done')]).toEqual(['0123456789abcdef', 'done']);
  });

  test('no lines far behind a private key without an end [R182]', () => {
    const replaceLine = createRedactor().lines();
    for (const line of [fakePrivateKey[0] ?? '', ...Array.from({ length: 21 }, (_, at) => `line ${at} of code`)])
      replaceLine(line);
    expect(replaceLine('0b71622715533db0feda727222d107fa78925c30')).toBe('0b71622715533db0feda727222d107fa78925c30');
  });

  test('a redacted text when it is redacted again, and its names are found', () => {
    const once = text(fakeSecretLines.join('\n'));
    expect(text(once)).toBe(once);
    expect(placeholdersIn(once).length).toBeGreaterThanOrEqual(fakeSecrets.length - 2);
    expect(placeholdersIn('an [option] and [value of X]')).toEqual(['[value of X]']);
  });
});

test('a text is cut between words, so that no partial secret remains', () => {
  expect(truncateEnd('one two three', 9)).toBe('one two ');
  expect(truncateEnd('one two three', 7)).toBe('one two');
  expect(truncateStart('one two three', 7)).toBe('three');
  expect(truncateStart('one two three', 5)).toBe('three');
  expect(truncateEnd('one', 9)).toBe('one');
  expect(truncateStart('abcdefghij', 4)).toBe('ghij');
});
