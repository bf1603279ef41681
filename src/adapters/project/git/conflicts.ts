/** Conflicts of a merge: the text of their hunks, and the file after a resolution. */
import { commandHint } from '../../../model/command-hint.ts';
import type { Conflict, HunkSelection, Resolution } from '../../../model/conflict.ts';
import { TroupeError } from '../../../model/errors.ts';
import type { ConflictText, HunkText } from '../../../ports/project-merges.ts';
import type { MergeThread } from '../../merge/thread/file-merger.ts';
import type { TreeEdit } from './trees.ts';

export interface Blobs {
  /** Merges the files. */
  thread: MergeThread;
  read(oid: string): Promise<Buffer>;
  write(content: Buffer): Promise<string>;
}

/** Returns the edit that resolves a conflict, or one more hunk of it. @throws {TroupeError} UNKNOWN_CONFLICT */
export async function applyResolution(blobs: Blobs, conflict: Conflict, resolution: Resolution): Promise<TreeEdit> {
  const { path } = conflict;
  switch (resolution.take) {
    case 'content':
      return { path, oid: resolution.oid, mode: resolution.mode ?? keptMode(conflict) };
    case 'hunk':
      return { path, oid: await blobs.write(await withHunk(blobs, conflict, resolution)), mode: keptMode(conflict) };
    case 'attempt':
      throw new TypeError('an attempt is a whole tree, not a file');
    case 'actor':
      throw new TypeError('what an agent makes of a conflict is known only when it has worked');
    default: {
      const { oid, mode } = conflict[resolution.take];
      return { path, oid, ...(mode === null ? {} : { mode }) };
    }
  }
}

/** Returns the current file, and each side of each hunk. */
export async function inspectConflict(blobs: Blobs, conflict: Conflict): Promise<ConflictText> {
  const { kind, markedOid, base, ours, theirs, hunks } = conflict;
  if (conflict.resource !== undefined) {
    return { content: null, hunks: hunks.map(({ texts = { base: '', ours: '', theirs: '' } }) => texts) };
  }
  if (hunks.length > 0) {
    const taken = hunks.map(hunk => hunk.taken);
    return { content: await withSide(blobs, conflict, taken), hunks: await hunkTexts(blobs, conflict) };
  }
  const only = ours.oid === null || theirs.oid === null ? (ours.oid ?? theirs.oid ?? base.oid) : null;
  const oid = markedOid ?? (kind === 'binary' ? null : only);
  const content = oid === null ? null : await blobs.read(oid);
  return { content: content?.includes(0) ? null : content, hunks: [] };
}

async function hunkTexts(blobs: Blobs, { base, ours, theirs, hunks }: Conflict): Promise<HunkText[]> {
  const lines = async ({ oid }: { oid: string | null }) =>
    oid === null ? [] : (await blobs.read(oid)).toString('utf8').split(/(?<=\n)/);
  const [b, o, t] = [await lines(base), await lines(ours), await lines(theirs)];
  const text = (of: string[], { start, length }: { start: number; length: number }) =>
    of.slice(start, start + length).join('');
  return hunks.map(hunk => ({ base: text(b, hunk.base), ours: text(o, hunk.ours), theirs: text(t, hunk.theirs) }));
}

/** Returns why a file is not resolved: it contains our markers, or is invalid; null when it is resolved. */
export async function unresolvedReason(blobs: Blobs, conflict: Conflict, content: Buffer): Promise<string | null> {
  const marker = markersOf(conflict).find(each => lineIn(content, each));
  if (marker !== undefined) return `there is still a line "${marker}" in it`;
  const read = async ({ oid }: { oid: string | null }) => (oid === null ? null : await blobs.read(oid));
  const [base, ours, theirs] = [await read(conflict.base), await read(conflict.ours), await read(conflict.theirs)];
  return await blobs.thread.run('checkSyntax', { path: conflict.path, content, base, ours, theirs });
}

type Hunk = Extract<Resolution, { take: 'hunk' }>;

function withHunk(blobs: Blobs, conflict: Conflict, { hunk: number, pick }: Hunk): Promise<Buffer> {
  const taken = conflict.hunks.map((hunk, index) => (index === number - 1 ? pick : hunk.taken));
  return withSide(blobs, conflict, taken);
}

async function withSide(blobs: Blobs, conflict: Conflict, taken: readonly (HunkSelection | null)[]): Promise<Buffer> {
  const { path, base, ours, theirs, hunks } = conflict;
  const read = async (oid: string | null) => (oid === null ? null : await blobs.read(oid));
  const choices = await Promise.all(
    taken.map(async each => (typeof each === 'object' && each !== null ? await blobs.read(each.oid) : each)),
  );
  const [o, t] = [await read(ours.oid), await read(theirs.oid)];
  const labels = { theirs: nameOfTheirs(conflict) };
  const merged =
    o === null || t === null
      ? null
      : await blobs.thread.run('resolveHunks', {
          options: { path, base: await read(base.oid), ours: o, theirs: t, labels },
          choices,
        });
  if (merged?.hunks !== hunks.length) {
    throw new TroupeError('UNKNOWN_CONFLICT', `The hunks of ${path} are no longer found as they were recorded`, {
      where: path,
      hints: [
        commandHint('plan resolve', { args: [path], options: { take: 'ours' } }),
        commandHint('plan resolve', { args: [path], options: { take: 'theirs' } }),
      ],
    });
  }
  return Buffer.from(merged.content);
}

/** Custom content has no mode: the file keeps its own, or takes the one that a side set. */
function keptMode({ base, ours, theirs }: Conflict): string {
  const [b, o, t] = [base, ours, theirs].map(({ mode }) => (mode?.startsWith('100') ? mode : null));
  const mode = o === b ? (t ?? o) : (o ?? t);
  return mode ?? '100644';
}

function markersOf(conflict: Conflict): string[] {
  return ['<<<<<<< ours', `>>>>>>> ${nameOfTheirs(conflict)}`];
}

function lineIn(content: Buffer, line: string): boolean {
  return content.toString('latin1').split(/\r?\n/).includes(line);
}

function nameOfTheirs({ theirs }: { theirs: Conflict['theirs'] }): string {
  return theirs.planIds[0] ?? 'theirs';
}
