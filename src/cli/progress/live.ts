import type { Colors } from '../../presentation/colors.ts';
import { formatDuration } from '../../presentation/duration.ts';
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
import { createKeyboard, type Keyboard } from '../prompts/keyboard.ts';
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
const markColors = { done: 'green', failed: 'red', warning: 'yellow', note: 'dim' } as const;

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
  const block = createTerminalBlock(io);
  let frame = 0;
  let closed = false;
  const bell = createBell(io);
  const question = createQuestionLine(keys, { paint, bell, redraw: above => draw(above) });
  const draw = (above = '') => {
    const columns = (io.stderr.columns ?? 80) - 1;
    const height = (io.stderr.rows ?? 24) - 1;
    const asked = question.rows({ columns, height });
    const view = { paint, columns, height: height - asked.length, now: io.now(), frame };
    const lines = [...(closed ? [] : activityLines(plans, view)), ...asked];
    block.draw(lines, { above, isOpen: question.isOpen() });
  };
  const stop = io.every(frameMs, () => {
    frame += 1;
    draw();
  });

  return {
    showEvent(event) {
      applyEvent(plans, event);
      const sentence = formatEvent(event, plans);
      const shown = sentence !== null && !sentence.transient && (!sentence.verbose || options.verbose);
      draw(shown ? `${paint[markColors[sentence.mark]](marks[sentence.mark])} ${sentence.text}\n` : '');
    },
    showLogLine: line => applyLogLine(plans, line),
    skipEvent: event => applyEvent(plans, event),
    captureKeys: () => (options.keys ? keys.capture() : () => undefined),
    ask: question.ask,
    writeAbove(write) {
      block.erase();
      write();
      draw();
    },
    close() {
      if (closed) return;
      bell.ring();
      stop();
      closed = true;
      draw();
    },
  };
}

interface Bell {
  /** Rings when the user was inactive for a while. */
  ring(): void;
  /** The user is here now. */
  answered(): void;
}

function createBell(io: Io): Bell {
  /** When the user last answered, or the start. */
  let lastAnswerAt = io.now();
  return {
    ring() {
      if (io.now() - lastAnswerAt >= awayMs) io.stderr.write('\u0007');
    },
    answered() {
      lastAnswerAt = io.now();
    },
  };
}

/** The question that is asked now, with the answer as it is typed. */
function createQuestionLine(
  keys: Keyboard,
  { paint, bell, redraw }: { paint: Colors; bell: Bell; redraw(above?: string): void },
) {
  let shown: (ShownQuestion & Pick<ShowQuestionOptions, 'queuedCount'>) | null = null;
  const ask: Progress['ask'] = (question, { signal, queuedCount }) =>
    new Promise(resolve => {
      const over = (answer: string | null | undefined) => {
        // Answered questions stay on the screen; withdrawn ones do not.
        const kept = shown === null || answer === undefined ? '' : `${shown.question}${shown.typed}\n`;
        shown = null;
        if (answer !== undefined) bell.answered();
        redraw(kept);
        resolve(answer);
      };
      const change = (typed: string) => {
        shown = { question, typed, queuedCount };
        redraw();
      };
      bell.ring();
      shown = { question, typed: '', queuedCount };
      const stopReading = keys.readLine({ changed: change, done: over });
      signal.addEventListener('abort', () => {
        if (shown?.question !== question) return;
        stopReading();
        over(undefined);
      });
      redraw();
    });
  return {
    ask,
    isOpen: () => shown !== null,
    rows: (size: { columns: number; height: number }): string[] =>
      shown === null ? [] : questionRows(shown, { paint, ...size, more: shown.queuedCount() }),
  };
}

interface LinesView {
  paint: Colors;
  columns: number;
  /** Lines that are free on the screen. */
  height: number;
  now: number;
  frame: number;
}

/** One line for each working plan, and one about all of them. */
function activityLines(plans: ActivityByPlan, view: LinesView): string[] {
  const { paint, columns, height, now } = view;
  const rows = processingPlans(plans);
  const most = Math.max(1, Math.min(liveLinesMax, height - 2));
  const lines = rows.slice(0, most).map(row => activityLine(row, view));
  if (rows.length > most) lines.push(paint.dim(`  and ${rows.length - most} more at work`));
  const summary = rows.length === 0 ? '' : summaryOf(plans, now);
  if (summary !== '') lines.push(paint.dim(`  ${truncate(summary, columns - 2)}`));
  return lines;
}

function activityLine(row: PlanActivity, { paint, columns, now, frame }: LinesView): string {
  const [asks] = row.approvals.values();
  const doing = [row.note, activityUsage([row])].filter(Boolean).join(' · ');
  const note = asks === undefined ? doing : `waits for your answer: ${asks}`;
  const text = `${row.phase} ${formatDuration(now - row.stateSince)}  ${row.goal}${note === '' ? '' : ` — ${note}`}`;
  const mark = asks === undefined ? paint.cyan(frames[frame % frames.length] ?? '') : paint.yellow('?');
  return `${mark} ${truncate(text, columns - 2)}`;
}

/** What all of them came to, and used; alone, a plan says itself what it used. */
function summaryOf(plans: ActivityByPlan, now: number): string {
  const far = progressWithEta(plans, now);
  const used = activityUsage(plans.values());
  return far === '' || used === '' ? far : `${far} · ${used}`;
}

/** The last lines of the terminal, which are written again in place. */
function createTerminalBlock({ stderr }: Io) {
  let drawn = { lines: 0, text: '', open: false };
  return {
    /** @param isOpen the last line ends with what you type, not with a line break */
    draw(lines: readonly string[], { above, isOpen }: { above: string; isOpen: boolean }): void {
      const text = lines.join('\n') + (!isOpen && lines.length > 0 ? '\n' : '');
      if (above === '' && text === drawn.text) return;
      stderr.write(`${eraseSequence(drawn)}${above}${text}`);
      drawn = { lines: lines.length, text, open: isOpen };
    },
    erase(): void {
      stderr.write(eraseSequence(drawn));
      drawn = { lines: 0, text: '', open: false };
    },
  };
}

/** The escape sequence that erases what was drawn, wherever the cursor is. */
function eraseSequence({ lines, open }: { lines: number; open: boolean }): string {
  if (lines === 0) return '';
  const up = open ? lines - 1 : lines;
  return `\r${up === 0 ? '' : `\u001b[${up}A`}\u001b[0J`;
}
