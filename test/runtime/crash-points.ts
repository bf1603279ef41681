/** Processes that die at a chosen call, for tests of what the next process finds. */
import type { Project, Store, StoreOpener } from '../../src/index.ts';

const never = new Promise<never>(() => {});

/** A store whose rows outlive the process that opened it. */
export const sharedStore =
  (rows: Store, isDead = () => false): StoreOpener =>
  async () => ({
    get: key => rows.get(key),
    entries: (prefix, options) => rows.entries(prefix, options),
    batch: operations => (isDead() ? never : rows.batch(operations)),
    close: async () => {},
  });

/** Dies at its nth call to the project: before it or after it. From then on no call starts and none returns. */
export function crashAtCall(project: Project, rows: Store, { nth, when }: { nth: number; when: 'before' | 'after' }) {
  let calls = 0;
  let dead = false;
  let report = () => {};
  const died = new Promise<'died'>(resolve => {
    report = () => resolve('died');
  });
  const die = () => {
    dead = true;
    report();
    return never;
  };
  const crashing = new Proxy(project, {
    get(target, name) {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      return async (...args: unknown[]) => {
        if (dead) return never;
        calls += 1;
        const isLast = calls === nth;
        if (isLast && when === 'before') return die();
        const result: unknown = await method.apply(target, args);
        if (isLast) return die();
        return dead ? never : result;
      };
    },
  });
  return { project: crashing, store: sharedStore(rows, () => dead), died };
}
