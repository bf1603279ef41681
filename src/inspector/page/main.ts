/** The inspector's page: a head, its views, and keys. */
import { short } from '../view/words.ts';
import { makeActors } from './actors.ts';
import { makeCheckpoints } from './checkpoints.ts';
import { makeConflicts } from './conflicts.ts';
import { makeDecisions } from './decisions.ts';
import { button, fill, h } from './element.ts';
import { makeMessages } from './messages.ts';
import { makeNow } from './now.ts';
import type { Part } from './part.ts';
import { openSession } from './session.ts';
import { makeTimeline } from './timeline.ts';

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
  const makes = [makeNow, makeTimeline, makeActors, makeMessages, makeDecisions, makeConflicts, makeCheckpoints];
  const parts = makes.map(make => make(session, go));

  const title = h('h1', {}, 'Troupe');
  const picker = h('select', {
    className: 'roots',
    aria: { label: 'Plan' },
    onchange: () => session.choose({ root: picker.value }),
  });
  const state = h('span', { className: 'link-state', role: 'status' });
  const control = h('span', { className: 'control' });
  const downloads = h(
    'nav',
    { className: 'downloads', aria: { label: 'Take away' } },
    h('a', { href: 'report.html', download: 'troupe-report.html' }, 'Report'),
    h('a', { href: 'items.jsonl', download: 'troupe-items.jsonl' }, 'JSONL'),
  );
  const head = h(
    'header',
    { className: 'head' },
    title,
    picker,
    h('span', { className: 'gap' }),
    control,
    state,
    downloads,
  );
  const tabs = h('nav', { className: 'tabs', aria: { label: 'Views' } });
  const main = h('main', {});
  const told = h('p', { id: 'told', role: 'status' });
  fill(document.getElementById('app') as HTMLElement, head, tabs, main, told);

  const shown = (): Part[] => parts.filter(({ plans }) => session.plans || !plans);
  const tabsOf = parts.map((part, index) => tabOf(part, index, go));
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
      fill(tabs, ...tabsOf.filter(({ part }) => there.includes(part)).map(({ element }) => element));
    }
    for (const { part: of, element, count } of tabsOf) {
      if (of === part) element.setAttribute('aria-current', 'page');
      else element.removeAttribute('aria-current');
      const number = of.count?.() ?? 0;
      count.textContent = number === 0 ? '' : String(number);
    }
    if (part.element.parentElement !== main) fill(main, part.element);
    title.textContent = session.title;
    document.title = `${session.title} inspector`;
    if (state.textContent !== session.state.text) state.textContent = session.state.text;
    state.className = `link-state ${session.state.kind}`;
    control.textContent = session.control ? 'orders are taken' : '';
    downloads.hidden = session.state.kind === 'report';
    const roots = session.roots();
    const made = roots.map(({ planId, state }) => `${planId}${state}`).join();
    if (made !== pickerMade) {
      pickerMade = made;
      fill(
        picker,
        ...roots.map(({ planId, goal, state }) =>
          h('option', { value: planId }, `${goal.slice(0, 70)} · ${state} · ${short(planId)}`),
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
  // What goes on takes longer, although nothing is told.
  setInterval(update, 1_000);
  update();
}

interface Tab {
  part: Part;
  element: HTMLButtonElement;
  count: HTMLElement;
}

function tabOf(part: Part, index: number, go: (name: string) => void): Tab {
  const count = h('span', { className: 'tab-count' });
  const element = button(part.name, () => go(part.name), { title: `${part.name} (${index + 1})` });
  element.append(count);
  return { part, element, count };
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;

start();
