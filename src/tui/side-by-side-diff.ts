/** A diff with the old and the new text side by side. */
import type { DiffLine } from '../presentation/diff-lines.ts';

/** A row across both sides, or one with two: null when a side has no line. */
export type DiffRow = DiffLine & { sides?: readonly [before: string | null, after: string | null] };

/** Pairs removed lines with the added ones that follow them. */
export function toSideBySide(lines: readonly DiffLine[]): DiffRow[] {
  const rows: DiffRow[] = [];
  let removed: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = () => {
    const [longer, shorter] = removed.length >= added.length ? [removed, added] : [added, removed];
    for (const [index, line] of longer.entries()) {
      const other = shorter[index]?.text ?? null;
      rows.push({ ...line, sides: longer === removed ? [line.text, other] : [other, line.text] });
    }
    removed = [];
    added = [];
  };
  for (const line of lines) {
    if (line.kind === 'removed') {
      // A removed line after added ones starts another change.
      if (added.length > 0) flush();
      removed.push(line);
    } else if (line.kind === 'added') added.push(line);
    else {
      flush();
      rows.push(line.kind === 'kept' ? { ...line, sides: [line.text, line.text] } : line);
    }
  }
  flush();
  return rows;
}
