/**
 * A queue of questions to the user at the terminal.
 * - I1 one at a time, in order; an urgent one comes first, and the one it interrupted is asked again after it;
 * - I2 a question that is answered elsewhere disappears, whether it was shown or not.
 */

/** Shows one question until it is answered; null when the input ends, undefined when the signal removed it. */
export type ShowQuestion = (question: string, options: ShowQuestionOptions) => Promise<string | null | undefined>;

export interface ShowQuestionOptions {
  signal: AbortSignal;
  /** Returns the number of questions waiting behind it. */
  queuedCount(): number;
}

export interface QuestionQueue {
  /** Returns the typed answer; null when the input ended or the signal aborted. */
  ask(question: string, options?: QuestionOptions): Promise<string | null>;
}

export interface QuestionOptions {
  signal?: AbortSignal;
  /** Asked before questions that are not urgent. @default false */
  urgent?: boolean;
}

interface QueuedQuestion {
  question: string;
  urgent: boolean;
  answer(text: string | null): void;
  refuse(thrown: unknown): void;
}

export function createQuestionQueue(show: ShowQuestion): QuestionQueue {
  let waiting: QueuedQuestion[] = [];
  let shown: { question: QueuedQuestion; hide: AbortController } | null = null;

  function drop(question: QueuedQuestion): void {
    waiting = waiting.filter(each => each !== question);
    if (shown?.question === question) shown.hide.abort();
    else showNext();
  }

  /** Makes sure that the first question is shown. */
  function showNext(): void {
    const first = waiting.find(({ urgent }) => urgent) ?? waiting[0];
    if (shown !== null) {
      // Once it is removed from the screen, this runs again.
      if (shown.question !== first) shown.hide.abort();
      return;
    }
    if (first !== undefined) void showQuestion(first);
  }

  async function showQuestion(question: QueuedQuestion): Promise<void> {
    const hide = new AbortController();
    shown = { question, hide };
    try {
      const text = await show(question.question, { signal: hide.signal, queuedCount: () => waiting.length - 1 });
      if (text !== undefined) {
        waiting = waiting.filter(each => each !== question);
        question.answer(text);
      }
    } catch (thrown) {
      waiting = waiting.filter(each => each !== question);
      question.refuse(thrown);
    } finally {
      shown = null;
      showNext();
    }
  }

  return {
    ask: (question, { signal, urgent = false } = {}) =>
      new Promise((resolve, refuse) => {
        if (signal?.aborted) return resolve(null);
        const asked: QueuedQuestion = { question, urgent, answer: resolve, refuse };
        signal?.addEventListener('abort', () => {
          drop(asked);
          resolve(null);
        });
        waiting.push(asked);
        showNext();
      }),
  };
}
