import { short } from '../view/words.ts';
import { fill, h } from './element.ts';
import type { Session } from './session.ts';

/** Chooses one plan of the tree, for views that are about one. */
export function planPicker(session: Session, label: string): { element: HTMLElement; update(): void } {
  const select = h('select', { aria: { label }, onchange: () => session.choose({ plan: select.value }) });
  let made = '';
  return {
    element: h('label', { className: 'picker' }, 'Plan ', select),
    update() {
      const plans = session.family();
      const state = JSON.stringify(plans.map(({ planId }) => planId));
      if (state !== made) {
        made = state;
        fill(
          select,
          ...plans.map(({ planId, depth, goal }) =>
            h('option', { value: planId }, `${'\u00a0\u00a0'.repeat(depth)}${goal.slice(0, 60)} (${short(planId)})`),
          ),
        );
      }
      if (session.plan !== null) select.value = session.plan;
    },
  };
}
