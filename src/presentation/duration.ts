const units = [
  ['d', 86_400],
  ['h', 3600],
  ['min', 60],
  ['s', 1],
] as const;

export interface DurationFormat {
  /** Shows tenths of a second below ten seconds: `0.3 s`. @default false */
  tenths?: boolean;
  /** Leaves out the second unit: `4 min`. @default false */
  rough?: boolean;
}

/** Formats a duration in its two largest units, rounded down: `12 s`, `4 min 10 s`, `2 h 5 min`, `3 d`. */
export function formatDuration(ms: number, { tenths = false, rough = false }: DurationFormat = {}): string {
  const seconds = Math.max(0, ms) / 1000;
  if (tenths && seconds < 10) return `${(Math.floor(seconds * 10) / 10).toFixed(1)} s`;
  const at = units.findIndex(([, size]) => seconds >= size);
  const [[unit, size] = ['s', 1], next] = at < 0 ? [] : units.slice(at);
  const first = `${Math.floor(seconds / size)} ${unit}`;
  const rest = next === undefined ? 0 : Math.floor((seconds % size) / next[1]);
  return rough || next === undefined || rest === 0 ? first : `${first} ${rest} ${next[0]}`;
}

/** Formats the age of something, in its largest unit. @param since an ISO time @param now in milliseconds */
export function formatAge(since: string, now: number): string {
  return formatDuration(now - Date.parse(since), { rough: true });
}
