import { truncate } from '../clean.ts';
import type { Io } from '../io.ts';
import type { Paint } from '../paint.ts';
import { absorb, type Board, type Row, running } from './board.ts';
import { elapsed } from './elapsed.ts';
import { howFar } from './estimate.ts';
import type { Progress } from './progress.ts';
import { type Sentence, sentenceOf } from './sentence.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 120;
/** More live lines than this would fill a small terminal and make it scroll at every frame. */
const liveMax = 10;
/** Who waited so long may look elsewhere: the terminal rings when it is over. */
const awayMs = 10_000;
const marks: Record<Sentence['mark'], string> = { done: '✓', failed: '✗', warning: '!', note: '·' };

/**
 * Progress for a terminal: one line per plan at work, redrawn in place; what is over is printed once, above, for good.
 * Only whole lines are drawn, none wider than the terminal, so that what is erased is exactly what was drawn.
 */
export function liveProgress(io: Io, paint: Paint, options: { verbose: boolean }): Progress {
  const board: Board = new Map();
  const started = io.now();
  let drawn = 0;
  let frame = 0;
  let paused = false;

  const erase = () => (drawn === 0 ? '' : `\u001b[${drawn}A\u001b[0J`);
  const draw = (above = '') => {
    const rows = paused ? [] : running(board);
    const lines = rows.slice(0, liveMax).map(row => live(row));
    if (rows.length > liveMax) lines.push(paint.dim(`  and ${rows.length - liveMax} more at work`));
    const far = rows.length === 0 ? '' : howFar(board, io.now());
    if (far !== '') lines.push(paint.dim(`  ${truncate(far, (io.stderr.columns ?? 80) - 3)}`));
    const text = `${erase()}${above}${lines.map(line => `${line}\n`).join('')}`;
    drawn = lines.length;
    if (text !== '') io.stderr.write(text);
  };
  const live = (row: Row) => {
    const note = row.note === '' ? '' : ` — ${row.note}`;
    const text = `${row.phase} ${elapsed(io.now() - row.since)}  ${row.goal}${note}`;
    return `${paint.cyan(frames[frame % frames.length] ?? '')} ${truncate(text, (io.stderr.columns ?? 80) - 3)}`;
  };
  const colors = { done: paint.green, failed: paint.red, warning: paint.yellow, note: paint.dim };
  const permanent = ({ mark, text }: Sentence) => `${colors[mark](marks[mark])} ${text}\n`;
  const stop = io.every(frameMs, () => {
    frame += 1;
    if (!paused) draw();
  });

  return {
    see(event) {
      absorb(board, event);
      const sentence = sentenceOf(event, board);
      const shown = sentence !== null && !sentence.momentary && (!sentence.detail || options.verbose);
      draw(shown ? permanent(sentence) : '');
    },
    know: event => absorb(board, event),
    pause() {
      paused = true;
      draw();
    },
    resume() {
      paused = false;
      draw();
    },
    close() {
      if (io.now() - started >= awayMs) io.stderr.write('\u0007');
      stop();
      paused = true;
      draw();
    },
  };
}
