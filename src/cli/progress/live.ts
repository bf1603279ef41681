import { truncate } from '../clean.ts';
import type { Io } from '../io.ts';
import { keyboard } from '../keyboard.ts';
import type { Paint } from '../paint.ts';
import type { ShowOptions } from '../questions.ts';
import { absorb, type Board, type Row, running } from './board.ts';
import { elapsed } from './elapsed.ts';
import { howFar } from './estimate.ts';
import type { Progress } from './progress.ts';
import { type Asked, questionRows } from './question-rows.ts';
import { type Sentence, sentenceOf } from './sentence.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 120;
/** More live lines than this would fill a small terminal and make it scroll at every frame. */
const liveMax = 10;
/** Who waited so long may look elsewhere: the terminal rings when something is asked, and when it is over. */
const awayMs = 10_000;
const marks: Record<Sentence['mark'], string> = { done: '✓', failed: '✗', warning: '!', note: '·' };

export interface LiveOptions {
  verbose: boolean;
  /** Whether a person types at it. */
  keys: boolean;
}

/**
 * Progress for a terminal: one line per plan at work, redrawn in place; what is over is printed once, above, for good. A
 * question is below them all, the last thing on the screen, with what is typed.
 * Only whole lines are drawn, none wider than the terminal and no more than it has, so that what is erased is exactly what
 * was drawn.
 */
export function liveProgress(io: Io, paint: Paint, options: LiveOptions): Progress {
  const board: Board = new Map();
  const keys = keyboard(io);
  /** When the person last answered, or began. */
  let present = io.now();
  let asked: (Asked & Pick<ShowOptions, 'more'>) | null = null;
  let drawn = { lines: 0, text: '', open: false };
  let frame = 0;
  let closed = false;

  /** Who was not heard of for so long may look elsewhere. */
  const ring = () => {
    if (io.now() - present >= awayMs) io.stderr.write('\u0007');
  };
  const draw = (above = '') => {
    const columns = (io.stderr.columns ?? 80) - 1;
    const height = (io.stderr.rows ?? 24) - 1;
    const question = asked === null ? [] : questionRows(asked, { paint, columns, height, more: asked.more() });
    const lines = [...(closed ? [] : atWork(height - question.length, columns)), ...question];
    const text = lines.join('\n') + (asked === null && lines.length > 0 ? '\n' : '');
    if (above === '' && text === drawn.text) return;
    io.stderr.write(`${erased(drawn)}${above}${text}`);
    drawn = { lines: lines.length, text, open: asked !== null };
  };
  const atWork = (height: number, columns: number): string[] => {
    const rows = running(board);
    const most = Math.max(1, Math.min(liveMax, height - 2));
    const lines = rows.slice(0, most).map(row => live(row, columns));
    if (rows.length > most) lines.push(paint.dim(`  and ${rows.length - most} more at work`));
    const far = rows.length === 0 ? '' : howFar(board, io.now());
    if (far !== '') lines.push(paint.dim(`  ${truncate(far, columns - 2)}`));
    return lines;
  };
  const live = (row: Row, columns: number) => {
    const [asks] = row.asks.values();
    const note = asks === undefined ? row.note : `waits for your answer: ${asks}`;
    const text = `${row.phase} ${elapsed(io.now() - row.since)}  ${row.goal}${note === '' ? '' : ` — ${note}`}`;
    const mark = asks === undefined ? paint.cyan(frames[frame % frames.length] ?? '') : paint.yellow('?');
    return `${mark} ${truncate(text, columns - 2)}`;
  };
  const colors = { done: paint.green, failed: paint.red, warning: paint.yellow, note: paint.dim };
  const permanent = ({ mark, text }: Sentence) => `${colors[mark](marks[mark])} ${text}\n`;
  const stop = io.every(frameMs, () => {
    frame += 1;
    draw();
  });

  return {
    see(event) {
      absorb(board, event);
      const sentence = sentenceOf(event, board);
      const shown = sentence !== null && !sentence.momentary && (!sentence.detail || options.verbose);
      draw(shown ? permanent(sentence) : '');
    },
    know: event => absorb(board, event),
    takeKeys: () => (options.keys ? keys.take() : () => undefined),
    ask: (question, { signal, more }) =>
      new Promise(resolve => {
        const over = (answer: string | null | undefined) => {
          // What was asked and answered stays to be read; what was taken away does not.
          const kept = asked === null || answer === undefined ? '' : `${asked.question}${asked.typed}\n`;
          asked = null;
          if (answer !== undefined) present = io.now();
          draw(kept);
          resolve(answer);
        };
        ring();
        asked = { question, typed: '', more };
        const stopReading = keys.read({
          changed(typed) {
            asked = { question, typed, more };
            draw();
          },
          done: over,
        });
        signal.addEventListener('abort', () => {
          if (asked?.question !== question) return;
          stopReading();
          over(undefined);
        });
        draw();
      }),
    above(write) {
      io.stderr.write(erased(drawn));
      drawn = { lines: 0, text: '', open: false };
      write();
      draw();
    },
    close() {
      if (closed) return;
      ring();
      stop();
      closed = true;
      draw();
    },
  };
}

/** The sequence that takes away what was drawn, wherever in it the cursor was left. */
function erased({ lines, open }: { lines: number; open: boolean }): string {
  if (lines === 0) return '';
  const up = open ? lines - 1 : lines;
  return `\r${up === 0 ? '' : `\u001b[${up}A`}\u001b[0J`;
}
