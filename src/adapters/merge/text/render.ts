import { type LineSides, lineBytes } from './lines.ts';
import type { LineSpan, Region } from './regions.ts';

/** Names written after the conflict markers. */
export interface Labels {
  ours: string;
  base: string;
  theirs: string;
}

const markerSize = 7;
const lineFeed = 10;
const carriageReturn = 13;

/** The resolution of a conflict region: a side, both one after the other, or custom text. */
export type HunkChoice = 'ours' | 'theirs' | 'base' | 'both' | Uint8Array;

/**
 * Returns the merged file: taken ranges byte for byte, and conflict regions between diff3 markers, except those with
 * a resolution in `choices` (by index).
 */
export function render(
  regions: readonly Region[],
  sides: LineSides,
  labels: Labels,
  choices: readonly (HunkChoice | null)[] = [],
): Uint8Array {
  const lineEnd = usesCarriageReturns(sides) ? '\r\n' : '\n';
  const marker = (sign: string, label: string) =>
    Buffer.from(`${sign.repeat(markerSize)}${label === '' ? '' : ` ${label}`}${lineEnd}`);
  const parts: Uint8Array[] = [];
  const add = (side: keyof LineSides, span: LineSpan) => parts.push(lineBytes(sides[side], span.start, span.length));
  const addWhole = (side: keyof LineSides, span: LineSpan) => {
    const bytes = lineBytes(sides[side], span.start, span.length);
    parts.push(bytes, missingEnd(bytes, lineEnd));
  };
  const last = regions[regions.length - 1];
  let contested = 0;
  for (const region of regions) {
    if (region.taken !== null) {
      add(region.taken, region.span);
      continue;
    }
    const choice = choices[contested++] ?? null;
    if (choice !== null) {
      const put = region === last ? add : addWhole;
      if (choice === 'both') addWhole('ours', region.ours);
      if (typeof choice !== 'string') parts.push(choice, region === last ? noBytes : missingEnd(choice, lineEnd));
      else if (choice === 'both') put('theirs', region.theirs);
      else put(choice, region[choice]);
      continue;
    }
    parts.push(marker('<', labels.ours));
    addWhole('ours', region.ours);
    parts.push(marker('|', labels.base));
    addWhole('base', region.base);
    parts.push(marker('=', ''));
    addWhole('theirs', region.theirs);
    parts.push(marker('>', labels.theirs));
  }
  return Buffer.concat(parts);
}

const noBytes = new Uint8Array(0);

function missingEnd(bytes: Uint8Array, lineEnd: string): Uint8Array {
  return bytes.length > 0 && bytes[bytes.length - 1] !== lineFeed ? Buffer.from(lineEnd) : noBytes;
}

/** Markers get the line end of the file's first line. */
function usesCarriageReturns(sides: LineSides): boolean {
  for (const { bytes, starts } of [sides.ours, sides.theirs]) {
    const end = starts[1] ?? 0;
    if (end > 0 && bytes[end - 1] === lineFeed) return end > 1 && bytes[end - 2] === carriageReturn;
  }
  return false;
}
