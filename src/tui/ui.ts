/**
 * The screen without its looks: what it shows, and what keys make of it. It owns the state; components draw it.
 * - I1 a key either looks around (pure, at once) or does something (a deed, told of when it is done).
 * - I2 leaving ends nothing but the window.
 */
import { asksOf, type Clock, childrenOf, Fault, type PlanLine, type Plans, type Troupe, watchPlans } from '../index.ts';
import { deeds } from './deeds/deeds.ts';
import { dialog } from './dialog.ts';
import type { Facts } from './facts.ts';
import { firstWord } from './first-word.ts';
import type { Hand, Outside } from './hand.ts';
import { type Binding, deedOf, type ViewName, viewNames } from './keys.ts';
import { moved, selecting, showing } from './moves.ts';
import { noticer } from './notices.ts';
import { paneOf } from './panes/pane-of.ts';
import { reader } from './reader.ts';
import { firstState, indexIn, isTooSmall, isWide, type Mode, type UiState } from './state.ts';
import { isThemeName, type ThemeName } from './theme.ts';
import { typed } from './typing.ts';

export interface UiOptions {
  troupe: Troupe;
  outside: Outside;
  clock: Clock;
  keys: readonly Binding[];
  theme: ThemeName;
  columns: number;
  rows: number;
  /** Draws everything anew, whatever another program left on the screen. */
  redraw(): void;
  /** The plan to begin with. @default the first in the list */
  planId?: string;
}

export interface Ui {
  readonly keys: readonly Binding[];
  /** What is shown; the same object until something changes. */
  look(): Facts;
  listen(changed: () => void): () => void;
  /** One key by its name, and what it typed. */
  press(key: string, input: string): void;
  resize(columns: number, rows: number): void;
  leave(): void;
  /** Resolves when the person left; rejects with what nobody expected, which ends the screen. */
  readonly left: Promise<void>;
  close(): Promise<void>;
}

/** What only looks around and has a name worth typing. */
const lookable: readonly string[] = [
  ...viewNames,
  ...['help', 'reconnect', 'redraw', 'mark', 'unmark', 'sides', 'wrap', 'zoom', 'all'],
];

/** Rows beside those of a pane: header, title, foot, message and keys. */
export const rowsAround = 9;

