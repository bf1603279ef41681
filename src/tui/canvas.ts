/**
 * Draws frames on a terminal, each in place of the one before.
 * - C1 only lines that differ from the screen are written, each at its own position, so that nothing depends on the
 *   cursor or on how wide a terminal draws a character;
 * - C2 a frame is one write within synchronized output (mode 2026): it appears completely or not at all;
 * - C3 the first frame clears the screen in the same write.
 */
import { EventEmitter } from 'node:events';
import type { WriteStream } from 'node:tty';

const esc = '\u001b[';
const [begin, end] = [`${esc}?2026h`, `${esc}?2026l`];
/** Hides the cursor, and cuts long lines instead of wrapping them. `TerminalScreen.leave` undoes both. */
const quiet = `${esc}?25l${esc}?7l`;

/** The stream that Ink writes whole frames to (`debug`). */
export class Canvas extends EventEmitter {
  readonly #stdout: Pick<WriteStream, 'write' | 'columns'>;
  #lines: readonly string[] | null = null;

  constructor(stdout: Pick<WriteStream, 'write' | 'columns'>) {
    super();
    this.#stdout = stdout;
  }

  get columns(): number {
    return this.#stdout.columns;
  }

  write(frame: string): boolean {
    const before = this.#lines ?? [];
    const lines = frame.split('\n');
    const changed = lines.flatMap((line, row) => (line === before[row] ? [] : [`${place(row)}${line}${esc}K`]));
    if (lines.length < before.length) changed.push(`${place(lines.length)}${esc}J`);
    if (this.#lines === null) changed.unshift(`${quiet}${esc}2J`);
    this.#lines = lines;
    return changed.length === 0 || this.#stdout.write(`${begin}${changed.join('')}${end}`);
  }
}

const place = (row: number) => `${esc}${row + 1};1H`;
