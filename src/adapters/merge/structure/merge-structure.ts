import { canonOf, type Document, repeatedKey } from './document.ts';
import { Doubt } from './doubt.ts';
import { type Format, formatsOf } from './format.ts';
import { mergeDocuments } from './merge-documents.ts';
import { Reading } from './reading.ts';

export interface Files {
  base: Uint8Array;
  ours: Uint8Array;
  theirs: Uint8Array;
}

/** Files up to here are read once more by a parser that knows all of YAML; larger ones would take too long. */
const secondOpinionMax = 64_000;

/**
 * Merges three versions of a JSON or YAML file by key. Order, comments and layout stay where nothing changed: the
 * answer is the text of one side with pieces of the other in it.
 *
 * Certain or nothing: null where a name says nothing of structure, a side does not parse or has a key twice, both
 * sides changed one value, a comment would be lost, or the answer, read again, does not mean what it should. What is equal
 * to `agreed`, a merge found in another way, is not read again.
 *
 * @throws {WorkSpent}
 */
export function mergeStructure(
  path: string,
  files: Files,
  reading = new Reading(),
  agreed?: Uint8Array,
): Uint8Array | null {
  const formats = formatsOf(path);
  if (formats.length === 0) return null;
  const [base, ours, theirs] = [files.base, files.ours, files.theirs].map(side => reading.textOf(side));
  if (base == null || ours == null || theirs == null) return null;
  const known = agreed === undefined ? null : reading.textOf(agreed);
  for (const format of formats) {
    const sides = [base, ours, theirs].map(text => reading.read(format, text));
    const [b, o, t] = sides;
    if (b == null || o == null || t == null) continue;
    if (sides.some(side => repeatedKey((side as Document).root) !== null)) return null;
    const text = attempt({ format, reading, known }, b, o, t);
    return text === null ? null : Buffer.from(text);
  }
  return null;
}

interface Attempt {
  format: Format;
  reading: Reading;
  /** A text that need not be read again. */
  known: string | null;
}

function attempt(of: Attempt, base: Document, ours: Document, theirs: Document): string | null {
  const first = orDoubt(() => merged(of, base, ours, theirs));
  if (!(first instanceof Doubt)) return first;
  if (!first.layout) return null;
  // One side laid the file out anew: its text is the ground, and the other side's changes are brought into it.
  const second = orDoubt(() => merged(of, base, theirs, ours));
  return second instanceof Doubt ? null : second;
}

function orDoubt(work: () => string | null): string | Doubt | null {
  try {
    return work();
  } catch (error) {
    if (error instanceof Doubt) return error;
    throw error;
  }
}

function merged({ format, reading, known }: Attempt, base: Document, ground: Document, donor: Document): string | null {
  if (donor.style !== base.style && ground.style !== donor.style) {
    throw new Doubt('the other side is laid out anew', ground.style === base.style);
  }
  const { text, canon } = mergeDocuments({ base, ground, donor, rebuild: format.rebuild });
  if (text === known) return text;
  const read = reading.readAgain(format, text);
  if (read === null || repeatedKey(read.root) !== null || canonOf(read.root) !== canon()) return null;
  if (!keepsComments(base, ground, donor, read)) return null;
  if (format.name === 'YAML' && text.length <= secondOpinionMax && reading.problemOfYaml(text) !== null) return null;
  return text;
}

/** Every comment is there as often as the merge of how often it was there says. */
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
