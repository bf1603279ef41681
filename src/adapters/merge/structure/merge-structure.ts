import type { AdjacentValues } from '../../../model/conflict.ts';
import type { AdjacentChange } from './adjacent.ts';
import { AmbiguousMerge } from './ambiguous.ts';
import { contradictionsIn } from './contradictions.ts';
import { type Document, sameMeaning } from './document.ts';
import { DocumentReader } from './document-reader.ts';
import { mergeDocuments } from './merge-documents.ts';
import type { StructuredSides } from './structured-sides.ts';

/** A file merged by its keys. */
export interface KeyMerge {
  content: Uint8Array;
  adjacent: AdjacentValues[];
}

/** Files up to this size are also checked by a full YAML parser; larger ones would take too long. */
const secondOpinionMax = 64_000;

/**
 * Merges three versions of a JSON or YAML file by key. Unchanged order, comments and layout are kept: the result is
 * the text of one side with parts of the other.
 *
 * Never guesses: returns null when both sides changed one value or replaced one key, when the order of additions from
 * both may matter, when a comment would be lost, or when the result, parsed again, does not have the expected
 * meaning. A result equal to `agreed`, which was merged in another way, is not parsed again.
 *
 * @throws {WorkBudgetExceeded}
 */
export function mergeStructure(
  sides: StructuredSides,
  reading = new DocumentReader(),
  agreed?: Uint8Array,
): KeyMerge | null {
  if (contradictionsIn(sides).length > 0) return null;
  const known = agreed === undefined ? null : reading.textOf(agreed);
  const first = orAmbiguous(() => merged({ sides, reading, known }, 'ours'));
  if (!(first instanceof AmbiguousMerge)) return first;
  if (!first.layout) return null;
  // One side changed the layout: its text is the ground, and the other side's changes are merged into it.
  const second = orAmbiguous(() => merged({ sides, reading, known }, 'theirs'));
  return second instanceof AmbiguousMerge ? null : second;
}

interface MergeAttempt {
  sides: StructuredSides;
  reading: DocumentReader;
  /** A text that need not be parsed again. */
  known: string | null;
}

function orAmbiguous(work: () => KeyMerge | null): KeyMerge | AmbiguousMerge | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof AmbiguousMerge) return error;
    throw error;
  }
}

function merged({ sides, reading, known }: MergeAttempt, kept: 'ours' | 'theirs'): KeyMerge | null {
  const { path, format, base, ours, theirs } = sides;
  const [ground, donor] = kept === 'ours' ? [ours, theirs] : [theirs, ours];
  if (donor.style !== base.style && ground.style !== donor.style) {
    throw new AmbiguousMerge('the other side is formatted differently', ground.style === base.style);
  }
  const adjacent: AdjacentChange[] = [];
  const { text, meaning } = mergeDocuments({ base, ground, donor, rebuild: format.rebuild, path, at: [], adjacent });
  const named = adjacent.map(({ at, ground: mine, donor: other }) =>
    kept === 'ours' ? { at, ours: mine, theirs: other } : { at, ours: other, theirs: mine },
  );
  const merge = { content: Buffer.from(text), adjacent: named };
  if (text === known) return merge;
  const read = reading.readAgain(format, text);
  if (read === null || reading.repeatedKey(format, read) !== null || !sameMeaning(read.root, meaning())) return null;
  if (!keepsComments(base, ground, donor, read)) return null;
  if (format.name === 'YAML' && text.length <= secondOpinionMax && reading.problemOfYaml(text) !== null) return null;
  return merge;
}

/** Returns whether every comment occurs as often as a merge of its counts requires. */
function keepsComments(base: Document, ground: Document, donor: Document, read: Document): boolean {
  const [b, g, d, r] = [base, ground, donor, read].map(({ comments }) => counted(comments));
  const all = new Set([base, ground, donor].flatMap(({ comments }) => comments));
  return [...all].every(comment => {
    const [was, mine, other, is] = [b, g, d, r].map(counts => counts?.get(comment) ?? 0);
    if (other === was || other === mine) return is === mine;
    return mine === was && is === other;
  });
}

function counted(comments: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const comment of comments) counts.set(comment, (counts.get(comment) ?? 0) + 1);
  return counts;
}
