import { parse as parseToml, TomlError } from 'smol-toml';
import { DocumentReader } from './document-reader.ts';
import { repeatedVariable } from './env-file.ts';
import { type Format, formatsOf } from './format.ts';
import { repeatedEntries, type TextRange } from './ranges.ts';

/** What is wrong with a text, and the entries that are; none where only a reader could tell, and it gave up. */
export interface SyntaxProblem {
  problem: string;
  places: TextRange[];
}

type SyntaxChecker = (text: string) => SyntaxProblem | null;

/**
 * What a merge of lines cannot see: two sides may add the same key in different places, or one may add an element
 * behind a comma that the other took away. Such a merge is clean as text and wrong as JSON, YAML, TOML or variables.
 *
 * @returns what is wrong with the merged file, or null; null as well where a side was already like that.
 * @throws {WorkSpent}
 */
export function findSyntaxProblem(
  path: string,
  merged: Uint8Array,
  sides: readonly Uint8Array[],
  reading = new DocumentReader(),
): SyntaxProblem | null {
  const judges = syntaxCheckers(path, reading);
  if (judges[0] === undefined) return null;
  const text = reading.textOf(merged);
  if (text === null || judges[0](text) === null) return null;
  const texts = sides.map(side => reading.textOf(side)).filter(side => side !== null);
  if (texts.length < sides.length) return null;
  // Held against the strictest form that all sides keep: a comma at the end is wrong where no side has comments.
  const strictest = judges.find(judge => texts.every(side => judge(side) === null));
  return strictest?.(text) ?? null;
}

/** What is wrong with a merged file, in words: see {@link findSyntaxProblem}. */
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

/** Whether a file of that name is held against what it must be. */
export function hasSyntaxCheck(path: string): boolean {
  return tomlFile.test(path) || envFile.test(path) || formatsOf(path).length > 0;
}

/** What may be asked of a file of that name, the strictest first. */
function syntaxCheckers(path: string, reading: DocumentReader): SyntaxChecker[] {
  if (tomlFile.test(path)) return [text => reading.problemOf(text, problemOfToml)];
  if (envFile.test(path)) return [problemOfVariables];
  return formatsOf(path).map(format => text => problemOf(reading, format, text));
}

function problemOf(reading: DocumentReader, format: Format, text: string): SyntaxProblem | null {
  const document = reading.read(format, text);
  // What our reader of YAML leaves out, another one reads.
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
