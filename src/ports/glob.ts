export type { GlobMatcher } from '../model/scope.ts';
