/** What keys do that only look around: from one state of the screen to the next. */
import type { TreeRow } from '../index.ts';
import type { DiffRow } from './diff-sides.ts';
import { type Binding, type ViewName, viewNames } from './keys.ts';
import { marking } from './marks.ts';
import type { Pane } from './row.ts';
import { indexIn, isList, type UiState } from './state.ts';

export interface Sight {
  pane: Pane;
  /** Rows of the pane in sight. */
  height: number;
  /** The selected plan's result; null before there is one. */
  result: string | null;
}

/** The state after a key that only looks around; null for keys that do something. */
export function moved(state: UiState, deed: Binding['id'], sight: Sight): UiState | null {
  const { pane, height } = sight;
  const last = pane.items.length - 1;
  const at = indexIn(pane, state.cursors[state.view], { atEnd: state.view === 'output' });
  switch (deed) {
    case 'down':
      return standingAt(state, pane, at + 1);
    case 'up':
      return standingAt(state, pane, at - 1);
    case 'page-down':
      return standingAt(state, pane, at + height);
    case 'page-up':
      return standingAt(state, pane, at - height);
    case 'top':
      return standingAt(state, pane, 0);
    case 'bottom':
      return standingAt(state, pane, last);
    case 'next-part':
      return standingAt(state, pane, partFrom(pane, at, 1));
    case 'part-before':
      return standingAt(state, pane, partFrom(pane, at, -1));
    case 'into':
      return into(state);
    case 'back':
      return back(state);
    case 'next-pane':
      return showing(state, isList(state.view) ? state.detail : state.list);
    case 'fold':
      return folding(state, pane.items[at] as TreeRow | undefined);
    case 'mark':
      return marked(state, pane.items[at] as DiffRow | undefined, sight.result);
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
      const view = viewNames.find(name => name === deed);
      return view === undefined ? null : showing(state, view);
    }
  }
}

/** The cursor on a row, and in lists the plan of that row selected. */
export function standingAt(state: UiState, pane: Pane, wanted: number): UiState {
  const last = pane.items.length - 1;
  const index = Math.max(0, Math.min(wanted, last));
  const item = pane.items[index];
  if (item === undefined) return state;
  const { [state.view]: _, ...others } = state.cursors;
  // At its end output is followed.
  if (state.view === 'output' && index === last) return { ...state, cursors: others };
  const id = pane.id(item, index);
  const next = { ...state, cursors: { ...others, [state.view]: { index, id } } };
  if (state.view === 'plans') return selecting(next, id, id);
  return state.view === 'tree' ? selecting(next, state.root, id) : next;
}

/** Another plan selected: what was looked at of the one before is no place in this one. */
export function selecting(state: UiState, root: string | null, plan: string | null): UiState {
  if (state.root === root && state.plan === plan) return state;
  const { plans, tree } = state.cursors;
  const kept = { ...(plans && { plans }), ...(tree && root === state.root && { tree }) };
  return { ...state, root, plan, cursors: kept, filters: {}, marks: null };
}

export function showing(state: UiState, view: ViewName): UiState {
  return isList(view) ? { ...state, view, list: view } : { ...state, view, detail: view };
}

function into(state: UiState): UiState {
  if (state.view === 'plans') return state.root === null ? state : showing(state, 'tree');
  return state.view === 'tree' ? showing(state, state.detail) : state;
}

function back(state: UiState): UiState {
  const { [state.view]: filter, ...others } = state.filters;
  if (filter !== undefined) return { ...state, filters: others };
  if (state.zoom) return { ...state, zoom: false };
  return showing(state, isList(state.view) ? 'plans' : state.list);
}

function folding(state: UiState, row: TreeRow | undefined): UiState {
  if (row === undefined) return state;
  const folded = new Set(state.folded);
  if (!folded.delete(row.line.planId)) folded.add(row.line.planId);
  return { ...state, folded };
}

/** A part marked, or not any more. What is not a result yet cannot land in parts. */
function marked(state: UiState, row: DiffRow | undefined, result: string | null): UiState {
  if (row === undefined) return state;
  if (result === null) return { ...state, message: { text: 'Only a result lands in parts', tone: 'plain' } };
  return { ...state, marks: marking(state.marks, result, row.leaves) };
}

function partFrom({ items }: Pane, at: number, step: 1 | -1): number {
  for (let index = at + step; index >= 0 && index < items.length; index += step) {
    if ((items[index] as DiffRow).begins) return index;
  }
  return at;
}
