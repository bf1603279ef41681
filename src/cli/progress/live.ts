import type { Colors } from '../../presentation/colors.ts';
import { formatElapsed } from '../../presentation/elapsed.ts';
import { type EventMessage, formatEvent } from '../../presentation/event-message.ts';
import {
  type ActivityByPlan,
  activityUsage,
  applyEvent,
  applyLogLine,
  type PlanActivity,
  processingPlans,
} from '../../presentation/plan-activity.ts';
import { truncate } from '../../presentation/sanitize.ts';
import type { Io } from '../io.ts';
import { createKeyboard } from '../prompts/keyboard.ts';
import type { ShowQuestionOptions } from '../prompts/question-queue.ts';
import { progressWithEta } from './eta.ts';
import type { Progress } from './progress.ts';
import { questionRows, type ShownQuestion } from './question-rows.ts';

const frames = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const frameMs = 120;
/** More live lines would fill a small terminal and make it scroll on every frame. */
const liveLinesMax = 10;
/** After this time the user may be elsewhere: the terminal rings for a question, and at the end. */
const awayMs = 10_000;
const marks: Record<EventMessage['mark'], string> = { done: '✓', failed: '✗', warning: '!', note: '·' };

export interface LiveProgressOptions {
  verbose: boolean;
  /** Whether the input is a keyboard. */
  keys: boolean;
}

/**
 * Progress on a terminal: one line per working plan, redrawn in place; finished ones are printed once above. A
 * question is below them, last on the screen, with the typed answer. Draws only whole lines, none wider than the
 * terminal and no more than it has, so that exactly what was drawn is erased.
 */
export function createLiveProgress(io: Io, paint: Colors, options: LiveProgressOptions): Progress {
  const plans: ActivityByPlan = new Map();
  const keys = createKeyboard(io);
  /** When the user last answered, or the start. */
  let lastAnswerAt = io.now();
  let shownQuestion: (ShownQuestion & Pick<ShowQuestionOptions, 'queuedCount'>) | null = null;
  let drawn = { lines: 0, text: '', open: false };
  let frame = 0;
  let closed = false;

  /** Rings when the user was inactive for a while. */
  const ringBell = () => {
    if (io.now() - lastAnswerAt >= awayMs) io.stderr.write('\u0007');
  };
  const draw = (above = '') => {
    const columns = (io.stderr.columns ?? 80) - 1;
    const height = (io.stderr.rows ?? 24) - 1;
    const question =
      shownQuestion === null
        ? []
        : questionRows(shownQuestion, { paint, columns, height, more: shownQuestion.queuedCount() });
    const lines = [...(closed ? [] : atWork(height - question.length, columns)), ...question];
    const text = lines.join('\n') + (shownQuestion === null && lines.length > 0 ? '\n' : '');
    if (above === '' && text === drawn.text) return;
    io.stderr.write(`${eraseSequence(drawn)}${above}${text}`);
    drawn = { lines: lines.length, text, open: shownQuestion !== null };
  };
  const atWork = (height: number, columns: number): string[] => {
    const rows = processingPlans(plans);
    const most = Math.max(1, Math.min(liveLinesMax, height - 2));
    const lines = rows.slice(0, most).map(row => live(row, columns));
    if (rows.length > most) lines.push(paint.dim(`  and ${rows.length - most} more at work`));
    const far = rows.length === 0 ? '' : footer();
    if (far !== '') lines.push(paint.dim(`  ${truncate(far, columns - 2)}`));
    return lines;
  };
  /** What all of them came to, and used; alone, a plan says itself what it used. */
  const footer = () => {
    const far = progressWithEta(plans, io.now());
    const used = activityUsage(plans.values());
    return far === '' || used === '' ? far : `${far} · ${used}`;
  };
  const live = (row: PlanActivity, columns: number) => {
    const [asks] = row.approvals.values();
    const doing = [row.note, activityUsage([row])].filter(Boolean).join(' · ');
    const note = asks === undefined ? doing : `waits for your answer: ${asks}`;
    const text = `${row.phase} ${formatElapsed(io.now() - row.stateSince)}  ${row.goal}${note === '' ? '' : ` — ${note}`}`;
    const mark = asks === undefined ? paint.cyan(frames[frame % frames.length] ?? '') : paint.yellow('?');
    return `${mark} ${truncate(text, columns - 2)}`;
  };
  const colors = { done: paint.green, failed: paint.red, warning: paint.yellow, note: paint.dim };
  const permanent = ({ mark, text }: EventMessage) => `${colors[mark](marks[mark])} ${text}\n`;
  const stop = io.every(frameMs, () => {
    frame += 1;
    draw();
  });

  return {
    showEvent(event) {
      applyEvent(plans, event);
      const sentence = formatEvent(event, plans);
      const shown = sentence !== null && !sentence.transient && (!sentence.verbose || options.verbose);
      draw(shown ? permanent(sentence) : '');
    },
    showLogLine: line => applyLogLine(plans, line),
    skipEvent: event => applyEvent(plans, event),
    captureKeys: () => (options.keys ? keys.capture() : () => undefined),
    ask: (question, { signal, queuedCount }) =>
      new Promise(resolve => {
        const over = (answer: string | null | undefined) => {
          // Answered questions stay on the screen; withdrawn ones do not.
          const kept =
            shownQuestion === null || answer === undefined ? '' : `${shownQuestion.question}${shownQuestion.typed}\n`;
          shownQuestion = null;
          if (answer !== undefined) lastAnswerAt = io.now();
          draw(kept);
          resolve(answer);
        };
        ringBell();
        shownQuestion = { question, typed: '', queuedCount };
        const stopReading = keys.readLine({
          changed(typed) {
            shownQuestion = { question, typed, queuedCount };
            draw();
          },
          done: over,
        });
        signal.addEventListener('abort', () => {
          if (shownQuestion?.question !== question) return;
          stopReading();
          over(undefined);
        });
        draw();
      }),
    writeAbove(write) {
      io.stderr.write(eraseSequence(drawn));
      drawn = { lines: 0, text: '', open: false };
      write();
      draw();
    },
    close() {
      if (closed) return;
      ringBell();
      stop();
      closed = true;
      draw();
    },
  };
}

/** The escape sequence that erases what was drawn, wherever the cursor is. */
function eraseSequence({ lines, open }: { lines: number; open: boolean }): string {
  if (lines === 0) return '';
  const up = open ? lines - 1 : lines;
  return `\r${up === 0 ? '' : `\u001b[${up}A`}\u001b[0J`;
}
