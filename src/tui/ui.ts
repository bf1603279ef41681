/**
 * The screen without its rendering: the view model, and the effect of keys. Owns the state; components draw it.
 * - I1 a key either navigates (pure, at once) or runs a command (reported when done);
 * - I2 quitting closes only the UI.
 */

import {
  approvalsByPlan,
  type Clock,
  childrenByParent,
  type PlanSummaries,
  type PlanSummary,
  type Troupe,
  TroupeError,
  watchPlans,
} from '../index.ts';
import { formatHint } from '../presentation/hints.ts';
import type { HostServices, UiCommandContext } from './command-context.ts';
import { uiCommands } from './commands/index.ts';
import { createContentLoader } from './content-loader.ts';
import { createDialog } from './dialog.ts';
import { commandForKey, type KeyBinding, type ViewName, viewNames } from './keys.ts';
import { handleInputKey } from './line-input.ts';
import { navigate, selectPlan, showView } from './navigation.ts';
import { createNotifier } from './notifications.ts';
import { createPane } from './panes/create-pane.ts';
import { splitFirstWord } from './split-words.ts';
import { createInitialState, cursorIndex, isTooSmall, isWide, type Mode, type UiState } from './state.ts';
import { isThemeName, type ThemeName } from './theme.ts';
import type { ViewModel } from './view-model.ts';

export interface UiOptions {
  troupe: Troupe;
  services: HostServices;
  clock: Clock;
  keys: readonly KeyBinding[];
  theme: ThemeName;
  columns: number;
  rows: number;
  /** Redraws everything, whatever another program left on the screen. */
  redraw(): void;
  /** The plan to select first. @default the first in the list */
  planId?: string;
}

export interface Ui {
  readonly keys: readonly KeyBinding[];
  /** What to draw; the same object until something changes. */
  viewModel(): ViewModel;
  subscribe(changed: () => void): () => void;
  /** Handles one key by its name, and its text. */
  press(key: string, input: string): void;
  resize(columns: number, rows: number): void;
  leave(): void;
  /** Resolves when the user quits; rejects with an unexpected error, which ends the UI. */
  readonly exited: Promise<void>;
  close(): Promise<void>;
}

/** Navigation commands that can be typed by name. */
const navigationNames: readonly string[] = [
  ...viewNames,
  ...['help', 'reconnect', 'redraw', 'mark', 'unmark', 'sides', 'wrap', 'zoom', 'all'],
];

/** Rows outside of panes: header, title, foot, message and keys. */
export const chromeRows = 9;

