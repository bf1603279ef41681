import { parse as parseToml, TomlError } from '../../../libraries/toml.ts';
import { DocumentReader } from './document-reader.ts';
import { repeatedVariable } from './env-file.ts';
import { type Format, formatsOf } from './format.ts';
import { hasReleases, mixedRelease } from './lock-releases.ts';
import { repeatedEntries } from './ranges.ts';
import type { SyntaxProblem } from './syntax-problem.ts';

type SyntaxChecker = (text: string) => SyntaxProblem | null;

/**
 * Finds errors that a merge of lines cannot see: two sides may add the same key in different places, or one may add
 * an element after a comma that the other removed. Such a merge has no conflict and is invalid JSON, YAML, TOML or
 * `.env`. A lock file may get a release of which each side has a part.
 *
 * @returns what is wrong with the merged file, or null; null also when a side was already invalid
 * @throws {WorkBudgetExceeded}
 */
export function findSyntaxProblem(
  path: string,
  merged: Uint8Array,
  sides: readonly Uint8Array[],
  reading = new DocumentReader(),
): SyntaxProblem | null {
  if (!hasSyntaxCheck(path)) return null;
  const text = reading.textOf(merged);
  if (text === null) return null;
  const judges = syntaxCheckers(path, reading);
  const isValid = judges[0] === undefined || judges[0](text) === null;
  if (isValid && !hasReleases(path)) return null;
  const texts = sides.map(side => reading.textOf(side)).filter(side => side !== null);
  if (texts.length < sides.length) return null;
  if (isValid) return findMixedRelease(path, text, texts);
  // Uses the strictest form that all sides have: a trailing comma is an error when no side has comments.
  const strictest = judges.find(judge => texts.every(side => judge(side) === null));
  return strictest?.(text) ?? null;
}

function findMixedRelease(path: string, merged: string, sides: readonly string[]): SyntaxProblem | null {
  const place = mixedRelease(path, merged, sides);
  if (place === null) return null;
  const problem = 'it has a release that no side has: version, source and checksum of an entry are one value';
  return { problem, places: [place] };
}

/** Describes what is wrong with a merged file: see {@link findSyntaxProblem}. */
export function checkSyntax(
  path: string,
  merged: Uint8Array,
  sides: readonly Uint8Array[],
  reading?: DocumentReader,
): string | null {
  return findSyntaxProblem(path, merged, sides, reading)?.problem ?? null;
}

const tomlFile = /(?:\.toml|(?:^|\/)(?:Cargo\.lock|poetry\.lock|uv\.lock|pdm\.lock|Pipfile|Gopkg\.lock))$/;
const envFile = /(?:^|\/)(?:\.env(?:\.[\w.-]+)?|[\w.-]+\.env)$/;

/** Returns whether files of that name are checked. */
export function hasSyntaxCheck(path: string): boolean {
  return tomlFile.test(path) || envFile.test(path) || hasReleases(path) || formatsOf(path).length > 0;
}

/** Returns the checkers for a file name, strictest first. */
function syntaxCheckers(path: string, reading: DocumentReader): SyntaxChecker[] {
  if (tomlFile.test(path)) return [text => reading.problemOf(text, problemOfToml)];
  if (envFile.test(path)) return [problemOfVariables];
  return formatsOf(path).map(format => text => problemOf(reading, format, text));
}

function problemOf(reading: DocumentReader, format: Format, text: string): SyntaxProblem | null {
  const document = reading.read(format, text);
  // YAML that our parser does not support is checked by another one.
  if (document === null) return format.name === 'JSON' ? unparsed('JSON') : reading.problemOfYaml(text);
  if (reading.repeatedKey(format, document) === null) return null;
  const twice = repeatedEntries(document.root);
  const [first] = twice;
  if (first === undefined) return null;
  return { problem: `it has the key ${JSON.stringify(first.key)} twice in one object`, places: twice };
}

function problemOfToml(text: string): SyntaxProblem | null {
  try {
    parseToml(text);
    return null;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return unparsed('TOML');
  }
}

function problemOfVariables(text: string): SyntaxProblem | null {
  const twice = repeatedVariable(text);
  return twice === null ? null : { problem: `it sets the variable ${twice.name} twice`, places: twice.places };
}

function unparsed(name: string): SyntaxProblem {
  return { problem: `it does not parse as ${name}`, places: [] };
}
