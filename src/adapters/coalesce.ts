/**
 * Many who want to know the same at about the same time are served by one look. Nobody gets an answer that was being
 * looked for before they asked: a look serves those that asked before it began, and who asks meanwhile waits for the next.
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
