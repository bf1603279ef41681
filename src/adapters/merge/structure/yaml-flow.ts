/** Flow collections on one line, as in `resolution: {integrity: sha512-…}`. Only plain ones. */

const plain =
  /[^\s\-?:,[\]{}#&*!|>'"%@`](?:[^\s:,[\]{}#'"]|:(?=[^\s,[\]{}])| +(?=[^\s:,[\]{}#'"]))*|[-?:](?=[^\s,[\]{}])/y;
const quoted = /"(?:[^"\\]|\\["\\/bfnrt])*"|'(?:[^']|'')*'/y;
const depthMax = 50;

/** Returns the length of the collection at the start of a text; null when it is not certainly one. */
export function flowLength(text: string): number | null {
  return collectionEnd(text, 0, 0);
}

function collectionEnd(text: string, start: number, depth: number): number | null {
  if (depth > depthMax) return null;
  const isMap = text[start] === '{';
  const close = isMap ? '}' : ']';
  const keys = new Set<string>();
  let at = spaces(text, start + 1);
  if (text[at] === close) return at + 1;
  for (;;) {
    if (isMap) {
      const end = scalarEnd(text, at);
      if (end === null) return null;
      const key = text.slice(at, end).replace(/^(["'])(.*)\1$/, '$2');
      const colon = spaces(text, end);
      if (keys.has(key) || text[colon] !== ':' || text[colon + 1] !== ' ') return null;
      keys.add(key);
      at = spaces(text, colon + 1);
    }
    const end = text[at] === '{' || text[at] === '[' ? collectionEnd(text, at, depth + 1) : scalarEnd(text, at);
    if (end === null) return null;
    at = spaces(text, end);
    if (text[at] === close) return at + 1;
    if (text[at] !== ',') return null;
    at = spaces(text, at + 1);
  }
}

function scalarEnd(text: string, at: number): number | null {
  const pattern = text[at] === '"' || text[at] === "'" ? quoted : plain;
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : null;
}

function spaces(text: string, from: number): number {
  let at = from;
  while (text[at] === ' ') at++;
  return at;
}
