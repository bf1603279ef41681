/**
 * The screen without its rendering: the view model, and the effect of keys. Owns the state; components draw it.
 * - I1 a key either navigates (pure, at once) or runs a command (reported when done);
 * - I2 quitting closes only the UI.
 */

import {
  approvalsByPlan,
  type Clock,
  childrenByParent,
  type LiveView,
  type PlanSummaries,
  type PlanSummary,
  type Troupe,
  watchPlans,
} from '../index.ts';
import type { HostServices, UiCommandContext } from './command-context.ts';
import { createCommandRunner } from './command-runner.ts';
import { createContentLoader } from './content-loader.ts';
import { createDialog } from './dialog.ts';
import { createKeyInput } from './key-input.ts';
import type { KeyBinding, ViewName } from './keys.ts';
import { selectPlan, showView, type Viewport } from './navigation.ts';
import { createNotifier } from './notifications.ts';
import { createPane } from './panes/create-pane.ts';
import { createInitialState, cursorIndex, isWide, type UiState, type UiStateHolder } from './state.ts';
import type { ThemeName } from './theme.ts';
import type { LoadedContent, ViewModel } from './view-model.ts';

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

/** Rows outside of panes: header, title, foot, message and keys. */
const chromeRows = 9;

export function openUi(options: UiOptions): Ui {
  const { troupe, services, clock, keys, theme, columns, rows, planId } = options;
  const watch = watchPlans(troupe, { clock });
  const exit = createExit();
  const loader = createContentLoader(troupe, { clock, changed: () => changed(), failed: exit.fail });
  const notice = createNotifier(services);
  const listeners = new Set<() => void>();
  let state: UiState = { ...createInitialState({ theme, columns, rows }), root: planId ?? null, plan: planId ?? null };
  const holder: UiStateHolder = {
    state: () => state,
    set(next) {
      state = { ...state, ...next };
      changed();
    },
  };
  const view = createViewModelCache(watch, { state: holder.state, content: loader.content, now: () => clock.now() });

  /** Something changed: loads missing content, then notifies listeners. */
  function changed(): void {
    view.invalidate();
    if (state.plan === null) state = selectFirstPlan(state, view.current());
    const shown: ViewName[] = isWide(state) ? [state.list, state.detail] : [state.view];
    watch.select(state.plan);
    loader.load({ views: shown, planId: state.plan, detail: watch.snapshot().detail });
    view.invalidate();
    for (const listener of [...listeners]) listener();
  }

  const dialog = createDialog(mode => holder.set({ mode }));
  const context: UiCommandContext = {
    ...{ troupe, services, confirm: dialog.confirm, promptText: dialog.promptText, pick: dialog.pick },
    viewModel: view.current,
    selectedItem: () => selectedItem(view.current()),
    show(planId) {
      const root = watch.snapshot().plans[planId]?.rootPlanId ?? planId;
      const next = selectPlan(showView(state, 'tree'), root, planId);
      holder.set({ ...next, cursors: { ...next.cursors, tree: { index: 0, id: planId } } });
    },
    leave: exit.leave,
  };
  const runner = createCommandRunner({
    ...{ holder, context, fail: exit.fail, redraw: options.redraw, reconnect: watch.reconnect },
    viewport: () => viewportOf(view.current()),
  });
  const stop = watch.subscribe(() => {
    notice(watch.snapshot());
    changed();
  });

  return {
    keys,
    viewModel: view.current,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    press: createKeyInput({ keys, holder, dialog, runner }),
    resize: (columns, rows) => holder.set({ columns, rows }),
    leave: exit.leave,
    exited: exit.exited,
    async close() {
      stop();
      listeners.clear();
      dialog.close();
      loader.close();
      await watch.close();
    },
  };
}

/** The end of the UI: the user leaves, or an unexpected error ends it. */
function createExit(): { exited: Promise<void>; leave(): void; fail(thrown: unknown): void } {
  let leave = () => {};
  let fail: (thrown: unknown) => void = () => {};
  const exited = new Promise<void>((resolve, reject) => {
    leave = resolve;
    fail = reject;
  });
  return { exited, leave, fail };
}

/** Selects the first plan of the list, if there is one. */
function selectFirstPlan(state: UiState, viewModel: ViewModel): UiState {
  const [first] = createPane('plans', viewModel).items as PlanSummary[];
  return first === undefined ? state : selectPlan(state, first.planId, first.planId);
}

/** The item under the cursor of the focused view; undefined when there is none. */
function selectedItem(viewModel: ViewModel): unknown {
  const { view, cursors } = viewModel.state;
  const { pane } = viewportOf(viewModel);
  return pane.items[cursorIndex(pane, cursors[view], { atEnd: view === 'output' })];
}

function viewportOf(viewModel: ViewModel): Viewport {
  const { state, views } = viewModel;
  const { detail } = views;
  return {
    pane: createPane(state.view, viewModel),
    height: Math.max(1, state.rows - chromeRows),
    result: detail?.planId === state.plan ? (detail?.record.resultTree ?? null) : null,
  };
}

/** The view model, put together once after each change. */
function createViewModelCache(
  watch: LiveView,
  { state, content, now }: { state(): UiState; content(): LoadedContent; now(): number },
): { current(): ViewModel; invalidate(): void } {
  let cached: ViewModel | null = null;
  let relations: Pick<ViewModel, 'children' | 'approvals'> & { of: PlanSummaries } = {
    of: {},
    children: new Map(),
    approvals: new Map(),
  };
  return {
    current() {
      if (cached !== null) return cached;
      const views = watch.snapshot();
      const { plans } = views;
      if (relations.of !== plans) {
        relations = { of: plans, children: childrenByParent(plans), approvals: approvalsByPlan(plans) };
      }
      const { children, approvals } = relations;
      cached = { views, children, approvals, state: state(), content: content(), now: now() };
      return cached;
    },
    invalidate() {
      cached = null;
    },
  };
}
