import type { Facts } from '../facts.ts';
import { type Pane, type Role, span } from '../row.ts';

/** What the plan changed, file by file. */
export function diffPane({ reading, views }: Facts): Pane<string> {
  const files = views.detail?.record.changeSet?.files.length ?? 0;
  return {
    title: files === 0 ? 'Diff' : `Diff, ${files} ${files === 1 ? 'file' : 'files'}`,
    items: reading.diff ?? [],
    id: (_, index) => String(index),
    row: line => [span(line, roleOfLine(line))],
    empty: reading.diff === null ? 'Looking …' : 'Nothing was changed.',
  };
}

/** The part of the result that a line of the diff is in: `path`, or `path#2` in its second hunk. */
export function partAt(lines: readonly string[], index: number): string | null {
  const start = lines.slice(0, index + 1).findLastIndex(beginsFile);
  const path = / b\/(.*)$/.exec(lines[start] ?? '')?.[1];
  if (path === undefined) return null;
  const hunk = lines.slice(start, index + 1).filter(line => line.startsWith('@@')).length;
  return hunk === 0 ? path : `${path}#${hunk}`;
}

export const beginsFile = (line: string): boolean => line.startsWith('diff --git ');

function roleOfLine(line: string): Role {
  if (/^(diff|index|---|\+\+\+) /.test(line)) return 'strong';
  if (line.startsWith('@@')) return 'accent';
  if (line.startsWith('+')) return 'good';
  return line.startsWith('-') ? 'bad' : 'plain';
}
