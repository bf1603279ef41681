/** Notices when the server of a queue gives no answer for a while, and when it does again. */
export interface AnswerWatch {
  /** Passes the answer on. */
  ask<Answer>(question: () => Promise<Answer>): Promise<Answer>;
  close(): void;
}

interface AnswerWatchOptions {
  /** Milliseconds from the first question without an answer. */
  afterMs: number;
  onSilence(): void;
  /** Called after a silence. */
  onAnswer(): void;
}

export function createAnswerWatch({ afterMs, onSilence, onAnswer }: AnswerWatchOptions): AnswerWatch {
  let isSilent = false;
  let timer: NodeJS.Timeout | null = null;
  const close = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  return {
    async ask(question) {
      timer ??= setTimeout(() => {
        isSilent = true;
        onSilence();
      }, afterMs);
      // One client rejects while there is no connection, and another one waits for it.
      const answer = await question();
      close();
      if (isSilent) {
        isSilent = false;
        onAnswer();
      }
      return answer;
    },
    close,
  };
}
