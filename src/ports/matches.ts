export type { Matches } from '../model/scope.ts';
