/** A real terminal that a test types into and reads: tmux, with a server of its own. */
import { execFileSync, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { TestRepository } from '../cli/test-repository.ts';

export const hasTmux = spawnSync('tmux', ['-V']).status === 0;

/** Built by `npm run build`: from its sources it would take many times as long to start. */
export const built = fileURLToPath(new URL('../../dist/cli/troupe.js', import.meta.url));

/** The command as it is typed in a shell. */
export const shellCommand = (words: string) => `${process.execPath} ${built} --lock-timeout 60 ${words}`;

export interface Tmux {
  /** What the terminal shows. */
  screen(): string;
  /** With the scroll-back above it. */
  history(): string;
  /** The same with its color sequences. */
  painted(): string;
  /** Resolves with the screen once all these words are on it. */
  waitForText(...words: string[]): Promise<string>;
  waitForNoText(...words: string[]): Promise<string>;
  /** Resolves with the first screen that matches. A rising count may skip values between two reads. */
  waitForScreen(wanted: (screen: string) => boolean): Promise<string>;
  /** Keys by tmux's names: `q`, `Enter`, `C-c`. */
  keys(...names: string[]): void;
  /** Literal text. */
  type(text: string): void;
  resize(columns: number, rows: number): void;
  /** Of the pane: `alternate_on`, `cursor_flag`, `pane_pid`. */
  format(format: string): string;
  close(): void;
}

const timeoutMs = 90_000;
const pollMs = 50;

export interface TmuxOptions {
  columns: number;
  rows: number;
  /** What is typed into the shell. @default the command with these words */
  line?: string;
  /** Text typed before the command. */
  before?: string;
  /** Variables in addition to those of every shell here. */
  env?: Readonly<Record<string, string>>;
}

/** A user's shell in a project, with the words typed into it. */
export function tmux(
  project: TestRepository,
  words: string,
  { columns, rows, before, line = shellCommand(words), env: more = {} }: TmuxOptions,
): Tmux {
  const socket = `troupe-${process.pid}-${Math.round(performance.now())}`;
  const env = {
    ...project.env,
    TERM: 'screen-256color',
    PS1: 'shell$ ',
    ...more,
  };
  const call = (...args: string[]) =>
    execFileSync('tmux', ['-L', socket, '-f', '/dev/null', ...args], { encoding: 'utf8', env });
  call('new-session', '-d', '-x', String(columns), '-y', String(rows), '-c', project.folder, 'sh');
  const screen = () => call('capture-pane', '-p').trimEnd();
  const until = async (wanted: (text: string) => boolean): Promise<string> => {
    const began = performance.now();
    for (;;) {
      const text = screen();
      if (wanted(text)) return text;
      if (performance.now() - began > timeoutMs) throw new Error(`this is all that is shown:\n${text}`);
      // Each read is a separate process, so others run between two reads.
      await once(AbortSignal.timeout(pollMs), 'abort');
    }
  };
  call('send-keys', '-l', before === undefined ? line : `${before}; ${line}`);
  call('send-keys', 'Enter');
  return {
    screen,
    history: () => call('capture-pane', '-S', '-', '-p').trimEnd(),
    painted: () => call('capture-pane', '-e', '-p').trimEnd(),
    waitForText: (...texts) => until(shown => texts.every(text => shown.includes(text))),
    waitForNoText: (...texts) => until(shown => texts.every(text => !shown.includes(text))),
    waitForScreen: until,
    keys: (...names) => call('send-keys', ...names),
    type: text => call('send-keys', '-l', text),
    resize: (width, height) => call('resize-window', '-x', String(width), '-y', String(height)),
    format: format => call('display-message', '-p', `#{${format}}`).trim(),
    close: () => {
      spawnSync('tmux', ['-L', socket, 'kill-server']);
    },
  };
}
