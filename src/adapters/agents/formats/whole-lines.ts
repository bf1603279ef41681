/** Puts text together that comes in pieces, and hands on its whole lines. */
export interface WholeLines {
  /** Lines that are whole now, as one text; null where there is none. */
  add(piece: string): string | null;
  /** What is left without a line end; null where nothing is. */
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
