/**
 * How a program is found and started on Windows, where a shim such as `npm.cmd` is no program: `cmd.exe` runs it, and reads
 * the whole line once more before it does. Pure, so that it is shown on any system.
 *
 * 1. A bare name is looked up on PATH alone, never in the folder a program is to run in: that may be a sandbox.
 * 2. No argument can end its quotes, name a variable or begin another command (CVE-2024-27980, "BatBadBut"). One that
 *    cannot be written so that this holds is refused.
 *
 * The quoting is that of Rust's standard library since 1.77.2 (`library/std/src/sys/args/windows.rs`).
 */
import { win32 } from 'node:path';
import { TroupeError } from '../../model/errors.ts';

/** What is looked for when nothing else is said. */
const endings = '.COM;.EXE;.BAT;.CMD';

/** What `cmd.exe` takes as one line, in characters. */
const lineMax = 8191;

/** The variable of that name, in whichever case it is written. */
export function windowsVariable(env: Readonly<Record<string, string>>, name: string): string | undefined {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1];
}

/** Files that a name may stand for, in the order in which they are looked for. */
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

/** What Node is to start, and how. */
export interface SpawnArguments {
  file: string;
  args: string[];
  /** The arguments are the line as it is; Node quotes nothing. */
  windowsVerbatimArguments: boolean;
}

/** @throws {TroupeError} TOOL_FAILED for arguments that no batch file can be given */
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
  // Extensions on, for the trick with %; no delayed expansion of !; no commands from the registry before ours.
  return { file: shell, args: ['/e:ON', '/v:OFF', '/d', '/c', `"${line}"`], windowsVerbatimArguments: true };
}

/** One argument as both `cmd.exe` and the program it starts read it. */
function quoted(word: string): string {
  const bare = /^[\w#$*+\-./:?@\\\u00a0-\uffff]+$/.test(word) && !word.endsWith('\\');
  if (bare) return word;
  const inner = word
    // Backslashes count only before a quote, and there twice; a quote is two.
    .replace(/(\\*)"/g, '$1$1""')
    .replace(/(\\+)$/, '$1$1')
    // An empty piece of a variable that is always there, so that what stands between two % is not taken for a name.
    .replaceAll('%', '%%cd:~,%');
  return `"${inner}"`;
}
