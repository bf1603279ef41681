export interface UnifiedDiffLine {
  kind: 'file' | 'hunk' | 'added' | 'removed' | 'same' | 'note';
  text: string;
}

/** Parses the lines of a unified diff, without git's headers. */
export function parseUnifiedDiff(diff: string): UnifiedDiffLine[] {
  const lines: UnifiedDiffLine[] = [];
  let inHunk = false;
  for (const text of diff.split('\n')) {
    if (text.startsWith('diff --git ')) {
      inHunk = false;
      lines.push({ kind: 'file', text: / b\/(.+)$/.exec(text)?.[1] ?? text });
    } else if (text.startsWith('@@')) {
      inHunk = true;
      lines.push({ kind: 'hunk', text });
    } else if (!inHunk) {
      if (/^(?:new file|deleted file|rename|similarity|Binary|old mode|new mode)/.test(text)) {
        lines.push({ kind: 'note', text });
      }
    } else if (text.startsWith('+')) lines.push({ kind: 'added', text: text.slice(1) });
    else if (text.startsWith('-')) lines.push({ kind: 'removed', text: text.slice(1) });
    else if (text.startsWith('\\')) lines.push({ kind: 'note', text });
    else if (text.startsWith(' ')) lines.push({ kind: 'same', text: text.slice(1) });
  }
  return lines;
}
