/** Words that the code does not use, because the field has plainer ones. Each rule is shown to find its own violation. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { documents, everything, root, type Source, sources } from './sources.ts';

/** Denied word → the word to use. */
const deniedInNames: Readonly<Record<string, string>> = {
  ...{ purse: 'budget', pocket: 'budget node', deed: 'command', shelf: 'store', scene: 'input', lookout: 'observer' },
  ...{ land: 'apply', lands: 'applies', landed: 'applied', landing: 'apply', landings: 'applied parts' },
  ...{ settle: 'resolve', settles: 'resolves', settled: 'resolved', settling: 'resolving', settlement: 'resolution' },
  ...{
    tell: 'emit',
    tells: 'emits',
    told: 'event',
    said: 'message',
    spoken: 'message',
    heard: 'events',
    news: 'event',
  },
  ...{ fact: 'event', facts: 'events', conviction: 'confidence', consent: 'approval', homecoming: 'apply' },
  ...{ standing: 'state', stand: 'state', stands: 'states', born: 'started', begun: 'started', onward: 'next' },
  ...{ nobody: 'none', somebody: 'user', whoever: 'user', anew: 'again', stray: 'orphan', strays: 'orphans' },
  ...{ house: 'code', door: 'entry point', doors: 'entry points', rooms: 'modules' },
};

/** Idiom in comments, in strings and in the documents. */
const deniedInText =
  /\b(?:nobody|somebody|whoever|anew|purses?|deeds?|homecoming|landings?|landed|lands|settle[sd]?|settling|told|(?:bring|brings|brought|come|comes) (?:it |them )?home|leads? on|lets? (?:go of|it go|them go)|(?:is|are|was|were) let go|holds? no longer|(?:of|as|to) the present|thinks? again|houses?|doors?|rooms)\b/i;

const words = (name: string): string[] =>
  name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);

/** Names of JavaScript. */
const builtIn = ['allSettled', 'PromiseSettledResult', 'PromiseFulfilledResult', 'PromiseRejectedResult'];

const deniedWord = (name: string): string | undefined =>
  builtIn.includes(name) ? undefined : words(name).find(word => Object.hasOwn(deniedInNames, word));

/** This file lists the denied words. */
const self = 'test/tidy-language.test.ts';

const read = (path: string): Source => ({ path, text: readFileSync(join(root, path), 'utf8') });

/** Every source file, the configuration beside them included. */
const code = (): Source[] => [
  ...sources(...everything).filter(({ path }) => path !== self),
  ...readdirSync(root)
    .filter(name => /\.(?:[cm]?[jt]s|json)$/.test(name) && name !== 'package-lock.json')
    .map(read),
];

const features = (): Source[] =>
  readdirSync(join(root, 'features'), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.feature'))
    .map(path => read(join('features', path)));

/** `path:line: name (word to use)` of every identifier that contains a denied word. */
function deniedNames({ path, text }: Source): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, false);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const word = ts.isIdentifier(node) || ts.isPrivateIdentifier(node) ? deniedWord(node.text) : undefined;
    if (word !== undefined) {
      const { line } = file.getLineAndCharacterOfPosition(node.getStart(file));
      found.push(`${path}:${line + 1}: ${node.getText(file)} (${deniedInNames[word]})`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const deniedLines = ({ path, text }: Source): string[] =>
  text.split('\n').flatMap((line, index) => (deniedInText.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []));

/** Words that are no participle of this kind: nouns, entry points, and what `spawnDetached` does. */
const otherWords = [
  ...['finding', 'recording', 'drawing', 'testing', 'embedding', 'string'],
  ...['elapsed', 'detached', 'unattended', 'embed', 'feed', 'seed'],
];

/** `asking.ts`, `rolling-back.ts`. A participle before a noun is an adjective: `tagged-processes.ts`. */
function isParticiple(path: string): boolean {
  const parts = basename(path)
    .replace(/\..*$/, '')
    .replace(/[-_](?:back|up|out|on|in)$/, '')
    .split(/[-_]/);
  const last = parts.at(-1) ?? '';
  return /[a-z]{2}(?:ing|ed)$/.test(last) && !otherWords.includes(last);
}

// The first test reads and parses every file.
describe('the language of the project', { timeout: 120_000 }, () => {
  test('has no denied word in an identifier [R200]', () => {
    const files = code().filter(({ path }) => !path.endsWith('.json'));
    expect(files.length).toBeGreaterThan(1000);
    expect(files.flatMap(deniedNames)).toEqual([]);
  });

  test('has no denied word in a file name [R200]', () => {
    const paths = sources(...everything).map(({ path }) => path);
    expect(paths.filter(path => path.split('/').some(part => deniedWord(part) !== undefined))).toEqual([]);
  });

  test('has no denied word in strings, comments, features and documents [R200]', () => {
    const texts = documents()
      .filter(path => !path.startsWith('docs/requirements'))
      .map(read);
    expect(texts.length).toBeGreaterThan(20);
    expect(features().length).toBeGreaterThan(10);
    expect([...code(), ...features(), ...texts].flatMap(deniedLines)).toEqual([]);
  });

  test('names no file with a participle [R200]', () => {
    expect(sources(...everything).flatMap(({ path }) => (isParticiple(path) ? [path] : []))).toEqual([]);
  });

  test('is checked: a denied name, line and file name are found', () => {
    const text = 'const toldOf = { hasLanded: 1 };\nconst island = toString(foretold, backLands);\n';
    expect(deniedNames({ path: 'a.ts', text })).toEqual([
      'a.ts:1: toldOf (event)',
      'a.ts:1: hasLanded (applied)',
      'a.ts:2: backLands (applies)',
    ]);
    const lines = 'Bring it home.\nAn island in the Netherlands.\n// Nobody has the store.\n';
    expect(deniedLines({ path: 'a.md', text: lines })).toEqual([
      'a.md:1: Bring it home.',
      'a.md:3: // Nobody has the store.',
    ]);
    const names = ['rolling-back.ts', 'asking.ts', 'plan-ended.ts', 'tagged-pids.ts', 'feed.ts', 'finding.ts'];
    expect(names.filter(isParticiple)).toEqual(['rolling-back.ts', 'asking.ts', 'plan-ended.ts']);
  });
});
