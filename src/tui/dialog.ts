/** Questions to the person, one at a time; each is answered by keys, and waits for those before it. */
import type { Hand } from './hand.ts';
import type { Mode } from './state.ts';
import { type Typing, typed } from './typing.ts';

export interface Dialog extends Pick<Hand, 'ask' | 'say' | 'pick'> {
  /** Whether the key was for a question. */
  press(key: string, input: string): boolean;
  /** Answers whatever is asked with no. */
  close(): void;
}

interface Question {
  mode(): Mode;
  press(key: string, input: string): void;
  drop(): void;
}

/** One question while it is answered: what is shown of it after a key, or the answer. */
interface Asked<Shown extends Mode, Answer> {
  first: Shown;
  take(shown: Shown, key: string, input: string): Shown | { answer: Answer };
  /** The answer of somebody who gives none. */
  nothing: Answer;
}

type Picking = Extract<Mode, { kind: 'picking' }>;

export function dialog(show: (mode: Mode) => void): Dialog {
  const waiting: Question[] = [];

  function put<Shown extends Mode, Answer>(asked: Asked<Shown, Answer>): Promise<Answer> {
    return new Promise(answered => begin(asked, answered));
  }

  function begin<Shown extends Mode, Answer>(
    { first, take, nothing }: Asked<Shown, Answer>,
    tell: (answer: Answer) => unknown,
  ): void {
    let shown = first;
    const over = (answer: Answer) => {
      waiting.shift();
      show(waiting[0]?.mode() ?? { kind: 'normal' });
      tell(answer);
    };
    waiting.push({
      mode: () => shown,
      press(key, input) {
        const next = take(shown, key, input);
        if ('answer' in next) return over(next.answer);
        shown = next;
        show(shown);
      },
      drop: () => over(nothing),
    });
    if (waiting.length === 1) show(first);
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
    ask: (question, facts = []) =>
      put({
        first: { kind: 'asking', question, facts },
        take: (shown, key) => {
          if (key === 'y') return { answer: true };
          return ['n', 'escape', 'enter', 'ctrl+c', 'q'].includes(key) ? { answer: false } : shown;
        },
        nothing: false,
      }),
    say: (question, text = '') =>
      put<Typing, string | null>({
        first: { kind: 'typing', for: 'answer', question, text },
        take: (shown, key, input) => {
          const next = typed(shown, key, input);
          if (next === null) return { answer: null };
          return 'done' in next ? { answer: next.done } : next;
        },
        nothing: null,
      }),
    pick: (title, options, { facts = [], at = 0 } = {}) =>
      put<Picking, string | null>({
        first: { kind: 'picking', title, facts, options, index: at },
        take: picked,
        nothing: null,
      }),
  };
}

function picked(shown: Picking, key: string): Picking | { answer: string | null } {
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
