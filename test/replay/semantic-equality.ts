import { isDeepStrictEqual } from 'node:util';
import { parse as parseJson } from 'jsonc-parser';
import { parseAllDocuments } from 'yaml';

/** Whether two files say the same, whatever their layout. */
export function isSemanticallyEqual(path: string, a: Uint8Array, b: Uint8Array): boolean {
  return isDeepStrictEqual(semanticValue(path, a), semanticValue(path, b));
}

function semanticValue(path: string, bytes: Uint8Array): unknown {
  const text = Buffer.from(bytes).toString('utf8');
  if (!/\.ya?ml$/i.test(path)) return parseJson(text);
  return parseAllDocuments(text, { logLevel: 'silent' }).map(document => document.toJS() as unknown);
}
