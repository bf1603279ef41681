import { type DiffFileLine, diffLinesOf, parseUnifiedDiff } from '../model/unified-diff.ts';
import type { Colors } from './colors.ts';

/** Returns whether a path is the given one, or below it. */
export function isAtOrBelow(path: string): (given: string) => boolean {
  return given => {
    const folder = given.replace(/^\.\//, '').replace(/\/+$/, '');
    return folder === '' || folder === '.' || path === folder || path.startsWith(`${folder}/`);
  };
}

/** Colors a diff as git does. */
export function colorDiff(diff: string, paint: Colors): string {
  const colors: Partial<Record<DiffFileLine['kind'], (text: string) => string>> = {
    file: paint.bold,
    heading: paint.bold,
    hunk: paint.cyan,
    added: paint.green,
    removed: paint.red,
  };
  const lines = parseUnifiedDiff(diff).flatMap(diffLinesOf);
  const colored = lines.map(({ kind, text }) => colors[kind]?.(text) ?? text).join('\n');
  return diff.endsWith('\n') ? `${colored}\n` : colored;
}
