/**
 * Finds and starts programs on Windows, where a shim such as `npm.cmd` is no executable: `cmd.exe` runs it, and
 * parses the whole line again. Pure, so that it can be tested on any system.
 *
 * 1. A bare name is looked up on PATH only, never in the program's working folder, which may be a sandbox.
 * 2. No argument can end its quotes, name a variable or start another command (CVE-2024-27980, "BatBadBut").
 *    Arguments that cannot be quoted that way are refused.
 *
 * The quoting is that of Rust's standard library since 1.77.2 (`library/std/src/sys/args/windows.rs`).
 */
import { win32 } from 'node:path';
import { TroupeError } from '../../model/errors.ts';

/** Extensions to try by default. */
const endings = '.COM;.EXE;.BAT;.CMD';

/** Maximum length of a line of `cmd.exe`, in characters. */
const lineMax = 8191;

/** Returns the variable of that name in any case. */
export function windowsVariable(env: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
}

/** Returns the files that a name may mean, in lookup order. */
export function windowsCandidates(name: string, from: string, env: Readonly<Record<string, string>>): string[] {
  const exts = (windowsVariable(env, 'PATHEXT') ?? endings).split(';').filter(ext => ext.startsWith('.'));
  const named = exts.some(ext => ext.toLowerCase() === win32.extname(name).toLowerCase());
  const whole = named ? [name] : exts.map(ext => `${name}${ext.toLowerCase()}`);
  if (/[/\\:]/.test(name)) return whole.map(file => win32.resolve(from, file));
  const folders = (windowsVariable(env, 'PATH') ?? '').split(';').map(folder => folder.replaceAll('"', ''));
  return folders
    .filter(folder => win32.isAbsolute(folder))
    .flatMap(folder => whole.map(file => win32.join(folder, file)));
}

/** Arguments for Node's spawn. */
export interface SpawnArguments {
  file: string;
  args: string[];
  /** The arguments are one line; Node quotes nothing. */
  windowsVerbatimArguments: boolean;
}

/** @throws {TroupeError} TOOL_FAILED for arguments that cannot be passed to a batch file */
export function toWindowsSpawn(
  file: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): SpawnArguments {
  if (!/\.(bat|cmd)$/i.test(file)) return { file, args: [...args], windowsVerbatimArguments: false };
  const line = [`"${file}"`, ...args.map(quoted)].join(' ');
  const broken = [file, ...args].some(word => /[\0\r\n]/.test(word)) || file.includes('"');
  if (broken || line.length > lineMax) {
    const why = broken ? 'an argument has more than one line' : `its line is longer than ${lineMax} characters`;
    throw new TroupeError(
      'TOOL_FAILED',
      `${file} cannot be started: it is run by cmd.exe, and ${why}; name the program that it starts, such as node with the path of its script`,
      {
        where: file,
      },
    );
  }
  const shell = win32.join(windowsVariable(env, 'SYSTEMROOT') ?? 'C:\\Windows', 'System32', 'cmd.exe');
  // Extensions on, for the trick with %; no delayed expansion of !; no autorun commands from the registry.
  return { file: shell, args: ['/e:ON', '/v:OFF', '/d', '/c', `"${line}"`], windowsVerbatimArguments: true };
}

/** Quotes one argument for both `cmd.exe` and the program it starts. */
function quoted(word: string): string {
  const bare = /^[\w#$*+\-./:?@\\\u00a0-\uffff]+$/.test(word) && !word.endsWith('\\');
  if (bare) return word;
  const inner = word
    // Backslashes are special only before a quote, and doubled there; a quote is doubled.
    .replace(/(\\*)"/g, '$1$1""')
    .replace(/(\\+)$/, '$1$1')
    // An empty substring of a variable that always exists, so that text between two % is not taken for a name.
    .replaceAll('%', '%%cd:~,%');
  return `"${inner}"`;
}
