/**
 * Questions to the person at the terminal.
 * - I1 one at a time, in the order of asking; an urgent one comes first, and what it pushed aside is asked again after it.
 * - I2 a question that is answered elsewhere disappears, whether it was shown or not.
 */

/** Shows one question until it is answered; null when the input ends, undefined when the signal took it from the screen. */
export type Show = (question: string, options: ShowOptions) => Promise<string | null | undefined>;

export interface ShowOptions {
  signal: AbortSignal;
  /** How many others wait behind it. */
  more(): number;
}

export interface Questions {
  /** What the person typed; null when the input ended or the signal aborted. */
  ask(question: string, options?: AskOptions): Promise<string | null>;
}

export interface AskOptions {
  signal?: AbortSignal;
  /** Comes before those that are not. @default false */
  urgent?: boolean;
}

interface Waiting {
  question: string;
  urgent: boolean;
  answer(text: string | null): void;
  refuse(thrown: unknown): void;
}

export function questions(show: Show): Questions {
  let waiting: Waiting[] = [];
  let shown: { question: Waiting; hide: AbortController } | null = null;

  function drop(question: Waiting): void {
    waiting = waiting.filter(each => each !== question);
    if (shown?.question === question) shown.hide.abort();
    else turn();
  }

  /** Sees to it that the question whose turn it is is shown. */
  function turn(): void {
    const first = waiting.find(({ urgent }) => urgent) ?? waiting[0];
    if (shown !== null) {
      // Once it is off the screen the turn comes again.
      if (shown.question !== first) shown.hide.abort();
      return;
    }
    if (first !== undefined) void present(first);
  }

  async function present(question: Waiting): Promise<void> {
    const hide = new AbortController();
    shown = { question, hide };
    try {
      const text = await show(question.question, { signal: hide.signal, more: () => waiting.length - 1 });
      if (text !== undefined) {
        waiting = waiting.filter(each => each !== question);
        question.answer(text);
      }
    } catch (thrown) {
      waiting = waiting.filter(each => each !== question);
      question.refuse(thrown);
    } finally {
      shown = null;
      turn();
    }
  }

  return {
    ask: (question, { signal, urgent = false } = {}) =>
      new Promise((resolve, refuse) => {
        if (signal?.aborted) return resolve(null);
        const asked: Waiting = { question, urgent, answer: resolve, refuse };
        signal?.addEventListener('abort', () => {
          drop(asked);
          resolve(null);
        });
        waiting.push(asked);
        turn();
      }),
  };
}
