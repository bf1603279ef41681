/** Tells a person who looks elsewhere that somebody is needed: once per need, and of several at once in one word. */
import { needsOf, type Views } from '../index.ts';
import type { Outside } from './hand.ts';
import { needWords } from './words.ts';

export function noticer({ notify }: Pick<Outside, 'notify'>): (views: Views) => void {
  let known: ReadonlySet<string> | null = null;
  return ({ joined, plans }) => {
    if (!joined) return;
    const needs = needsOf(plans).filter(({ kind }) => kind !== 'paused');
    const before = known;
    known = new Set(needs.map(({ planId, kind }) => `${planId} ${kind}`));
    // What waited before anybody looked is there to be seen.
    if (before === null) return;
    const fresh = needs.filter(({ planId, kind }) => !before.has(`${planId} ${kind}`));
    const [first] = fresh;
    if (first === undefined) return;
    const more = fresh.length === 1 ? '' : `, and ${fresh.length - 1} more`;
    notify(`${first.goal}: ${needWords[first.kind]}${more}`);
  };
}
