/** Questions to the user, one at a time, answered by keys. */
import type { UiCommandContext } from './command-context.ts';
import { handleInputKey, type LineInputMode } from './line-input.ts';
import type { Mode } from './state.ts';

export interface Dialog extends Pick<UiCommandContext, 'confirm' | 'promptText' | 'pick'> {
  /** Returns whether the key was for a question. */
  press(key: string, input: string): boolean;
  /** Answers all questions with no. */
  close(): void;
}

interface Question {
  mode(): Mode;
  press(key: string, input: string): void;
  drop(): void;
}

/** An open question: its state after a key, or the answer. */
interface Prompt<Shown extends Mode, Answer> {
  initial: Shown;
  handleKey(shown: Shown, key: string, input: string): Shown | { answer: Answer };
  /** The answer when the user cancels. */
  fallback: Answer;
}

type PickMode = Extract<Mode, { kind: 'picking' }>;

export function createDialog(show: (mode: Mode) => void): Dialog {
  const waiting: Question[] = [];

  function enqueue<Shown extends Mode, Answer>(asked: Prompt<Shown, Answer>): Promise<Answer> {
    return new Promise(answered => openPrompt(asked, answered));
  }

  function openPrompt<Shown extends Mode, Answer>(
    { initial, handleKey, fallback }: Prompt<Shown, Answer>,
    report: (answer: Answer) => unknown,
  ): void {
    let shown = initial;
    const over = (answer: Answer) => {
      waiting.shift();
      show(waiting[0]?.mode() ?? { kind: 'normal' });
      report(answer);
    };
    waiting.push({
      mode: () => shown,
      press(key, input) {
        const next = handleKey(shown, key, input);
        if ('answer' in next) return over(next.answer);
        shown = next;
        show(shown);
      },
      drop: () => over(fallback),
    });
    if (waiting.length === 1) show(initial);
  }

  return {
    press(key, input) {
      const [question] = waiting;
      question?.press(key, input);
      return question !== undefined;
    },
    close() {
      while (waiting[0] !== undefined) waiting[0].drop();
    },
    confirm: (question, details = []) =>
      enqueue({
        initial: { kind: 'asking', question, details: details },
        handleKey: (shown, key) => {
          if (key === 'y') return { answer: true };
          return ['n', 'escape', 'enter', 'ctrl+c', 'q'].includes(key) ? { answer: false } : shown;
        },
        fallback: false,
      }),
    promptText: (question, text = '') =>
      enqueue<LineInputMode, string | null>({
        initial: { kind: 'typing', for: 'answer', question, text },
        handleKey: (shown, key, input) => {
          const next = handleInputKey(shown, key, input);
          if (next === null) return { answer: null };
          return 'done' in next ? { answer: next.done } : next;
        },
        fallback: null,
      }),
    pick: (title, options, { details = [], at = 0 } = {}) =>
      enqueue<PickMode, string | null>({
        initial: { kind: 'picking', title, details: details, options, index: at },
        handleKey: handlePickKey,
        fallback: null,
      }),
  };
}

function handlePickKey(shown: PickMode, key: string): PickMode | { answer: string | null } {
  const { options, index } = shown;
  const direct = options.find(option => option.key === key);
  if (direct !== undefined) return { answer: direct.id };
  switch (key) {
    case 'down':
    case 'j':
      return { ...shown, index: Math.min(index + 1, options.length - 1) };
    case 'up':
    case 'k':
      return { ...shown, index: Math.max(index - 1, 0) };
    case 'enter':
      return { answer: options[index]?.id ?? null };
    case 'escape':
    case 'ctrl+c':
    case 'q':
      return { answer: null };
    default:
      return shown;
  }
}
