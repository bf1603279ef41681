import { picomatch } from '../../libraries/picomatch.ts';
import type { GlobMatcher } from '../../model/scope.ts';

/** Globs by picomatch, dotfiles included; a plain path also covers everything below it. */
export const matchesGlob: GlobMatcher = (patterns, path) =>
  patterns.some(pattern => {
    const plain = pattern.replace(/\/+$/, '');
    return path === plain || path.startsWith(`${plain}/`) || picomatch.isMatch(path, pattern, { dot: true });
  });
