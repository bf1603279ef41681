import { lineBytes, type Sides } from './lines.ts';
import type { Region, Span } from './regions.ts';

/** Names written behind the conflict markers. */
export interface Labels {
  ours: string;
  base: string;
  theirs: string;
}

const markerSize = 7;
const lineFeed = 10;
const carriageReturn = 13;

/** The merged file: what was taken, byte for byte, and contested regions between diff3 markers. */
export function render(regions: readonly Region[], sides: Sides, labels: Labels): Uint8Array {
  const lineEnd = usesCarriageReturns(sides) ? '\r\n' : '\n';
  const marker = (sign: string, label: string) =>
    Buffer.from(`${sign.repeat(markerSize)}${label === '' ? '' : ` ${label}`}${lineEnd}`);
  const parts: Uint8Array[] = [];
  const add = (side: keyof Sides, span: Span) => parts.push(lineBytes(sides[side], span.start, span.length));
  const addWhole = (side: keyof Sides, span: Span) => {
    const bytes = lineBytes(sides[side], span.start, span.length);
    parts.push(bytes);
    if (bytes.length > 0 && bytes[bytes.length - 1] !== lineFeed) parts.push(Buffer.from(lineEnd));
  };
  for (const region of regions) {
    if (region.taken !== null) {
      add(region.taken, region.span);
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

/** Markers end as the first line of the file does. */
function usesCarriageReturns(sides: Sides): boolean {
  for (const { bytes, starts } of [sides.ours, sides.theirs]) {
    const end = starts[1] ?? 0;
    if (end > 0 && bytes[end - 1] === lineFeed) return end > 1 && bytes[end - 2] === carriageReturn;
  }
  return false;
}
