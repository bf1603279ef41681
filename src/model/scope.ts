import * as z from 'zod';

/** A path or glob that a subplan may change: relative to the project, and inside it. */
export const ResourceScope = z
  .string()
  .min(1, 'a scope may not be empty')
  .max(512, 'a scope has at most 512 characters')
  .refine(scope => scope.trim() !== '', 'a scope may not be blank')
  .refine(scope => !scope.includes('\0'), 'a scope may not hold a NUL character')
  .refine(scope => !/^([/\\]|[a-zA-Z]:)/.test(scope), 'a scope is relative to the project')
  .refine(scope => !scope.split(/[/\\]/).includes('..'), 'a scope may not have ".." in it');

/** Normalizes a scope for comparison: `./src//a/` becomes `src/a`, and `.` is everything. */
export function normalizeScope(scope: string): string {
  const parts = scope.split('/').filter(part => part !== '' && part !== '.');
  return parts.length === 0 ? '**' : parts.join('/');
}

/**
 * Returns whether a path of the project (`/`-separated, relative) matches one of the globs. A folder's name covers
 * its content.
 */
export type GlobMatcher = (patterns: readonly string[], path: string) => boolean;

/**
 * Returns whether everything a scope covers is covered by one of the others; an empty list means no limit.
 * Conservative: a glob that cannot be shown to be inside counts as outside.
 */
export function isScopeWithin(scope: string, scopes: readonly string[], matches: GlobMatcher): boolean {
  const inner = normalizeScope(scope);
  return (
    scopes.length === 0 ||
    scopes.map(normalizeScope).some(outer => {
      if (outer === inner || (isPlainPath(inner) && matches([outer], inner))) return true;
      return covers(outer.split('/'), inner.split('/'), { coversBelow: isPlainPath(outer), matches });
    })
  );
}

function covers(
  [first, ...rest]: readonly string[],
  inner: readonly string[],
  how: { coversBelow: boolean; matches: GlobMatcher },
): boolean {
  if (first === undefined) return how.coversBelow || inner.length === 0;
  const [head, ...tail] = inner;
  if (first === '**') {
    if (rest.length === 0 || covers(rest, inner, how)) return true;
    return head !== undefined && covers([first, ...rest], tail, how);
  }
  if (head === undefined || head === '**') return false;
  const isSame = head === first || first === '*' || (isPlainPath(head) && how.matches([first], head));
  return isSame && covers(rest, tail, how);
}

/** Returns whether a scope is a path without a pattern. */
export function isPlainPath(scope: string): boolean {
  return !/[*?[\]{}()!]/.test(scope);
}
