import type { Paint } from '../paint.ts';

/** Whether a path is one of those, or below it. */
export function under(path: string): (given: string) => boolean {
  return given => {
    const folder = given.replace(/^\.\//, '').replace(/\/+$/, '');
    return folder === '' || folder === '.' || path === folder || path.startsWith(`${folder}/`);
  };
}

/** A diff as git colours it. */
export function coloredDiff(diff: string, paint: Paint): string {
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
