/** Edits a line of text by keys. */
import type { Mode } from './state.ts';

export type LineInputMode = Extract<Mode, { kind: 'typing' }>;

/** Returns the line after one key; `done` when it is submitted, `null` when it is cancelled. */
export function handleInputKey(
  mode: LineInputMode,
  key: string,
  input: string,
): LineInputMode | { done: string } | null {
  switch (key) {
    case 'enter':
      return { done: mode.text };
    case 'escape':
    case 'ctrl+c':
      return null;
    case 'backspace':
      return { ...mode, text: [...mode.text].slice(0, -1).join('') };
    case 'ctrl+u':
      return { ...mode, text: '' };
    case 'ctrl+w':
      return { ...mode, text: mode.text.replace(/\S+\s*$/, '') };
    default: {
      // Pasted text arrives at once, and may include the line end.
      const end = input.search(/[\r\n]/);
      const line = end < 0 ? input : input.slice(0, end);
      const text = mode.text + line.replace(/\p{Cc}/gu, '');
      if (key.startsWith('ctrl+')) return mode;
      return end < 0 ? { ...mode, text } : { done: text };
    }
  }
}
