import { repeatedKey } from './document.ts';
import { type Format, formatsOf } from './format.ts';
import { Reading } from './reading.ts';

type Judge = (text: string) => string | null;

/**
 * What a merge of lines cannot see: two sides may add the same key in different places, or one may add an element
 * behind a comma that the other took away. Such a merge is clean as text and wrong as JSON or YAML.
 *
 * @returns what is wrong with the merged file, or null; null as well where a side was already like that.
 * @throws {WorkSpent}
 */
export function brokenStructure(
  path: string,
  merged: Uint8Array,
  sides: readonly Uint8Array[],
  reading = new Reading(),
): string | null {
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

/** What may be asked of a file of that name, the strictest first. */
function judgesOf(path: string, reading: Reading): Judge[] {
  return formatsOf(path).map(format => text => problemOf(reading, format, text));
}

function problemOf(reading: Reading, format: Format, text: string): string | null {
  const document = reading.read(format, text);
  if (document === null) return format.name === 'JSON' ? 'it does not parse as JSON' : problemOfYaml(reading, text);
  const key = repeatedKey(document.root);
  return key === null ? null : `it has the key ${JSON.stringify(key)} twice in one object`;
}

/** What our reader of YAML leaves out, another one reads. */
function problemOfYaml(reading: Reading, text: string): string | null {
  const problem = reading.problemOfYaml(text);
  if (problem === null) return null;
  return problem === 'DUPLICATE_KEY' ? 'it has a key twice in one map' : 'it does not parse as YAML';
}
