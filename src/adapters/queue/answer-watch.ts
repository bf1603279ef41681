/** Notices when the server of a queue gives no answer for a while, and when it does again. */
export interface AnswerWatch {
  /** Passes the answer on. */
  ask<Answer>(question: () => Promise<Answer>): Promise<Answer>;
  /** Milliseconds since the first question that has no answer; 0 when all have. */
  silentMs(): number;
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
  let askedAt = 0;
  const close = () => {
    if (timer !== null) clearTimeout(timer);
    timer = null;
  };
  return {
    async ask(question) {
      if (timer === null) {
        askedAt = performance.now();
        timer = setTimeout(() => {
          isSilent = true;
          onSilence();
        }, afterMs);
      }
      // One client rejects while there is no connection, and another one waits for it.
      const answer = await question();
      close();
      if (isSilent) {
        isSilent = false;
        onAnswer();
      }
      return answer;
    },
    silentMs: () => (timer === null ? 0 : performance.now() - askedAt),
    close,
  };
}
