/**
 * Frames on a terminal, each in place of the one before.
 * - C1 of a frame only the lines that differ from those on the screen are written, each at its own place, so that nothing
 *   depends on where the cursor was left or on how wide a terminal takes a character to be;
 * - C2 a frame is one write, between the marks of synchronized output (mode 2026): it is seen whole or not at all;
 * - C3 the first frame empties the screen, whatever was on it, in the same write.
 */
import { EventEmitter } from 'node:events';
import type { WriteStream } from 'node:tty';

const esc = '\u001b[';
const [begin, end] = [`${esc}?2026h`, `${esc}?2026l`];
/** No cursor, and lines that are too long are cut and not wrapped. `Stage.leave` undoes both. */
const quiet = `${esc}?25l${esc}?7l`;

/** What Ink takes for a terminal when it is to hand over whole frames (`debug`). */
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
