import type { Hunk } from '../../src/merge.ts';
import type { Suggestion } from '../../src/model/suggestion.ts';

type ResolutionSide = Suggestion['take'];

/** One place in conflict: what we would suggest, and what was recorded there. */
export interface HunkResolution {
  suggested: ResolutionSide | null;
  recorded: ResolutionSide | 'base' | 'both, theirs first' | 'other' | 'not found';
}

/** Lines around a place by which it is found in the recorded file. */
const contextMax = 4;

export function findResolution({
  text,
  hunk,
  ours,
  recorded,
  take,
}: {
  text: { base: string; ours: string; theirs: string };
  hunk: Hunk;
  ours: Buffer;
  recorded: Buffer;
  take: ResolutionSide | undefined;
}): HunkResolution {
  const found = findPosition(recorded.toString('latin1'), ours.toString('latin1').split(/(?<=\n)/), hunk.ours);
  return { suggested: take ?? null, recorded: found === null ? 'not found' : nameOf(found, text) };
}

function nameOf(found: string, { base, ours, theirs }: { base: string; ours: string; theirs: string }) {
  const [name] =
    Object.entries({ ours, theirs, both: ours + theirs, 'both, theirs first': theirs + ours, base } as const).find(
      ([, text]) => text === found,
    ) ?? [];
  return (name ?? 'other') as Exclude<HunkResolution['recorded'], 'not found'>;
}

/** What stands in `recorded` between the lines that are around the hunk in ours; null where those are not there once. */
function findPosition(
  recorded: string,
  lines: readonly string[],
  { start, length }: { start: number; length: number },
): string | null {
  const before = lines.slice(Math.max(0, start - contextMax), start).join('');
  const after = lines.slice(start + length, start + length + contextMax).join('');
  const from = before === '' ? 0 : once(recorded, before) + before.length;
  const to = after === '' ? recorded.length : once(recorded, after);
  if (from < before.length || to < from) return null;
  return recorded.slice(from, to);
}

function once(text: string, part: string): number {
  const at = text.indexOf(part);
  return at === -1 || text.includes(part, at + 1) ? Number.NEGATIVE_INFINITY : at;
}
