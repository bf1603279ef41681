/** Two plans that differ in many keys at once. Each row looks at the one thing that its key decides, so they are run once for all. */
import { type Row, row } from './row.ts';
import type { Scene } from './scene.ts';

type Variant = 'left' | 'right';

/** Rows that look at what two plans did. The plans are run when the first of the rows asks. */
export function pairOf<Seen>(run: (scene: Scene, variant: Variant) => Promise<Seen>) {
  const made = new WeakMap<Scene, Record<Variant, Promise<Seen>>>();
  const both = (scene: Scene) => {
    const known = made.get(scene) ?? { left: run(scene, 'left'), right: run(scene, 'right') };
    made.set(scene, known);
    return known;
  };
  return (decides: string, look: (seen: Seen) => unknown, seen: readonly [left: unknown, right: unknown]): Row =>
    row<Variant>(decides, {
      values: ['left', 'right'],
      see: async (variant, scene) => look(await both(scene)[variant]),
      seen,
    });
}
