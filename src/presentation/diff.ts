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
  return diff
    .split('\n')
    .map(line => {
      if (/^(diff|index|---|\+\+\+) /.test(line)) return paint.bold(line);
      if (line.startsWith('@@')) return paint.cyan(line);
      if (line.startsWith('+')) return paint.green(line);
      return line.startsWith('-') ? paint.red(line) : line;
    })
    .join('\n');
}
