/**
 * What a merge of lines cannot see: two sides may add the same key in different places, or one may add an element
 * behind a comma that the other took away. Such a merge is clean as text and wrong as JSON.
 *
 * @returns what is wrong with the merged file, or null; null as well where a side was already like that.
 */
export function brokenStructure(path: string, merged: Uint8Array, sides: readonly Uint8Array[]): string | null {
  if (!path.toLowerCase().endsWith('.json')) return null;
  const problem = jsonProblem(merged);
  if (problem === null) return null;
  return sides.every(side => jsonProblem(side) === null) ? problem : null;
}

/** Why a file is not a JSON document without duplicate keys, or null. An empty file is not one. */
export function jsonProblem(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  try {
    JSON.parse(text);
  } catch {
    return 'it does not parse as JSON';
  }
  const key = duplicateKey(text);
  return key === null ? null : `it has the key ${JSON.stringify(key)} twice in one object`;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]/g;

/** The first key given twice in one object of a valid JSON text. */
function duplicateKey(text: string): string | null {
  const open: (Set<string> | null)[] = [];
  let previous = '';
  for (const [found] of text.matchAll(token)) {
    if (found === '{') open.push(new Set());
    else if (found === '[') open.push(null);
    else if (found === '}' || found === ']') open.pop();
    else if (found === ':') {
      const keys = open[open.length - 1] as Set<string>;
      const key = JSON.parse(previous) as string;
      if (keys.has(key)) return key;
      keys.add(key);
    }
    previous = found;
  }
  return null;
}
