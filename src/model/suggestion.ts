import type { Conflict } from './conflict.ts';

/** A likely correct resolution of a conflict, or of one hunk of it, and the reason. Never applied automatically. */
export interface Suggestion {
  /** Counted from 1; null for the file as a whole. */
  hunk: number | null;
  take: 'ours' | 'theirs' | 'both';
  reason: string;
}

interface HunkText {
  base: string;
  ours: string;
  theirs: string;
}

/** Returns suggestions for the open hunks of a conflict; `texts` are the texts of its hunks, in order. */
export function suggestResolutions(conflict: Conflict, texts: readonly HunkText[]): Suggestion[] {
  // Its lines merge; the problem is in their combination and shows in no single hunk.
  if (conflict.kind === 'structure') return [];
  if (conflict.hunks.length > 0) {
    return texts.flatMap((text, index): Suggestion[] => {
      const suggestion = conflict.hunks[index]?.taken === null ? suggestionFor(text) : null;
      return suggestion === null ? [] : [{ hunk: index + 1, ...suggestion }];
    });
  }
  const { kind, base, ours, theirs } = conflict;
  if (kind !== 'delete/modify' || base.oid === null || (ours.oid === null) === (theirs.oid === null)) return [];
  const take = ours.oid === null ? 'theirs' : 'ours';
  return [{ hunk: null, take, reason: 'it was changed on that side and deleted on the other; this loses nothing' }];
}

function suggestionFor({ base, ours, theirs }: HunkText): Omit<Suggestion, 'hunk'> | null {
  const [b, o, t] = [base, ours, theirs].map(withoutSpace);
  if (o === b || o === t) return { take: 'theirs', reason: 'ours differs only in white space' };
  if (t === b) return { take: 'ours', reason: 'theirs differs only in white space' };
  if (includesChanges(theirs, { base, smaller: ours }))
    return { take: 'theirs', reason: 'theirs contains every change of ours, and more' };
  if (includesChanges(ours, { base, smaller: theirs }))
    return { take: 'ours', reason: 'ours contains every change of theirs, and more' };
  if (base === '' && ours !== '' && theirs !== '') return { take: 'both', reason: 'both sides only added lines' };
  return null;
}

/** Removes white space except between words, where it separates them. */
function withoutSpace(text: string): string {
  return text.replace(/(?<=[\w$])\s+(?=[\w$])/g, ' ').replace(/(?<![\w$])\s+|\s+(?![\w$])/g, '');
}

/** Returns whether a side has all lines of the smaller one, in order, and none of those that the smaller one removed. */
function includesChanges(larger: string, { base, smaller }: { base: string; smaller: string }): boolean {
  if (smaller === '') return false;
  const has = new Set(larger.split('\n'));
  const retained = new Set(smaller.split('\n'));
  return (
    isWithin(smaller, larger) && base.split('\n').every(line => line === '' || retained.has(line) || !has.has(line))
  );
}

function isWithin(smaller: string, larger: string): boolean {
  const lines = larger.split('\n');
  let at = 0;
  return smaller.split('\n').every(line => {
    at = lines.indexOf(line, at) + 1;
    return at > 0;
  });
}
