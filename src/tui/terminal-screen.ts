/** Switches the terminal to a full screen and restores it. */
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
  /** Does nothing when called again. */
  leave(): void;
  clear(): void;
  /** Asks the terminal to copy (OSC 52), which works over ssh and needs no installed program. */
  copy(text: string): void;
  /** Rings the bell and sends a notification (OSC 9) to terminals that support it. */
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
