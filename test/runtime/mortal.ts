/** Processes that die at a chosen deed, for tests of what whoever comes next finds. */
import type { Project, Store, StoreOpener } from '../../src/index.ts';

const never = new Promise<never>(() => {});

/** Rows that outlive whoever opened them. */
export const shared =
  (rows: Store, isDead = () => false): StoreOpener =>
  async () => ({
    get: key => rows.get(key),
    entries: (prefix, options) => rows.entries(prefix, options),
    batch: operations => (isDead() ? never : rows.batch(operations)),
    close: async () => {},
  });

/** Dies at its nth deed in the project: before it, or when it is done. Then nothing begins any more, nothing is heard of. */
export function mortal(project: Project, rows: Store, { nth, when }: { nth: number; when: 'before' | 'after' }) {
  let deeds = 0;
  let dead = false;
  let tell = () => {};
  const died = new Promise<'died'>(resolve => {
    tell = () => resolve('died');
  });
  const die = () => {
    dead = true;
    tell();
    return never;
  };
  const dying = new Proxy(project, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (typeof found !== 'function') return found;
      return async (...words: unknown[]) => {
        if (dead) return never;
        deeds += 1;
        const isLast = deeds === nth;
        if (isLast && when === 'before') return die();
        const answer: unknown = await found.apply(target, words);
        if (isLast) return die();
        return dead ? never : answer;
      };
    },
  });
  return { project: dying, store: shared(rows, () => dead), died };
}