export function openUi({ troupe, outside, clock, keys, theme, columns, rows, redraw, planId }: UiOptions): Ui {
  const watch = watchPlans(troupe, { clock });
  const read = reader(troupe, { clock, changed: () => changed(), failed: thrown => fail(thrown) });
  const notice = noticer(outside);
  const listeners = new Set<() => void>();
  let state: UiState = { ...firstState({ theme, columns, rows }), root: planId ?? null, plan: planId ?? null };
  let known: Pick<Facts, 'children' | 'asks'> & { of: Plans } = { of: {}, children: new Map(), asks: new Map() };
  let facts: Facts | null = null;
  let last = { id: '', words: '' };
  let leave = () => {};
  let fail: (thrown: unknown) => void = () => {};
  const left = new Promise<void>((resolve, reject) => {
    leave = resolve;
    fail = reject;
  });

  function look(): Facts {
    const views = watch.look();
    const { plans } = views;
    if (known.of !== plans) known = { of: plans, children: childrenOf(plans), asks: asksOf(plans) };
    const { children, asks } = known;
    facts ??= { views, children, asks, state, reading: read.reading(), now: clock.now() };
    return facts;
  }

  /** Something to show is otherwise: sees to what has to be read for it, then tells who draws. */
  function changed(): void {
    facts = null;
    settle();
    const shown: ViewName[] = isWide(state) ? [state.list, state.detail] : [state.view];
    watch.select(state.plan);
    read.attend({ views: shown, planId: state.plan, detail: watch.look().detail });
    facts = null;
    for (const listener of [...listeners]) listener();
  }

  function set(next: Partial<UiState>): void {
    state = { ...state, ...next };
    changed();
  }

  /** Somebody who has selected nothing looks at the first plan there is. */
  function settle(): void {
    if (state.plan !== null) return;
    const [first] = paneOf('plans', look()).items as PlanLine[];
    if (first !== undefined) state = selecting(state, first.planId, first.planId);
  }

  function sight() {
    const pane = paneOf(state.view, look());
    const { detail } = look().views;
    const result = detail?.planId === state.plan ? (detail?.record.resultTree ?? null) : null;
    return { pane, height: Math.max(1, state.rows - rowsAround), result };
  }

  const asking = dialog(mode => set({ mode }));
  const hand: Hand = {
    ...{ troupe, outside, ask: asking.ask, say: asking.say, pick: asking.pick },
    facts: look,
    item() {
      const { pane } = sight();
      return pane.items[indexIn(pane, state.cursors[state.view], { atEnd: state.view === 'output' })];
    },
    show(planId) {
      const root = watch.look().plans[planId]?.rootPlanId ?? planId;
      const next = selecting(showing(state, 'tree'), root, planId);
      set({ ...next, cursors: { ...next.cursors, tree: { index: 0, id: planId } } });
    },
    leave: () => leave(),
  };

  /** Does what a name says: looks around, or a deed. */
  function perform(id: string, words = ''): void {
    const next = moved(state, id, sight());
    if (next !== null) set(next);
    else if (id === 'reconnect') watch.again();
    else if (id === 'redraw') redraw();
    else if (id === 'repeat') perform(last.id, last.words);
    else run(id, words);
  }

  function run(id: string, words: string): void {
    const deed = deeds[id];
    if (deed === undefined) return;
    if (!['leave', 'interrupt'].includes(id)) last = { id, words };
    set({ message: null });
    void deed(hand, words).then(
      text => text !== null && set({ message: { text, tone: 'good' } }),
      thrown => (Fault.is(thrown) ? set({ message: { text: complaint(thrown), tone: 'bad' } }) : fail(thrown)),
    );
  }

  /** What was typed after `:`. */
  function command(line: string): void {
    const { word: name, rest: words } = firstWord(line);
    const id = { q: 'leave', quit: 'leave' }[name] ?? name;
    const isKnown = Object.hasOwn(deeds, id) || lookable.includes(id);
    if (name === 'theme' && isThemeName(words)) set({ theme: words });
    else if (isKnown) perform(id, words);
    else if (name !== '') set({ message: { text: `There is no "${name}"; ? shows what there is`, tone: 'bad' } });
  }

  function type(mode: Extract<Mode, { kind: 'typing' }>, key: string, input: string): void {
    const next = typed(mode, key, input);
    const text = next === null ? '' : 'done' in next ? next.done : next.text;
    const isOver = next === null || 'done' in next;
    const isFilter = mode.for === 'filter';
    if (isFilter) {
      const { [state.view]: _, ...others } = state.filters;
      state = { ...state, filters: text === '' ? others : { ...others, [state.view]: text } };
    }
    set({ mode: isOver ? { kind: 'normal' } : next });
    if (isOver && !isFilter) command(text);
  }

  function help(mode: Extract<Mode, { kind: 'help' }>, key: string): void {
    const step = { down: 1, j: 1, up: -1, k: -1, pagedown: 10, pageup: -10 }[key];
    set({ mode: step === undefined ? { kind: 'normal' } : { kind: 'help', top: Math.max(0, mode.top + step) } });
  }

  /** A key where nothing is asked. */
  function plainKey(key: string): void {
    const id = deedOf(keys, state.view, key);
    if (id === null || (isTooSmall(state) && !['leave', 'interrupt'].includes(id))) return;
    perform(id);
  }

  function press(key: string, input: string): void {
    const { mode } = state;
    if (asking.press(key, input)) return;
    if (mode.kind === 'typing') type(mode, key, input);
    else if (mode.kind === 'help') help(mode, key);
    else plainKey(key);
  }

  const stop = watch.listen(() => {
    notice(watch.look());
    changed();
  });

  return {
    keys,
    look,
    listen(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    press(key, input) {
      const isOne = key !== input || [...input].length === 1 || state.mode.kind === 'typing';
      if (isOne) press(key, input);
      // Who types fast, or pastes, has several keys arrive in one piece.
      else for (const character of input) press(nameOf(character), character);
    },
    resize: (columns, rows) => set({ columns, rows }),
    leave: () => leave(),
    left,
    async close() {
      stop();
      listeners.clear();
      asking.close();
      read.close();
      await watch.close();
    },
  };
}

const nameOf = (character: string) => ({ '\r': 'enter', '\n': 'enter', ' ': 'space' })[character] ?? character;

/** What went wrong, and what to do. */
function complaint({ code, message, hints }: Fault): string {
  const [hint] = hints;
  return `${code}: ${message}${hint === undefined ? '' : ` — ${hint}`}`;
}
