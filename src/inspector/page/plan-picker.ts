import { idTail } from '../view/format.ts';
import { createElement, replaceChildren } from './dom.ts';
import type { PageSession } from './session.ts';

/** Selects a plan of the tree, for views about one plan. */
export function createPlanPicker(session: PageSession, label: string): { element: HTMLElement; update(): void } {
  const select = createElement('select', { aria: { label }, onchange: () => session.select({ plan: select.value }) });
  let made = '';
  return {
    element: createElement('label', { className: 'picker' }, 'Plan ', select),
    update() {
      const plans = session.plansOfRoot();
      const state = JSON.stringify(plans.map(({ planId }) => planId));
      if (state !== made) {
        made = state;
        replaceChildren(
          select,
          ...plans.map(({ planId, depth, goal }) =>
            createElement(
              'option',
              { value: planId },
              `${'\u00a0\u00a0'.repeat(depth)}${goal.slice(0, 60)} (${idTail(planId)})`,
            ),
          ),
        );
      }
      if (session.plan !== null) select.value = session.plan;
    },
  };
}
