import { parse as parseToml, TomlError } from 'smol-toml';
import { repeatedVariable } from './env-file.ts';
import { type Format, formatsOf } from './format.ts';
import { type Place, repeatedEntries } from './places.ts';
import { Reading } from './reading.ts';

/** What is wrong with a text, and the entries that are; none where only a reader could tell, and it gave up. */
export interface Broken {
  problem: string;
  places: Place[];
}

type Judge = (text: string) => Broken | null;

/**
 * What a merge of lines cannot see: two sides may add the same key in different places, or one may add an element
 * behind a comma that the other took away. Such a merge is clean as text and wrong as JSON, YAML, TOML or variables.
 *
 * @returns what is wrong with the merged file, or null; null as well where a side was already like that.
 * @throws {WorkSpent}
 */
export function findBroken(
  path: string,
  merged: Uint8Array,
  sides: readonly Uint8Array[],
  reading = new Reading(),
): Broken | null {
  const judges = judgesOf(path, reading);
  if (judges[0] === undefined) return null;
  const text = reading.textOf(merged);
  if (text === null || judges[0](text) === null) return null;
  const texts = sides.map(side => reading.textOf(side)).filter(side => side !== null);
  if (texts.length < sides.length) return null;
  // Held against the strictest form that all sides keep: a comma at the end is wrong where no side has comments.
  const strictest = judges.find(judge => texts.every(side => judge(side) === null));
  return strictest?.(text) ?? null;
}

/** What is wrong with a merged file, in words: see {@link findBroken}. */
export function brokenStructure(
  path: string,
  merged: Uint8Array,
  sides: readonly Uint8Array[],
  reading?: Reading,
): string | null {
  return findBroken(path, merged, sides, reading)?.problem ?? null;
}

const tomlFile = /(?:\.toml|(?:^|\/)(?:Cargo\.lock|poetry\.lock|uv\.lock|pdm\.lock|Pipfile|Gopkg\.lock))$/;
const envFile = /(?:^|\/)(?:\.env(?:\.[\w.-]+)?|[\w.-]+\.env)$/;

/** Whether a file of that name is held against what it must be. */
export function isJudged(path: string): boolean {
  return tomlFile.test(path) || envFile.test(path) || formatsOf(path).length > 0;
}

/** What may be asked of a file of that name, the strictest first. */
function judgesOf(path: string, reading: Reading): Judge[] {
  if (tomlFile.test(path)) return [text => reading.problemOf(text, problemOfToml)];
  if (envFile.test(path)) return [problemOfVariables];
  return formatsOf(path).map(format => text => problemOf(reading, format, text));
}

function problemOf(reading: Reading, format: Format, text: string): Broken | null {
  const document = reading.read(format, text);
  // What our reader of YAML leaves out, another one reads.
  if (document === null) return format.name === 'JSON' ? unparsed('JSON') : reading.problemOfYaml(text);
  if (reading.repeatedKey(format, document) === null) return null;
  const twice = repeatedEntries(document.root);
  const [first] = twice;
  if (first === undefined) return null;
  return { problem: `it has the key ${JSON.stringify(first.key)} twice in one object`, places: twice };
}

function problemOfToml(text: string): Broken | null {
  try {
    parseToml(text);
    return null;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    return unparsed('TOML');
  }
}

function problemOfVariables(text: string): Broken | null {
  const twice = repeatedVariable(text);
  return twice === null ? null : { problem: `it sets the variable ${twice.name} twice`, places: twice.places };
}

function unparsed(name: string): Broken {
  return { problem: `it does not parse as ${name}`, places: [] };
}
