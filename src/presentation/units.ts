import { TroupeError } from '../index.ts';

const byteUnits = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12 } as const;
const ageUnits = { s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3, w: 7 * 86_400e3 } as const;

/** Formats bytes: at most three digits, in powers of ten. */
export function formatBytes(bytes: number): string {
  const [unit, size] = Object.entries(byteUnits).findLast(([, each]) => bytes >= each) ?? ['B', 1];
  const amount = bytes / size;
  return `${amount < 10 && unit !== 'B' ? amount.toFixed(1) : Math.round(amount)} ${unit}`;
}

/** Parses `500MB`, `1.5 GB` to bytes. @throws {TroupeError} USAGE */
export function parseBytes(typed: string, flag: string): number {
  const [, amount, unit = ''] = /^(\d+(?:\.\d+)?) ?([kMGT]?B)$/.exec(typed) ?? [];
  if (amount === undefined || !isIn(unit, byteUnits)) {
    throw new TroupeError('USAGE', `${flag} takes a size such as 500MB, not "${typed}"`, { where: flag });
  }
  return Number(amount) * byteUnits[unit];
}

/** Parses `12h`, `30d` to milliseconds. @throws {TroupeError} USAGE */
export function parseAge(typed: string, flag: string): number {
  const [, amount, unit = ''] = /^(\d+)([smhdw])$/.exec(typed) ?? [];
  if (amount === undefined || !isIn(unit, ageUnits)) {
    throw new TroupeError('USAGE', `${flag} takes an age such as 12h or 30d, not "${typed}"`, { where: flag });
  }
  return Number(amount) * ageUnits[unit];
}

const isIn = <Table extends object>(key: string, table: Table): key is string & keyof Table =>
  Object.hasOwn(table, key);

/** `0.12`, and `0.0017` where two decimals would hide an amount. */
export function formatDollars(usd: number): string {
  const isSmall = usd > 0 && usd < 0.01;
  return usd.toLocaleString(
    'en-US',
    isSmall ? { maximumSignificantDigits: 2 } : { minimumFractionDigits: 2, maximumFractionDigits: 2 },
  );
}

/** Returns `1 file`, `2 files`. */
export function pluralize(amount: number, noun: string, plural = `${noun}s`): string {
  return `${amount} ${amount === 1 ? noun : plural}`;
}
