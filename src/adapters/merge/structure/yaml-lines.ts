/** One line of a YAML file, without surrounding white space. */
export interface YamlLine {
  kind: 'content' | 'comment' | 'blank';
  indent: number;
  /** Start of `content`. */
  from: number;
  /** End of the line, exclusive. */
  to: number;
  content: string;
}

const [feed, carriage, space] = [10, 13, 32];

/** Splits a file into lines; null when a line needs a full YAML parser. */
export function splitYamlLines(text: string): YamlLine[] | null {
  // Tabs, other white space, control characters and lone carriage returns: their meaning depends on the parser.
  if (/[^\S \r\n]|[^\n\r\x20-\x7e\xa0-\ufefe\uff00-\ufffd]|\r(?!\n)/.test(text)) return null;
  const lines: YamlLine[] = [];
  for (let start = 0; start < text.length; ) {
    const lineEnd = text.indexOf('\n', start);
    const to = lineEnd === -1 ? text.length : lineEnd + 1;
    let from = start;
    while (from < to && text.charCodeAt(from) === space) from++;
    let end = to;
    while (end > from && isSpace(text.charCodeAt(end - 1))) end--;
    const content = text.slice(from, end);
    if (from === start && start > 0 && mayDivide(content) && !(content === '---' && lines.every(isPrologue)))
      return null;
    if (from === start && (content.startsWith('%') || text.startsWith('--- ', start))) return null;
    const kind = content === '' ? 'blank' : content.startsWith('#') ? 'comment' : 'content';
    lines.push({ kind, indent: kind === 'blank' ? 0 : from - start, from: kind === 'blank' ? to : from, to, content });
    start = to;
  }
  return lines;
}

/** Returns whether a line may start or end a document. */
function mayDivide(content: string): boolean {
  return /^(?:---|\.\.\.)(?:\s|$)/.test(content);
}

function isSpace(code: number): boolean {
  return code === space || code === feed || code === carriage;
}

function isPrologue({ kind }: YamlLine): boolean {
  return kind !== 'content';
}
