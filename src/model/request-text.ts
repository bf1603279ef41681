import type { Approval } from './approval.ts';

/** Returns what is requested, as text after its subject: `asks to run npm install`, `asks: Which store? (LevelDB, SQLite)`. */
export function requestText({ words, question }: Pick<Approval, 'words' | 'question'>): string {
  return question === undefined ? `asks to ${words}` : `asks: ${words}`;
}
