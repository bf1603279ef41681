/** What a key does: it answers a question, edits a line, scrolls the help, or runs the command that it is bound to. */
import type { CommandRunner } from './command-runner.ts';
import type { Dialog } from './dialog.ts';
import { commandForKey, type KeyBinding } from './keys.ts';
import { handleInputKey } from './line-input.ts';
import { isTooSmall, type Mode, type UiStateHolder } from './state.ts';

export interface KeyInputOptions {
  keys: readonly KeyBinding[];
  holder: UiStateHolder;
  dialog: Dialog;
  runner: CommandRunner;
}

/** Returns a function that handles one key by its name, and its text. */
export function createKeyInput({
  keys,
  holder,
  dialog,
  runner,
}: KeyInputOptions): (key: string, input: string) => void {
  function type(mode: Extract<Mode, { kind: 'typing' }>, key: string, input: string): void {
    const next = handleInputKey(mode, key, input);
    const text = next === null ? '' : 'done' in next ? next.done : next.text;
    const isOver = next === null || 'done' in next;
    const isFilter = mode.for === 'filter';
    const { view, filters } = holder.state();
    const { [view]: _, ...others } = filters;
    holder.set({
      ...(isFilter ? { filters: text === '' ? others : { ...others, [view]: text } } : {}),
      mode: isOver ? { kind: 'normal' } : next,
    });
    if (isOver && !isFilter) runner.runLine(text);
  }

  function scrollHelp(mode: Extract<Mode, { kind: 'help' }>, key: string): void {
    const step = { down: 1, j: 1, up: -1, k: -1, pagedown: 10, pageup: -10 }[key];
    holder.set({
      mode: step === undefined ? { kind: 'normal' } : { kind: 'help', top: Math.max(0, mode.top + step) },
    });
  }

  function runBound(key: string): void {
    const state = holder.state();
    const id = commandForKey(keys, state.view, key);
    if (id === null || (isTooSmall(state) && !['leave', 'interrupt'].includes(id))) return;
    runner.run(id);
  }

  function press(key: string, input: string): void {
    const { mode } = holder.state();
    if (dialog.press(key, input)) return;
    if (mode.kind === 'typing') type(mode, key, input);
    else if (mode.kind === 'help') scrollHelp(mode, key);
    else runBound(key);
  }

  return (key, input) => {
    const isOne = key !== input || [...input].length === 1 || holder.state().mode.kind === 'typing';
    if (isOne) press(key, input);
    // Fast typing, or pasting, delivers several keys at once.
    else for (const character of input) press(nameOf(character), character);
  };
}

const nameOf = (character: string) => ({ '\r': 'enter', '\n': 'enter', ' ': 'space' })[character] ?? character;
