/** A time axis on which ranges without changes are shortened. */

export interface AxisSegment {
  from: number;
  to: number;
  /** Position on the axis, from 0 to 1. */
  start: number;
  end: number;
  /** Nothing started or ended in it, and it is drawn shorter. */
  isIdle: boolean;
}

export interface TimeAxis {
  segments: AxisSegment[];
  /** Returns the position of a time, from 0 to 1. */
  place(at: number): number;
  /** Returns the time at a position. */
  moment(place: number): number;
}

/** A gap with more than this share of the time is drawn with `idleShare`. */
const gapShare = 0.12;
const idleShare = 0.04;

/** `moments` are times when something started or ended; only those in the range count. */
export function createTimeAxis(moments: readonly number[], { from, to }: { from: number; to: number }): TimeAxis {
  const end = Math.max(to, from + 1);
  const inside = [...new Set(moments.filter(at => at > from && at < end))].sort((left, right) => left - right);
  const gapMs = Math.max(1_000, gapShare * (end - from));
  const idleMs = idleShare * (end - from);
  const pieces: { from: number; to: number; isIdle: boolean }[] = [];
  let start = from;
  for (const at of [...inside, end]) {
    const last = pieces.at(-1);
    if (at - start > gapMs) pieces.push({ from: start, to: at, isIdle: true });
    else if (last !== undefined && !last.isIdle) last.to = at;
    else pieces.push({ from: start, to: at, isIdle: false });
    start = at;
  }
  const weightOf = (piece: (typeof pieces)[number]) => (piece.isIdle ? idleMs : piece.to - piece.from);
  const total = pieces.reduce((sum, piece) => sum + weightOf(piece), 0);
  let sum = 0;
  const stretches = pieces.map(piece => {
    const start = sum / total;
    sum += weightOf(piece);
    return { ...piece, start, end: sum / total };
  });
  return {
    segments: stretches,
    place(at) {
      const stretch = stretches.find(({ to }) => at <= to) ?? stretches.at(-1);
      if (stretch === undefined) return 0;
      const share = clamp((at - stretch.from) / (stretch.to - stretch.from));
      return stretch.start + share * (stretch.end - stretch.start);
    },
    moment(place) {
      const stretch = stretches.find(({ end }) => place <= end) ?? stretches.at(-1);
      if (stretch === undefined) return from;
      const share = clamp((place - stretch.start) / (stretch.end - stretch.start));
      return stretch.from + share * (stretch.to - stretch.from);
    },
  };
}

const clamp = (share: number) => Math.min(1, Math.max(0, share));
