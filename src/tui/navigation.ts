/** Navigation keys: each maps one state of the screen to the next. */
import type { PlanTreeRow } from '../index.ts';
import { type KeyBinding, type ViewName, viewNames } from './keys.ts';
import { toggleParts } from './marked-parts.ts';
import type { DiffRow } from './side-by-side-diff.ts';
import { cursorIndex, isList, type UiState } from './state.ts';
import type { Pane } from './styled-row.ts';

export interface Viewport {
  pane: Pane;
  /** Visible rows of the pane. */
  height: number;
  /** The selected plan's result; null before there is one. */
  result: string | null;
}

/** Returns the state after a navigation key; null for other keys. */
export function navigate(state: UiState, command: KeyBinding['id'], sight: Viewport): UiState | null {
  const { pane, height } = sight;
  const last = pane.items.length - 1;
  const at = cursorIndex(pane, state.cursors[state.view], { atEnd: state.view === 'output' });
  switch (command) {
    case 'down':
      return moveCursor(state, pane, at + 1);
    case 'up':
      return moveCursor(state, pane, at - 1);
    case 'page-down':
      return moveCursor(state, pane, at + height);
    case 'page-up':
      return moveCursor(state, pane, at - height);
    case 'top':
      return moveCursor(state, pane, 0);
    case 'bottom':
      return moveCursor(state, pane, last);
    case 'next-file':
      return moveCursor(state, pane, nextFile(pane, at, 1));
    case 'previous-file':
      return moveCursor(state, pane, nextFile(pane, at, -1));
    case 'open':
      return openItem(state);
    case 'back':
      return closeView(state);
    case 'next-pane':
      return showView(state, isList(state.view) ? state.detail : state.list);
    case 'fold':
      return toggleFold(state, pane.items[at] as PlanTreeRow | undefined);
    case 'mark':
      return toggleMark(state, pane.items[at] as DiffRow | undefined, sight.result);
    case 'unmark':
      return { ...state, marks: null };
    case 'sides':
      return { ...state, sides: !state.sides };
    case 'wrap':
      return { ...state, wrap: !state.wrap };
    case 'zoom':
      return { ...state, zoom: !state.zoom };
    case 'all':
      return { ...state, all: !state.all };
    case 'filter':
      return {
        ...state,
        mode: { kind: 'typing', for: 'filter', question: '/', text: state.filters[state.view] ?? '' },
      };
    case 'command':
      return { ...state, mode: { kind: 'typing', for: 'command', question: ':', text: '' } };
    case 'help':
      return { ...state, mode: { kind: 'help', top: 0 } };
    default: {
      const view = viewNames.find(name => name === command);
      return view === undefined ? null : showView(state, view);
    }
  }
}

/** Moves the cursor to a row; in lists also selects that row's plan. */
export function moveCursor(state: UiState, pane: Pane, wanted: number): UiState {
  const last = pane.items.length - 1;
  const index = Math.max(0, Math.min(wanted, last));
  const item = pane.items[index];
  if (item === undefined) return state;
  const { [state.view]: _, ...others } = state.cursors;
  // At its end the output is followed.
  if (state.view === 'output' && index === last) return { ...state, cursors: others };
  const id = pane.id(item, index);
  const next = { ...state, cursors: { ...others, [state.view]: { index, id } } };
  if (state.view === 'plans') return selectPlan(next, id, id);
  return state.view === 'tree' ? selectPlan(next, state.root, id) : next;
}

/** Selects another plan; cursors of the previous plan do not apply to it. */
export function selectPlan(state: UiState, root: string | null, plan: string | null): UiState {
  if (state.root === root && state.plan === plan) return state;
  const { plans, tree } = state.cursors;
  const kept = { ...(plans && { plans }), ...(tree && root === state.root && { tree }) };
  return { ...state, root, plan, cursors: kept, filters: {}, marks: null };
}

export function showView(state: UiState, view: ViewName): UiState {
  return isList(view) ? { ...state, view, list: view } : { ...state, view, detail: view };
}

function openItem(state: UiState): UiState {
  if (state.view === 'plans') return state.root === null ? state : showView(state, 'tree');
  return state.view === 'tree' ? showView(state, state.detail) : state;
}

function closeView(state: UiState): UiState {
  const { [state.view]: filter, ...others } = state.filters;
  if (filter !== undefined) return { ...state, filters: others };
  if (state.zoom) return { ...state, zoom: false };
  return showView(state, isList(state.view) ? 'plans' : state.list);
}

function toggleFold(state: UiState, row: PlanTreeRow | undefined): UiState {
  if (row === undefined) return state;
  const folded = new Set(state.folded);
  if (!folded.delete(row.plan.planId)) folded.add(row.plan.planId);
  return { ...state, folded };
}

/** Marks or unmarks a part. Only a result can be applied in parts. */
function toggleMark(state: UiState, row: DiffRow | undefined, result: string | null): UiState {
  if (row === undefined) return state;
  if (result === null) return { ...state, message: { text: 'Only a result can be applied in parts', tone: 'plain' } };
  return { ...state, marks: toggleParts(state.marks, result, row.leaves) };
}

function nextFile({ items }: Pane, at: number, step: 1 | -1): number {
  for (let index = at + step; index >= 0 && index < items.length; index += step) {
    if ((items[index] as DiffRow).kind === 'file') return index;
  }
  return at;
}
