import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { commandHint, type Hint } from '../../model/command-hint.ts';
import { type ErrorCode, TroupeError } from '../../model/errors.ts';
import { shellQuote } from '../../model/shell-quote.ts';

/** By the system's error code, or by message where only that is passed on (LevelDB, git). */
const diskErrors: readonly [ErrorCode, RegExp, string, Hint[]][] = [
  [
    'DISK_FULL',
    /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/,
    'the disk is full',
    ['df -h', commandHint('gc', { options: { delete: true }, note: 'once a few MiB are free: remove unused data' })],
  ],
  ['READ_ONLY', /EROFS|EACCES|EPERM|Read-only file system|Permission denied/, 'it may only be read', ['ls -ld']],
  ['TOO_MANY_FILES', /EMFILE|ENFILE|Too many open files/, 'too many files are open', ['ulimit -n 4096']],
];

/** Returns the error of a disk problem; undefined for any other error. */
export function toDiskError(
  thrown: unknown,
  { where, what }: { where: string; what: string },
): TroupeError | undefined {
  const message = describe(thrown);
  const sign = diskErrors.find(([, shape]) => shape.test(message));
  if (sign === undefined) return undefined;
  const [code, , why, hints] = sign;
  const named = hints.map(hint => (hint === 'ls -ld' ? `ls -ld ${shellQuote(nearestExisting(where))}` : hint));
  return new TroupeError(code, `${what}: ${why}`, { where, hints: named, cause: thrown });
}

/** For a catch clause: the error of a full or unwritable disk, or what was thrown. */
export function asDiskError(thrown: unknown, about: { where: string; what: string }): unknown {
  return toDiskError(thrown, about) ?? thrown;
}

/** Returns the path, or its first parent that exists. */
function nearestExisting(place: string): string {
  return existsSync(place) || dirname(place) === place ? place : nearestExisting(dirname(place));
}

function describe(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const code = 'code' in thrown ? String(thrown.code) : '';
  return [code, thrown.message, thrown.cause === undefined ? '' : describe(thrown.cause)].join(' ');
}
