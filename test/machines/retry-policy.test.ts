import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What production says, without what it imports and what it hands on. */
function production(): string {
  const files = ['machines', 'actors', 'src'].flatMap(folder =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter(name => name.endsWith('.ts') && !name.endsWith('index.ts'))
      .map(name => join(root, folder, name)),
  );
  return files
    .map(file => readFileSync(file, 'utf8').replace(/^import [^;]*;/gm, ''))
    .join('\n')
    .replace(/^ ?\*.*$|\/\*\*.*\*\//gm, '');
}

test('Production calls every function that the retry modules export [R52]', () => {
  const sources = ['retry.machine', 'backoff', 'circuit-breaker'].map(name =>
    readFileSync(join(root, `machines/${name}.ts`), 'utf8'),
  );
  const names = sources.flatMap(source =>
    [...source.matchAll(/^export (?:function|const) (\w+)/gm)].map(([, name = '']) => name),
  );
  expect(names).toEqual(
    expect.arrayContaining(['withRetry', 'retryPolicyFromProfile', 'backoffMs', 'toBreakerError', 'countConsecutive']),
  );
  const text = production();
  const uses = (name: string) => text.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0;
  // The chart by itself is for drawing and for hosts; its own proof uses it.
  const unused = names.filter(name => name !== 'retryMachine' && uses(name) < 2);
  expect(unused).toEqual([]);
  expect(uses('noSuchRetryHelper')).toBe(0);
});
