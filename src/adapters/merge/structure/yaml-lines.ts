/** One line of a YAML file: what stands on it, without white space at its ends. */
export interface Line {
  kind: 'content' | 'comment' | 'blank';
  indent: number;
  /** Where `content` begins. */
  from: number;
  /** Behind the line end. */
  to: number;
  content: string;
}

/** The lines of a file; null where one of them is not to be understood without reading all of YAML. */
export function linesOf(text: string): Line[] | null {
  // Tabs, other white space, control characters and lone carriage returns: what they mean depends on the reader.
  if (/[^\S \r\n]|[^\n\r\x20-\x7e\xa0-\ufefe\uff00-\ufffd]|\r(?!\n)/.test(text)) return null;
  const lines: Line[] = [];
  for (let start = 0; start < text.length; ) {
    const feed = text.indexOf('\n', start);
    const to = feed === -1 ? text.length : feed + 1;
    const raw = text.slice(start, to);
    const content = raw.trim();
    const indent = raw.length - raw.trimStart().length;
    if (start > 0 && /^(?:---|\.\.\.)(?:\s|$)/.test(raw) && !(content === '---' && lines.every(isPrologue)))
      return null;
    if (raw.startsWith('%') || raw.startsWith('--- ')) return null;
    const kind = content === '' ? 'blank' : content.startsWith('#') ? 'comment' : 'content';
    lines.push({ kind, indent: kind === 'blank' ? 0 : indent, from: start + indent, to, content });
    start = to;
  }
  return lines;
}

function isPrologue({ kind }: Line): boolean {
  return kind !== 'content';
}
