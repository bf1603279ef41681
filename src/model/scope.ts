import * as z from 'zod';

/** A path or glob a subplan may change: relative to the project, and inside it. */
export const ResourceScope = z
  .string()
  .min(1, 'a scope may not be empty')
  .max(512, 'a scope has at most 512 characters')
  .refine(scope => scope.trim() !== '', 'a scope may not be blank')
  .refine(scope => !scope.includes('\0'), 'a scope may not hold a NUL character')
  .refine(scope => !/^([/\\]|[a-zA-Z]:)/.test(scope), 'a scope is relative to the project')
  .refine(scope => !scope.split(/[/\\]/).includes('..'), 'a scope may not have ".." in it');

/** The same scope in the one form in which scopes are compared: `./src//a/` is `src/a`, and `.` is everything. */
export function normaliseScope(scope: string): string {
  const parts = scope.split('/').filter(part => part !== '' && part !== '.');
  return parts.length === 0 ? '**' : parts.join('/');
}