export function openUi({ troupe, services, clock, keys, theme, columns, rows, redraw, planId }: UiOptions): Ui {
  const watch = watchPlans(troupe, { clock });
  const read = createContentLoader(troupe, { clock, changed: () => changed(), failed: thrown => fail(thrown) });
  const notice = createNotifier(services);
  const listeners = new Set<() => void>();
  let state: UiState = { ...createInitialState({ theme, columns, rows }), root: planId ?? null, plan: planId ?? null };
  let known: Pick<ViewModel, 'children' | 'approvals'> & { of: PlanSummaries } = {
    of: {},
    children: new Map(),
    approvals: new Map(),
  };
  let cached: ViewModel | null = null;
  let last = { id: '', words: '' };
  let leave = () => {};
  let fail: (thrown: unknown) => void = () => {};
  const left = new Promise<void>((resolve, reject) => {
    leave = resolve;
    fail = reject;
  });

  function look(): ViewModel {
    const views = watch.snapshot();
    const { plans } = views;
    if (known.of !== plans) known = { of: plans, children: childrenByParent(plans), approvals: approvalsByPlan(plans) };
    const { children, approvals } = known;
    cached ??= { views, children, approvals, state, content: read.content(), now: clock.now() };
    return cached;
  }

  /** Something changed: loads missing content, then notifies listeners. */
  function changed(): void {
    cached = null;
    finish();
    const shown: ViewName[] = isWide(state) ? [state.list, state.detail] : [state.view];
    watch.select(state.plan);
    read.load({ views: shown, planId: state.plan, detail: watch.snapshot().detail });
    cached = null;
    for (const listener of [...listeners]) listener();
  }

  function set(next: Partial<UiState>): void {
    state = { ...state, ...next };
    changed();
  }

  /** Selects the first plan when none is selected. */
  function finish(): void {
    if (state.plan !== null) return;
    const [first] = createPane('plans', look()).items as PlanSummary[];
    if (first !== undefined) state = selectPlan(state, first.planId, first.planId);
  }

  function viewport() {
    const pane = createPane(state.view, look());
    const { detail } = look().views;
    const result = detail?.planId === state.plan ? (detail?.record.resultTree ?? null) : null;
    return { pane, height: Math.max(1, state.rows - chromeRows), result };
  }

  const dialog = createDialog(mode => set({ mode }));
  const context: UiCommandContext = {
    ...{ troupe, services, confirm: dialog.confirm, promptText: dialog.promptText, pick: dialog.pick },
    viewModel: look,
    selectedItem() {
      const { pane } = viewport();
      return pane.items[cursorIndex(pane, state.cursors[state.view], { atEnd: state.view === 'output' })];
    },
    show(planId) {
      const root = watch.snapshot().plans[planId]?.rootPlanId ?? planId;
      const next = selectPlan(showView(state, 'tree'), root, planId);
      set({ ...next, cursors: { ...next.cursors, tree: { index: 0, id: planId } } });
    },
    leave: () => leave(),
  };

  /** Runs a command or navigation by name. */
  function runNamed(id: string, words = ''): void {
    const next = navigate(state, id, viewport());
    if (next !== null) set(next);
    else if (id === 'reconnect') watch.reconnect();
    else if (id === 'redraw') redraw();
    else if (id === 'repeat') runNamed(last.id, last.words);
    else run(id, words);
  }

  function run(id: string, words: string): void {
    const command = uiCommands[id];
    if (command === undefined) return;
    if (!['leave', 'interrupt'].includes(id)) last = { id, words };
    set({ message: null });
    void command(context, words).then(
      text => text !== null && set({ message: { text, tone: 'good' } }),
      thrown => (TroupeError.is(thrown) ? set({ message: { text: formatError(thrown), tone: 'bad' } }) : fail(thrown)),
    );
  }

  /** Runs what was typed after `:`. */
  function command(line: string): void {
    const { word: name, rest: words } = splitFirstWord(line);
    const id = { q: 'leave', quit: 'leave' }[name] ?? name;
    const isKnown = Object.hasOwn(uiCommands, id) || navigationNames.includes(id);
    if (name === 'theme' && isThemeName(words)) set({ theme: words });
    else if (isKnown) runNamed(id, words);
    else if (name !== '') set({ message: { text: `There is no "${name}"; ? shows what there is`, tone: 'bad' } });
  }

  function type(mode: Extract<Mode, { kind: 'typing' }>, key: string, input: string): void {
    const next = handleInputKey(mode, key, input);
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

  /** Handles a key when no question is open. */
  function plainKey(key: string): void {
    const id = commandForKey(keys, state.view, key);
    if (id === null || (isTooSmall(state) && !['leave', 'interrupt'].includes(id))) return;
    runNamed(id);
  }

  function press(key: string, input: string): void {
    const { mode } = state;
    if (dialog.press(key, input)) return;
    if (mode.kind === 'typing') type(mode, key, input);
    else if (mode.kind === 'help') help(mode, key);
    else plainKey(key);
  }

  const stop = watch.subscribe(() => {
    notice(watch.snapshot());
    changed();
  });

  return {
    keys,
    viewModel: look,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    press(key, input) {
      const isOne = key !== input || [...input].length === 1 || state.mode.kind === 'typing';
      if (isOne) press(key, input);
      // Fast typing, or pasting, delivers several keys at once.
      else for (const character of input) press(nameOf(character), character);
    },
    resize: (columns, rows) => set({ columns, rows }),
    leave: () => leave(),
    exited: left,
    async close() {
      stop();
      listeners.clear();
      dialog.close();
      read.close();
      await watch.close();
    },
  };
}

const nameOf = (character: string) => ({ '\r': 'enter', '\n': 'enter', ' ': 'space' })[character] ?? character;

/** The error, and what to do. */
function formatError({ code, message, hints }: TroupeError): string {
  const [hint] = hints;
  return `${code}: ${message}${hint === undefined ? '' : ` — ${formatHint(hint)}`}`;
}
