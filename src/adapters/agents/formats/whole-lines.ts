/** Joins pieces of text and returns complete lines. */
export interface WholeLines {
  /** Adds a piece. Returns the lines that are complete now, as one text; null if there is none. */
  add(piece: string): string | null;
  /** Returns the rest, which has no line end; null if there is none. */
  take(): string | null;
}

export function createWholeLines(): WholeLines {
  let held = '';
  return {
    add(piece) {
      held += piece;
      const end = held.lastIndexOf('\n');
      if (end < 0) return null;
      const whole = held.slice(0, end);
      held = held.slice(end + 1);
      return whole;
    },
    take() {
      const rest = held;
      held = '';
      return rest === '' ? null : rest;
    },
  };
}
