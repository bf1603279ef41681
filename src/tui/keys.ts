/** Every key and its command: the table for input, key bar and help. */
import { commandHint, TroupeError } from '../index.ts';

export type ViewName =
  | 'plans'
  | 'tree'
  | 'decisions'
  | 'output'
  | 'diff'
  | 'conflicts'
  | 'checks'
  | 'checkpoints'
  | 'costs'
  | 'workers';

export const viewNames: readonly ViewName[] = [
  ...([
    'plans',
    'tree',
    'decisions',
    'output',
    'diff',
    'conflicts',
    'checks',
    'checkpoints',
    'costs',
    'workers',
  ] as const),
];

export interface KeyBinding {
  /** The command's name, for `:` and for the settings. */
  id: string;
  keys: readonly string[];
  meaning: string;
  /** The views in which it works. @default all */
  views?: readonly ViewName[];
  /** Whether the key bar shows it: in all its views, or only in these. */
  shown?: true | readonly ViewName[];
}

const conflict = ['conflicts'] as const;

export const keyBindings: readonly KeyBinding[] = [
  { id: 'down', keys: ['down', 'j'], meaning: 'next row' },
  { id: 'up', keys: ['up', 'k'], meaning: 'previous row' },
  { id: 'page-down', keys: ['pagedown', 'ctrl+d'], meaning: 'page down' },
  { id: 'page-up', keys: ['pageup', 'ctrl+u'], meaning: 'page up' },
  { id: 'top', keys: ['g', 'home'], meaning: 'first row' },
  { id: 'bottom', keys: ['G', 'end'], meaning: 'last row' },
  { id: 'open', keys: ['enter', 'l', 'right'], meaning: 'open it', shown: ['plans', 'tree'] },
  { id: 'back', keys: ['escape', 'h', 'left'], meaning: 'back; drops the filter first' },
  { id: 'next-pane', keys: ['tab'], meaning: 'the other pane' },
  { id: 'fold', keys: ['space'], meaning: 'fold or unfold', views: ['tree'] },
  { id: 'next-file', keys: [']'], meaning: 'next file', views: ['diff'] },
  { id: 'previous-file', keys: ['['], meaning: 'previous file', views: ['diff'] },
  { id: 'approve', keys: ['a'], meaning: 'approve what is next', shown: true },
  { id: 'deny', keys: ['D'], meaning: 'deny the call that waits; asks why' },
  { id: 'next-approval', keys: ['W'], meaning: 'go to the next approval request' },
  { id: 'apply', keys: ['A'], meaning: 'apply the result; asks', shown: true },
  { id: 'pause', keys: ['p'], meaning: 'pause or resume', shown: true },
  { id: 'cancel', keys: ['K'], meaning: 'cancel the plan; asks' },
  { id: 'retry', keys: ['R'], meaning: 'retry what failed' },
  { id: 'revert', keys: ['T'], meaning: 'restart planning' },
  { id: 'guide', keys: ['m'], meaning: 'send guidance to the agents' },
  { id: 'new', keys: ['n'], meaning: 'new plan; from an action, stored or in a file', shown: ['plans'] },
  { id: 'correct', keys: ['c'], meaning: 'change this decision; asks', views: ['decisions'], shown: true },
  { id: 'edit-strategy', keys: ['E'], meaning: 'change the strategy in your editor; asks', views: ['decisions'] },
  { id: 'append', keys: ['i'], meaning: 'add a subplan; asks', views: ['decisions'] },
  { id: 'mark', keys: ['space'], meaning: 'mark this part, to apply it alone', views: ['diff'], shown: true },
  { id: 'unmark', keys: ['M'], meaning: 'mark nothing', views: ['diff'] },
  { id: 'reject', keys: ['x'], meaning: 'take this part out, with a reason; asks', views: ['diff'], shown: true },
  { id: 'fork', keys: ['f'], meaning: 'new plan from here', views: ['decisions', 'checkpoints'], shown: true },
  { id: 'ours', keys: ['o'], meaning: 'take ours', views: conflict, shown: true },
  { id: 'theirs', keys: ['t'], meaning: 'take theirs', views: conflict, shown: true },
  { id: 'base', keys: ['b'], meaning: 'take the base', views: conflict, shown: true },
  { id: 'both', keys: ['+'], meaning: 'take both', views: conflict, shown: true },
  { id: 'edit', keys: ['e'], meaning: 'resolve it in your editor', views: conflict, shown: true },
  { id: 'assign', keys: ['H'], meaning: 'assign it to an agent', views: conflict },
  { id: 'rollback', keys: ['r'], meaning: 'roll back to it; asks', views: ['checkpoints'], shown: true },
  {
    id: 'undo',
    keys: ['u'],
    meaning: 'undo the last rollback or correction; asks',
    views: ['checkpoints'],
    shown: true,
  },
  { id: 'checkpoint', keys: ['C'], meaning: 'make a checkpoint' },
  { id: 'sides', keys: ['|'], meaning: 'before and after side by side, or not', views: ['diff'] },
  { id: 'wrap', keys: ['w'], meaning: 'wrap lines', views: ['output', 'diff'] },
  { id: 'save', keys: ['s'], meaning: 'save to a file', views: ['output', 'diff'] },
  { id: 'copy', keys: ['y'], meaning: 'copy the row, or the id in it' },
  { id: 'open-sandbox', keys: ['O'], meaning: 'open the sandbox in your editor' },
  { id: 'shell', keys: ['!'], meaning: 'a shell in the sandbox' },
  { id: 'inspect', keys: ['I'], meaning: 'open the inspector; copies its address' },
  { id: 'all', keys: ['v'], meaning: 'finished plans too, or not', views: ['plans'] },
  { id: 'zoom', keys: ['z'], meaning: 'one pane, or two' },
  { id: 'repeat', keys: ['.'], meaning: 'repeat the last command' },
  { id: 'redraw', keys: ['ctrl+l'], meaning: 'redraw everything' },
  { id: 'reconnect', keys: ['ctrl+r'], meaning: 'reconnect to the owner' },
  { id: 'filter', keys: ['/'], meaning: 'show only rows with these words' },
  { id: 'command', keys: [':'], meaning: 'type a command' },
  { id: 'help', keys: ['?'], meaning: 'all keys', shown: true },
  { id: 'leave', keys: ['q'], meaning: 'leave; the work continues', shown: true },
  { id: 'interrupt', keys: ['ctrl+c'], meaning: 'ask: leave, pause or cancel; twice cancels' },
  ...viewNames.map((view, index) => ({ id: view, keys: [String((index + 1) % 10)], meaning: `show ${view}` })),
];

