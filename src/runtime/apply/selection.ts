/** Parts of a result: files, and hunks of files as `path#2`. A selection of them can be built as a tree. */

import { applyHunks } from '../../model/apply-hunks.ts';
import type { FileChange } from '../../model/change.ts';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import { type DiffFile, type Hunk, parseUnifiedDiff } from '../../model/unified-diff.ts';
import type { Project } from '../../ports/project.ts';

/** A file of a result. A file with no hunk or one hunk can only be selected as a whole. */
export interface ReviewedFile extends FileChange {
  hunks: Hunk[];
}

/** Maximum number of files per diff: their names are arguments of a program. */
const filesPerDiff = 200;

export async function loadReviewedFiles(
  project: Project,
  range: { from: string; to: string; alias: string },
): Promise<ReviewedFile[]> {
  const { files } = await project.changes(range);
  const hunks = new Map<FileChange, Hunk[]>();
  const modified = files.filter(({ operation }) => operation === 'modified');
  for (let start = 0; start < modified.length; start += filesPerDiff) {
    const batch = modified.slice(start, start + filesPerDiff);
    const diff = await project.diff({ from: range.from, to: range.to, paths: batch.map(({ path }) => path) });
    for (const part of parseUnifiedDiff(diff))
      for (const file of batch) if (isOf(part, file)) hunks.set(file, part.hunks);
  }
  return files.map(file => ({ ...file, hunks: hunks.get(file) ?? [] }));
}

/**
 * Compares contents, not position: a file that became a link is in the diff twice; one with only a mode change has no
 * contents in it.
 */
function isOf({ blobs }: DiffFile, { before, after }: FileChange): boolean {
  if (blobs === null) return false;
  return before?.startsWith(blobs.before) === true && after?.startsWith(blobs.after) === true;
}

/** The selected parts of each file: all of it, or some hunks. */
export type PartSelection = Map<ReviewedFile, 'all' | ReadonlySet<number>>;

/**
 * Parses names of parts: a path, a folder, or `path#hunk`.
 * @throws {TroupeError} USAGE naming what the result does not have
 */
export function parseSelection(files: readonly ReviewedFile[], names: readonly string[]): PartSelection {
  const selection: PartSelection = new Map();
  for (const name of names) {
    const whole = files.filter(({ path }) => isUnder(path, name));
    for (const file of whole) selection.set(file, 'all');
    if (whole.length > 0) continue;
    const [, path = '', digits = ''] = /^(.*)#([1-9]\d*)$/.exec(name) ?? [];
    const file = files.find(each => each.path === path);
    const number = Number(digits);
    if (file === undefined || number > Math.max(1, file.hunks.length)) throw unknownPartError(files, name, file);
    if (selection.get(file) === 'all') continue;
    const numbers = new Set([...(selection.get(file) ?? []), number].map(Number));
    selection.set(file, numbers.size >= file.hunks.length ? 'all' : numbers);
  }
  return selection;
}

/** Returns everything that is not selected. */
export function invertSelection(files: readonly ReviewedFile[], selection: PartSelection): PartSelection {
  const rest: PartSelection = new Map();
  for (const file of files) {
    const selected = selection.get(file);
    if (selected === 'all') continue;
    const remaining = file.hunks.map(({ number }) => number).filter(number => !selected?.has(number));
    rest.set(file, selected === undefined ? 'all' : new Set(remaining));
  }
  return rest;
}

/** Returns the names of the parts, as you type them. */
export function formatSelection(selection: PartSelection): string[] {
  return [...selection].flatMap(([{ path }, selected]) =>
    selected === 'all'
      ? [path]
      : [...selected].toSorted((left, right) => left - right).map(number => `${path}#${number}`),
  );
}

/** Returns the selection as a diff. */
export function renderSelection(selection: PartSelection): string {
  return [...selection]
    .map(([{ path, operation, hunks }, selected]) => {
      const shown = hunks.filter(({ number }) => selected === 'all' || selected.has(number)).map(({ text }) => text);
      return [`${operation} ${path}`, ...shown].join('\n').trimEnd();
    })
    .join('\n');
}

/** Returns the base with only the selection applied. A mode change belongs to the whole file. */
export async function buildSelectedTree(project: Project, base: string, selection: PartSelection): Promise<string> {
  const edits = await Promise.all(
    [...selection].map(async ([{ path, before, after, mode, hunks }, selected]) => {
      if (selected === 'all' || before === null || after === null)
        return { path, oid: after, ...(after === null ? {} : { mode }) };
      const [old, now] = await Promise.all([project.blob(before), project.blob(after)]);
      const picked = hunks.filter(({ number }) => selected.has(number));
      return { path, oid: await project.writeBlob(applyHunks(old, now, picked)) };
    }),
  );
  return edits.length === 0 ? base : project.writeTree(base, edits);
}

function isUnder(path: string, name: string): boolean {
  const folder = name.replace(/^\.\//, '').replace(/\/+$/, '');
  return folder === '' || folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

function unknownPartError(files: readonly ReviewedFile[], name: string, file: ReviewedFile | undefined): TroupeError {
  const available =
    file === undefined
      ? files.map(({ path }) => path).slice(0, 5)
      : [`${file.path}#1 to #${Math.max(1, file.hunks.length)}`];
  return new TroupeError(
    'USAGE',
    `The result changes nothing that is called "${name}"; it has ${available.join(', ') || 'no changes'}`,
    {
      where: name,
      hints: [commandHint('plan review')],
    },
  );
}
