import { type DiffLine, parseDiffLines } from '../../presentation/diff-lines.ts';

/** A line of a diff as the page shows it: without git's headers, and without the mark of an added or removed line. */
export type UnifiedDiffLine = Pick<DiffLine, 'kind' | 'text'>;

export function toUnifiedDiffLines(diff: string): UnifiedDiffLine[] {
  return parseDiffLines(diff).flatMap(({ kind, text, part }) => {
    switch (kind) {
      case 'file':
        return { kind, text: part ?? / b\/(.+)$/.exec(text)?.[1] ?? text };
      case 'heading':
        return telling.test(text) ? { kind: 'note', text } : [];
      case 'title':
      case 'hunk':
      case 'note':
        return { kind, text };
      default:
        return { kind, text: text.slice(1) };
    }
  });
}

/** Headings that say more than the names of a file. */
const telling = /^(?:new file|deleted file|rename|similarity|Binary|old mode|new mode)/;
