import { AmbiguousMerge } from './ambiguous.ts';
import type { Rebuild } from './merge-documents.ts';

/** Entries are whole lines and are concatenated. */
export const rebuildYaml: Rebuild = ({ ground, into, parts }) => {
  if (parts.length === 0) throw new AmbiguousMerge('nothing is left of a block, and an empty one has no lines');
  const lineEnd = ground.text.includes('\r\n') ? '\r\n' : '\n';
  const lines = parts.map(({ text }) => (text.endsWith('\n') ? text : `${text}${lineEnd}`)).join('');
  const endsOpen = into.to === ground.text.length && !ground.text.endsWith('\n');
  return endsOpen ? lines.slice(0, -lineEnd.length) : lines;
};
