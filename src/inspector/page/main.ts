/** The inspector's page: header, views, and keys. */
import { idTail } from '../view/format.ts';
import { createActorsView } from './actors.ts';
import { createCheckpointsView } from './checkpoints.ts';
import { createConflictsView } from './conflicts.ts';
import { createDecisionsView } from './decisions.ts';
import { createButton, createElement, replaceChildren } from './dom.ts';
import { createMessagesView } from './messages.ts';
import { createOverviewView } from './overview.ts';
import { openSession, type PageSession } from './session.ts';
import { createTimelineView } from './timeline.ts';
import type { View } from './view.ts';

/** The views, in the order of their tabs. */
const views = [
  createOverviewView,
  createTimelineView,
  createActorsView,
  createMessagesView,
  createDecisionsView,
  createConflictsView,
  createCheckpointsView,
];

function start(): void {
  const session = openSession(() => update());
  let current = '';
  const go = (name: string) => {
    current = name;
    location.hash = name.toLowerCase();
    update();
    parts
      .find(part => part.name === name)
      ?.element.querySelector<HTMLElement>('.rows')
      ?.focus();
  };
  const parts = views.map(make => make(session, go));
  const header = createHeader(session);
  const tabs = createTabs(parts, go);
  const main = createElement('main', {});
  const announcement = createElement('p', { id: 'announcement', role: 'status' });
  replaceChildren(document.getElementById('app') as HTMLElement, header.element, tabs.element, main, announcement);

  const shown = (): View[] => parts.filter(({ plans }) => session.plans || !plans);
  const update = () => {
    const there = shown();
    const wanted = decodeURIComponent(location.hash.slice(1));
    const part =
      there.find(({ name }) => name === current) ?? there.find(({ name }) => name.toLowerCase() === wanted) ?? there[0];
    if (part === undefined) return;
    tabs.update(there, part);
    if (part.element.parentElement !== main) replaceChildren(main, part.element);
    header.update();
    part.update();
  };

  document.addEventListener('keydown', event => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const part = shown()[Number(event.key) - 1];
    if (part !== undefined) go(part.name);
    else if (event.key === '/') main.querySelector<HTMLElement>('.filter')?.focus();
    else return;
    event.preventDefault();
  });
  addEventListener('hashchange', () => {
    current = '';
    update();
  });
  // Durations grow even without events.
  setInterval(update, 1_000);
  update();
}

/** The title, the choice of the root plan, the state of the connection, and the downloads. */
function createHeader(session: PageSession): { element: HTMLElement; update(): void } {
  const title = createElement('h1', {}, 'Troupe');
  const picker = createElement('select', {
    className: 'roots',
    aria: { label: 'Plan' },
    onchange: () => session.select({ root: picker.value }),
  });
  const state = createElement('span', { className: 'link-state', role: 'status' });
  const control = createElement('span', { className: 'control' });
  const downloads = createElement(
    'nav',
    { className: 'downloads', aria: { label: 'Take away' } },
    createElement('a', { href: 'report.html', download: 'troupe-report.html' }, 'Report'),
    createElement('a', { href: 'items.jsonl', download: 'troupe-items.jsonl' }, 'JSONL'),
  );
  const gap = createElement('span', { className: 'gap' });
  let listed = '';
  const updatePicker = () => {
    const roots = session.roots();
    const wanted = roots.map(({ planId, state }) => `${planId}${state}`).join();
    if (wanted !== listed) {
      listed = wanted;
      const options = roots.map(({ planId, goal, state }) =>
        createElement('option', { value: planId }, `${goal.slice(0, 70)} · ${state} · ${idTail(planId)}`),
      );
      replaceChildren(picker, ...options);
    }
    picker.hidden = roots.length === 0;
    if (session.root !== null) picker.value = session.root;
  };
  return {
    element: createElement('header', { className: 'head' }, title, picker, gap, control, state, downloads),
    update() {
      title.textContent = session.title;
      document.title = `${session.title} inspector`;
      // A status that did not change is not announced again.
      if (state.textContent !== session.state.text) state.textContent = session.state.text;
      state.className = `link-state ${session.state.kind}`;
      control.textContent = session.control ? 'commands enabled' : '';
      downloads.hidden = session.state.kind === 'report';
      updatePicker();
    },
  };
}

/** One tab for each view that has something to show. */
function createTabs(parts: readonly View[], go: (name: string) => void) {
  const element = createElement('nav', { className: 'tabs', aria: { label: 'Views' } });
  const tabs = parts.map((part, index) => createTab(part, index, go));
  let listed = '';
  return {
    element,
    update(shown: readonly View[], current: View): void {
      const names = shown.map(({ name }) => name).join();
      if (names !== listed) {
        listed = names;
        replaceChildren(element, ...tabs.filter(({ part }) => shown.includes(part)).map(({ element }) => element));
      }
      for (const { part, element, count } of tabs) {
        if (part === current) element.setAttribute('aria-current', 'page');
        else element.removeAttribute('aria-current');
        const number = part.count?.() ?? 0;
        count.textContent = number === 0 ? '' : String(number);
      }
    },
  };
}

interface Tab {
  part: View;
  element: HTMLButtonElement;
  count: HTMLElement;
}

function createTab(part: View, index: number, go: (name: string) => void): Tab {
  const count = createElement('span', { className: 'tab-count' });
  const element = createButton(part.name, () => go(part.name), { title: `${part.name} (${index + 1})` });
  element.append(count);
  return { part, element, count };
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;

start();
