/**
 * Shares one call of `look` between concurrent callers. No caller gets a result of a call that started before its own
 * request: callers during a call wait for the next one.
 */
export function coalesce<Answer>(look: () => Promise<Answer>): () => Promise<Answer> {
  let present: Promise<unknown> | null = null;
  let next: Promise<Answer> | null = null;
  return () => {
    if (next !== null) return next;
    const begin = () => {
      next = null;
      const mine = look();
      present = mine
        .catch(() => undefined)
        .then(() => {
          present = null;
        });
      return mine;
    };
    if (present === null) return begin();
    next = present.then(begin);
    return next;
  };
}
