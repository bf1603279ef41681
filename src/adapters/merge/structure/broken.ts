import { parseAllDocuments } from 'yaml';
import { repeatedKey } from './document.ts';
import { type Format, formatsOf, textOf } from './format.ts';

/** YAML of more than this is not read by a parser that takes half a second for it. */
const yamlMax = 1_000_000;

type Judge = (text: string) => string | null;

/**
 * What a merge of lines cannot see: two sides may add the same key in different places, or one may add an element
 * behind a comma that the other took away. Such a merge is clean as text and wrong as JSON or YAML.
 *
 * @returns what is wrong with the merged file, or null; null as well where a side was already like that.
 */
export function brokenStructure(path: string, merged: Uint8Array, sides: readonly Uint8Array[]): string | null {
  const judges = judgesOf(path);
  const text = textOf(merged);
  if (text === null || judges[0] === undefined || judges[0](text) === null) return null;
  const texts = sides.map(textOf).filter(side => side !== null);
  if (texts.length < sides.length) return null;
  // Held against the strictest form that all sides keep: a comma at the end is wrong where no side has comments.
  const strictest = judges.find(judge => texts.every(side => judge(side) === null));
  return strictest?.(text) ?? null;
}

/** What may be asked of a file of that name, the strictest first. */
function judgesOf(path: string): Judge[] {
  const formats = formatsOf(path);
  return formats.map(format => text => problemOf(format, text));
}

function problemOf({ name, read }: Format, text: string): string | null {
  const document = read(text);
  if (document === null) return name === 'JSON' ? 'it does not parse as JSON' : problemOfYaml(text);
  const key = repeatedKey(document.root);
  return key === null ? null : `it has the key ${JSON.stringify(key)} twice in one object`;
}

/** What our reader of YAML leaves out, another one reads. */
function problemOfYaml(text: string): string | null {
  if (text.length > yamlMax) return null;
  const problem = parseAllDocuments(text, { logLevel: 'silent' })
    .flatMap(({ errors }) => errors)
    .at(0);
  if (problem === undefined) return null;
  return problem.code === 'DUPLICATE_KEY' ? 'it has a key twice in one map' : 'it does not parse as YAML';
}
