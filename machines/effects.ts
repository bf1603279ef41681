/** The contract lives with the words, since the effects in actors/ share it; the charts read it from here. */
export type * from '../src/model/effects.ts';
