/** One line of a YAML file: what stands on it, without white space at its ends. */
export interface YamlLine {
  kind: 'content' | 'comment' | 'blank';
  indent: number;
  /** Where `content` begins. */
  from: number;
  /** Behind the line end. */
  to: number;
  content: string;
}

const [feed, carriage, space] = [10, 13, 32];

/** The lines of a file; null where one of them is not to be understood without reading all of YAML. */
export function splitYamlLines(text: string): YamlLine[] | null {
  // Tabs, other white space, control characters and lone carriage returns: what they mean depends on the reader.
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

/** Whether a line may begin or end a document. */
function mayDivide(content: string): boolean {
  return /^(?:---|\.\.\.)(?:\s|$)/.test(content);
}

function isSpace(code: number): boolean {
  return code === space || code === feed || code === carriage;
}

function isPrologue({ kind }: YamlLine): boolean {
  return kind !== 'content';
}
