/** The inspector's page: header, views, and keys. */
import { idTail } from '../view/format.ts';
import { createActorsView } from './actors.ts';
import { createCheckpointsView } from './checkpoints.ts';
import { createConflictsView } from './conflicts.ts';
import { createDecisionsView } from './decisions.ts';
import { createButton, createElement, replaceChildren } from './dom.ts';
import { createMessagesView } from './messages.ts';
import { createOverviewView } from './overview.ts';
import { openSession } from './session.ts';
import { createTimelineView } from './timeline.ts';
import type { View } from './view.ts';

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
  const makes = [
    createOverviewView,
    createTimelineView,
    createActorsView,
    createMessagesView,
    createDecisionsView,
    createConflictsView,
    createCheckpointsView,
  ];
  const parts = makes.map(make => make(session, go));

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
  const head = createElement(
    'header',
    { className: 'head' },
    title,
    picker,
    createElement('span', { className: 'gap' }),
    control,
    state,
    downloads,
  );
  const tabs = createElement('nav', { className: 'tabs', aria: { label: 'Views' } });
  const main = createElement('main', {});
  const announcement = createElement('p', { id: 'announcement', role: 'status' });
  replaceChildren(document.getElementById('app') as HTMLElement, head, tabs, main, announcement);

  const shown = (): View[] => parts.filter(({ plans }) => session.plans || !plans);
  const tabsOf = parts.map((part, index) => createTab(part, index, go));
  let tabsMade = '';
  let pickerMade = '';
  const update = () => {
    const there = shown();
    const wanted = decodeURIComponent(location.hash.slice(1));
    const part =
      there.find(({ name }) => name === current) ?? there.find(({ name }) => name.toLowerCase() === wanted) ?? there[0];
    if (part === undefined) return;
    const names = there.map(({ name }) => name).join();
    if (names !== tabsMade) {
      tabsMade = names;
      replaceChildren(tabs, ...tabsOf.filter(({ part }) => there.includes(part)).map(({ element }) => element));
    }
    for (const { part: of, element, count } of tabsOf) {
      if (of === part) element.setAttribute('aria-current', 'page');
      else element.removeAttribute('aria-current');
      const number = of.count?.() ?? 0;
      count.textContent = number === 0 ? '' : String(number);
    }
    if (part.element.parentElement !== main) replaceChildren(main, part.element);
    title.textContent = session.title;
    document.title = `${session.title} inspector`;
    if (state.textContent !== session.state.text) state.textContent = session.state.text;
    state.className = `link-state ${session.state.kind}`;
    control.textContent = session.control ? 'commands enabled' : '';
    downloads.hidden = session.state.kind === 'report';
    const roots = session.roots();
    const made = roots.map(({ planId, state }) => `${planId}${state}`).join();
    if (made !== pickerMade) {
      pickerMade = made;
      replaceChildren(
        picker,
        ...roots.map(({ planId, goal, state }) =>
          createElement('option', { value: planId }, `${goal.slice(0, 70)} · ${state} · ${idTail(planId)}`),
        ),
      );
    }
    picker.hidden = roots.length === 0;
    if (session.root !== null) picker.value = session.root;
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