/** @throws {TroupeError} USAGE for an unknown name, and for a key with two meanings in one view */
export function resolveKeymap(
  own: Readonly<Record<string, string | readonly string[]>> = {},
  where = 'ui.json',
): KeyBinding[] {
  for (const id of Object.keys(own)) {
    if (!keyBindings.some(binding => binding.id === id)) {
      throw new TroupeError('USAGE', `There is no key for "${id}"`, { where, hints: [commandHint('help ui')] });
    }
  }
  const resolved = keyBindings.map(binding => {
    const keys = own[binding.id];
    return keys === undefined ? binding : { ...binding, keys: typeof keys === 'string' ? [keys] : keys };
  });
  for (const view of viewNames) assertDistinct(resolved, view, where);
  return resolved;
}

function assertDistinct(made: readonly KeyBinding[], view: ViewName, where: string): void {
  const taken = new Map<string, string>();
  for (const { id, keys, views } of made) {
    if (views !== undefined && !views.includes(view)) continue;
    for (const key of keys) {
      const other = taken.get(key);
      if (other !== undefined) {
        throw new TroupeError('USAGE', `The key ${key} means both "${other}" and "${id}" in ${view}`, {
          where,
          hints: [commandHint('help ui')],
        });
      }
      taken.set(key, id);
    }
  }
}

/** Returns the command of a key in a view; null when there is none. */
export function commandForKey(map: readonly KeyBinding[], view: ViewName, key: string): string | null {
  return map.find(({ keys, views }) => keys.includes(key) && (views === undefined || views.includes(view)))?.id ?? null;
}

/** A key press as Ink reports it. */
export interface KeyPress {
  upArrow: boolean;
  downArrow: boolean;
  leftArrow: boolean;
  rightArrow: boolean;
  pageDown: boolean;
  pageUp: boolean;
  home: boolean;
  end: boolean;
  return: boolean;
  escape: boolean;
  ctrl: boolean;
  tab: boolean;
  backspace: boolean;
  delete: boolean;
}

const special: readonly (readonly [keyof KeyPress, string])[] = [
  ['upArrow', 'up'],
  ['downArrow', 'down'],
  ['leftArrow', 'left'],
  ['rightArrow', 'right'],
  ['pageDown', 'pagedown'],
  ['pageUp', 'pageup'],
  ['home', 'home'],
  ['end', 'end'],
  ['return', 'enter'],
  ['escape', 'escape'],
  ['tab', 'tab'],
  ['backspace', 'backspace'],
  ['delete', 'backspace'],
];

/** Returns a key's name in the table: `j`, `ctrl+d`, `pagedown`, `space`. */
export function keyName(input: string, key: KeyPress): string {
  const found = special.find(([name]) => key[name]);
  if (found !== undefined) return found[1];
  if (key.ctrl) return `ctrl+${input}`;
  return input === ' ' ? 'space' : input;
}
