/** Questions to the person, one at a time; each is answered by keys, and waits for those before it. */
import type { Hand } from './hand.ts';
import type { Mode, PickOption } from './state.ts';
import { typed } from './typing.ts';

export interface Dialog extends Pick<Hand, 'ask' | 'say' | 'pick'> {
  /** Whether the key was for a question. */
  press(key: string, input: string): boolean;
  /** Answers whatever is asked with no. */
  close(): void;
}

interface Question {
  mode: Mode;
  /** The mode after a key, or the answer. */
  take(mode: Mode, key: string, input: string): Mode | { answer: unknown };
  nothing: unknown;
  tell(answer: unknown): void;
}

export function dialog({ mode, show }: { mode(): Mode; show(mode: Mode): void }): Dialog {
  const waiting: Question[] = [];

  function put<Answer>(question: Omit<Question, 'tell' | 'nothing'>, nothing: Answer): Promise<Answer> {
    return new Promise(answered => {
      waiting.push({ ...question, nothing, tell: answer => answered(answer as Answer) });
      if (waiting.length === 1) show(question.mode);
    });
  }

  function over(answer: unknown): void {
    const question = waiting.shift();
    show(waiting[0]?.mode ?? { kind: 'normal' });
    question?.tell(answer);
  }

  return {
    press(key, input) {
      const [question] = waiting;
      if (question === undefined) return false;
      const next = question.take(mode(), key, input);
      if ('answer' in next) over(next.answer);
      else show(next);
      return true;
    },
    close() {
      while (waiting[0] !== undefined) over(waiting[0].nothing);
    },
    ask: (question, facts = []) =>
      put(
        {
          mode: { kind: 'asking', question, facts },
          take: (current, key) => {
            if (key === 'y') return { answer: true };
            return ['n', 'escape', 'enter', 'ctrl+c', 'q'].includes(key) ? { answer: false } : current;
          },
        },
        false,
      ),
    say: (question, text = '') =>
      put<string | null>(
        {
          mode: { kind: 'typing', for: 'answer', question, text },
          take: (current, key, input) => {
            if (current.kind !== 'typing') return current;
            const next = typed(current, key, input);
            if (next === null) return { answer: null };
            return 'done' in next ? { answer: next.done } : next;
          },
        },
        null,
      ),
    pick: (title, options) =>
      put<string | null>(
        {
          mode: { kind: 'picking', title, options, index: 0 },
          take: (current, key) => (current.kind === 'picking' ? picked(current, key) : current),
        },
        null,
      ),
  };
}

function picked(mode: Extract<Mode, { kind: 'picking' }>, key: string): Mode | { answer: string | null } {
  const { options, index } = mode;
  const direct = options.find((option: PickOption) => option.key === key);
  if (direct !== undefined) return { answer: direct.id };
  switch (key) {
    case 'down':
    case 'j':
      return { ...mode, index: Math.min(index + 1, options.length - 1) };
    case 'up':
    case 'k':
      return { ...mode, index: Math.max(index - 1, 0) };
    case 'enter':
      return { answer: options[index]?.id ?? null };
    case 'escape':
    case 'ctrl+c':
    case 'q':
      return { answer: null };
    default:
      return mode;
  }
}
