/** What keys do to a line that is being typed. */
import type { Mode } from './state.ts';

export type LineInputMode = Extract<Mode, { kind: 'typing' }>;

/** The line after one key; `done` when it is said, `null` when it is dropped. */
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
      // What is pasted comes in one piece, and may end with the line.
      const end = input.search(/[\r\n]/);
      const line = end < 0 ? input : input.slice(0, end);
      const text = mode.text + line.replace(/\p{Cc}/gu, '');
      if (key.startsWith('ctrl+')) return mode;
      return end < 0 ? { ...mode, text } : { done: text };
    }
  }
}
