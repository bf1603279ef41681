import type { WorkerLine } from '../state/events.ts';
import { createElement, replaceChildren } from './dom.ts';
import { createCachedQuery } from './query-cache.ts';
import type { PageSession } from './session.ts';

/** Milliseconds between two requests: workers are no events. */
const everyMs = 3000;

/** The workers to which the work of plans goes; hidden while there are none. */
export function createWorkersSection(session: PageSession): { element: HTMLElement; update(): void } {
  const answer = createCachedQuery<WorkerLine[]>();
  const element = createElement('section', { className: 'workers', hidden: true, aria: { label: 'Workers' } });
  let shown = '';
  const draw = () => {
    const workers = answer.value ?? [];
    const state = JSON.stringify(workers);
    if (state === shown) return;
    shown = state;
    element.hidden = workers.length === 0;
    const lines = workers.map(({ text }) => createElement('li', {}, text));
    replaceChildren(element, createElement('h2', {}, `Workers (${workers.length})`), createElement('ul', {}, ...lines));
  };
  return {
    element,
    update() {
      const key = session.state.kind === 'live' ? String(Math.floor(Date.now() / everyMs)) : session.state.kind;
      answer.load(`workers ${key}`, () => session.connection.query({ what: 'workers' }), draw);
    },
  };
}
