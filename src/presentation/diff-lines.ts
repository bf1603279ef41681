/** Lines of a diff, each with the part of the result it belongs to. */
import { type DiffFileLine, diffLinesOf, hunkLines, parseUnifiedDiff } from '../model/unified-diff.ts';

export interface DiffLine extends DiffFileLine {
  /** From 0, in the whole diff. */
  number: number;
  /** Its part, as `plan apply --only` names it: `path`, or `path#2` in the second hunk; null outside of parts. */
  part: string | null;
  /** The smallest parts it represents: for a file header all hunks of the file. */
  leaves: readonly string[];
}

export function parseDiffLines(diff: string): DiffLine[] {
  const lines = parseUnifiedDiff(diff).flatMap(({ path, heading, hunks }) => {
    const parts = path === null ? [] : hunks.map(({ number }) => `${path}#${number}`);
    // A file without hunks is one part.
    const leaves = parts.length > 0 || path === null ? parts : [path];
    return [
      ...diffLinesOf({ heading, hunks: [] }).map(line => ({ ...line, part: path, leaves })),
      ...hunks.flatMap((hunk, at) => {
        const part = parts[at] ?? null;
        return hunkLines(hunk).map(line => ({ ...line, part, leaves: part === null ? [] : [part] }));
      }),
    ];
  });
  return lines.map((line, number) => ({ ...line, number }));
}
