import { commandHint, TroupeError } from '../index.ts';

const unitsMs: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/**
 * Parses a time as you type it: an age (`10m`, `1h30m`, `2d`), or a date or time, local without a zone. Returns it in
 * the form of log lines.
 * @throws {TroupeError} USAGE
 */
export function parseSince(typed: string | undefined, now: number): string | undefined {
  if (typed === undefined) return undefined;
  const parts = [...typed.matchAll(/(\d+(?:\.\d+)?)([smhd])/g)];
  const isAgo = parts.length > 0 && parts.map(([part]) => part).join('') === typed;
  const ago = parts.reduce((sum, [, amount, unit = 's']) => sum + Number(amount) * (unitsMs[unit] ?? 0), 0);
  const at = isAgo ? now - ago : /^\d{4}-\d\d-\d\d/.test(typed) ? Date.parse(typed) : Number.NaN;
  if (Math.abs(at) <= 8.64e15) return `${new Date(at).toISOString().slice(0, -1)}000Z`;
  throw new TroupeError('USAGE', `--since takes a duration or a time, not "${typed}"`, {
    hints: [
      commandHint('plan logs', { options: { since: '10m' } }),
      commandHint('plan logs', { options: { since: '2026-01-31T09:00' } }),
    ],
  });
}
