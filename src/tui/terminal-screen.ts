/** The terminal as a screen of its own: entered, and left as it was found. */
import type { ReadStream, WriteStream } from 'node:tty';

export interface TerminalStreams {
  stdin: ReadStream;
  stdout: WriteStream;
}

const esc = '\u001b';
const enter = `${esc}[?1049h${esc}[H${esc}[2J`;
const leave = `${esc}[?7h${esc}[?25h${esc}[?1049l`;
const clear = `${esc}[H${esc}[2J`;

export interface TerminalScreen {
  enter(): void;
  /** Does nothing the second time. */
  leave(): void;
  clear(): void;
  /** Asks the terminal to copy (OSC 52): works over ssh, and where nothing is installed. */
  copy(text: string): void;
  /** Rings, and has terminals that can show a text (OSC 9). */
  notify(text: string): void;
}

export function createTerminalScreen(stdout: Pick<WriteStream, 'write'>): TerminalScreen {
  let entered = false;
  return {
    enter() {
      entered = true;
      stdout.write(enter);
    },
    leave() {
      if (entered) stdout.write(leave);
      entered = false;
    },
    clear: () => stdout.write(clear),
    copy: text => stdout.write(`${esc}]52;c;${Buffer.from(text).toString('base64')}\u0007`),
    notify: text => stdout.write(`\u0007${esc}]9;${text.replace(/\p{Cc}/gu, ' ')}\u0007`),
  };
}
