import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { Fault, type FaultCode } from '../model/fault.ts';
import { shellWord } from '../model/shell-word.ts';

/** By the system's word for it, or by what it says where only the message is passed on (LevelDB, git). */
const signs: readonly [FaultCode, RegExp, string, string[]][] = [
  [
    'DISK_FULL',
    /ENOSPC|EDQUOT|No space left on device|Disk quota exceeded/,
    'the disk is full',
    ['troupe gc --now', 'df -h'],
  ],
  ['READ_ONLY', /EROFS|EACCES|EPERM|Read-only file system|Permission denied/, 'it may only be read', ['ls -ld']],
  ['TOO_MANY_FILES', /EMFILE|ENFILE|Too many open files/, 'too many files are open', ['ulimit -n 4096']],
];

/** The fault of a disk that would not do `what` says; undefined when something else is the matter. */
export function faultOfDisk(thrown: unknown, { where, what }: { where: string; what: string }): Fault | undefined {
  const said = wordsOf(thrown);
  const sign = signs.find(([, shape]) => shape.test(said));
  if (sign === undefined) return undefined;
  const [code, , why, hints] = sign;
  const named = hints.map(hint => (hint === 'ls -ld' ? `ls -ld ${shellWord(existing(where))}` : hint));
  return new Fault(code, `${what}: ${why}`, { where, hints: named, cause: thrown });
}

/** The place, or the first above it that is there. */
function existing(place: string): string {
  return existsSync(place) || dirname(place) === place ? place : existing(dirname(place));
}

function wordsOf(thrown: unknown): string {
  if (!(thrown instanceof Error)) return String(thrown);
  const code = 'code' in thrown ? String(thrown.code) : '';
  return [code, thrown.message, thrown.cause === undefined ? '' : wordsOf(thrown.cause)].join(' ');
}
