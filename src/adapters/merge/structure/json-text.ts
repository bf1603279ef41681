import { AmbiguousMerge } from './ambiguous.ts';
import type { Collection, Document, MapEntry } from './document.ts';
import type { Rebuild } from './merge-documents.ts';

/**
 * Rebuilds the entries of an object or array with this side's white space. Comments between entries may belong to
 * either one, so a collection with comments is not rebuilt.
 */
export const rebuildJson: Rebuild = ({ ground, into, parts, donor, from }) => {
  const [open, close] = into.kind === 'map' ? '{}' : '[]';
  if (parts.length === 0) return `${open}${close}`;
  const own = spacesOf(ground, into);
  const other = spacesOf(donor, from);
  const lends = own.leads.length === 0;
  const [first = ''] = (lends ? other : own).leads;
  const next = own.leads[1] ?? (first.includes('\n') ? first : (other.leads[1] ?? ' '));
  const last = (lends ? other : own).last;
  if (next.includes('\n') !== first.includes('\n'))
    throw new AmbiguousMerge('some entries share a line and some do not');
  if (ground.style !== donor.style && lends && `${first}${last}`.includes('\n')) {
    throw new AmbiguousMerge('the sides are formatted differently', true);
  }
  const placeOf = placesOf(into);
  const text = parts.map((part, index) => {
    const place = part.own === null ? 0 : placeOf(part.own);
    const lead = index === 0 ? first : place > 0 ? (own.leads[place] as string) : next;
    return `${lead}${part.text}`;
  });
  return `${open}${text.join(',')}${last}${close}`;
};

/** Returns the index of an entry in its collection; asked in order, no search is needed. */
function placesOf({ entries }: Collection): (entry: MapEntry) => number {
  let places: Map<MapEntry, number> | null = null;
  let next = 0;
  return entry => {
    if (entries[next] !== entry) {
      places ??= new Map(entries.map((each, place) => [each, place]));
      next = places.get(entry) ?? 0;
    }
    return next++;
  };
}

/** Returns the white space before each entry, and after the last one (with its comma, where allowed). */
function spacesOf({ text }: Document, { from, to, entries }: Collection): { leads: string[]; last: string } {
  let last = { between: '', lead: '' };
  const leads = entries.map((entry, index) => {
    const before = entries[index - 1];
    const between = text.slice(before?.to ?? from + 1, entry.from);
    if (before === undefined) return only(/^(\s*)$/, between);
    // Most are equal to the previous one: analyze only different ones.
    if (between !== last.between) last = { between, lead: only(/^\s*,(\s*)$/, between) };
    return last.lead;
  });
  const behind = entries[entries.length - 1]?.to ?? from + 1;
  return { leads, last: only(/^(\s*,?\s*)$/, text.slice(behind, to - 1)) };
}

function only(pattern: RegExp, text: string): string {
  const found = pattern.exec(text)?.[1];
  if (found === undefined) throw new AmbiguousMerge('there are comments between the entries');
  return found;
}
