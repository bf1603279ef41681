/** A result in parts: files, and hunks of files as `path#2`. What is chosen of them makes a tree of its own. */
import type { FileChange } from '../model/change.ts';
import { Fault } from '../model/fault.ts';
import { type Hunk, hunksIn, withHunks } from '../model/hunk.ts';
import type { Project } from '../ports/project.ts';

/** A file of a result. Where it has no hunks, or one, it goes as a whole. */
export interface ReviewedFile extends FileChange {
  hunks: Hunk[];
}

/** So many files are asked for in one diff: their names are arguments of a program. */
const filesPerDiff = 200;

export async function reviewedFiles(
  project: Project,
  span: { from: string; to: string; alias: string },
): Promise<ReviewedFile[]> {
  const { files } = await project.changes(span);
  const hunks = new Map<FileChange, Hunk[]>();
  const modified = files.filter(({ operation }) => operation === 'modified');
  for (let at = 0; at < modified.length; at += filesPerDiff) {
    const asked = modified.slice(at, at + filesPerDiff);
    const diff = await project.diff({ from: span.from, to: span.to, paths: asked.map(({ path }) => path) });
    for (const section of sectionsOf(diff))
      for (const file of asked) if (isOf(section, file)) hunks.set(file, section.hunks);
  }
  return files.map(file => ({ ...file, hunks: hunks.get(file) ?? [] }));
}

interface Section {
  before: string;
  after: string;
  hunks: Hunk[];
}

const sectionStart = /(?<![^\n])(?=diff --git )/;
const contents = /^index (?<before>[0-9a-f]+)\.\.(?<after>[0-9a-f]+)/m;

function sectionsOf(diff: string): Section[] {
  return diff.split(sectionStart).flatMap(text => {
    const { before, after } = contents.exec(text)?.groups ?? {};
    return before === undefined || after === undefined ? [] : { before, after, hunks: hunksIn(text) };
  });
}

/** By its contents, not by its place: a file that became a link has two sections, one whose mode alone changed has no contents in it. */
function isOf({ before, after }: Section, file: FileChange): boolean {
  return file.before?.startsWith(before) === true && file.after?.startsWith(after) === true;
}

/** What was named of each file: all of it, or some hunks. */
export type Chosen = Map<ReviewedFile, 'all' | ReadonlySet<number>>;

/**
 * The files and hunks that are meant: a path, a folder, or `path#hunk`.
 * @throws {Fault} USAGE naming what the result does not have
 */
export function chosenOf(files: readonly ReviewedFile[], named: readonly string[]): Chosen {
  const chosen: Chosen = new Map();
  for (const name of named) {
    const whole = files.filter(({ path }) => isUnder(path, name));
    for (const file of whole) chosen.set(file, 'all');
    if (whole.length > 0) continue;
    const [, path = '', digits = ''] = /^(.*)#([1-9]\d*)$/.exec(name) ?? [];
    const file = files.find(each => each.path === path);
    const number = Number(digits);
    if (file === undefined || number > Math.max(1, file.hunks.length)) throw unknown(files, name, file);
    if (chosen.get(file) === 'all') continue;
    const numbers = new Set([...(chosen.get(file) ?? []), number].map(Number));
    chosen.set(file, numbers.size >= file.hunks.length ? 'all' : numbers);
  }
  return chosen;
}

/** Everything that was not chosen. */
export function restOf(files: readonly ReviewedFile[], chosen: Chosen): Chosen {
  const rest: Chosen = new Map();
  for (const file of files) {
    const taken = chosen.get(file);
    if (taken === 'all') continue;
    const left = file.hunks.map(({ number }) => number).filter(number => !taken?.has(number));
    rest.set(file, taken === undefined ? 'all' : new Set(left));
  }
  return rest;
}

/** As they are typed. */
export function namesOf(chosen: Chosen): string[] {
  return [...chosen].flatMap(([{ path }, taken]) =>
    taken === 'all' ? [path] : [...taken].toSorted((left, right) => left - right).map(number => `${path}#${number}`),
  );
}

/** What was chosen, as a diff. */
export function textOf(chosen: Chosen): string {
  return [...chosen]
    .map(([{ path, operation, hunks }, taken]) => {
      const shown = hunks.filter(({ number }) => taken === 'all' || taken.has(number)).map(({ text }) => text);
      return [`${operation} ${path}`, ...shown].join('\n').trimEnd();
    })
    .join('\n');
}

/** The base with only what was chosen in it. A mode changes with the whole of its file. */
export async function treeOf(project: Project, base: string, chosen: Chosen): Promise<string> {
  const edits = await Promise.all(
    [...chosen].map(async ([{ path, before, after, mode, hunks }, taken]) => {
      if (taken === 'all' || before === null || after === null)
        return { path, oid: after, ...(after === null ? {} : { mode }) };
      const [old, now] = await Promise.all([project.blob(before), project.blob(after)]);
      const picked = hunks.filter(({ number }) => taken.has(number));
      return { path, oid: await project.writeBlob(withHunks(old, now, picked)) };
    }),
  );
  return edits.length === 0 ? base : project.writeTree(base, edits);
}

function isUnder(path: string, name: string): boolean {
  const folder = name.replace(/^\.\//, '').replace(/\/+$/, '');
  return folder === '' || folder === '.' || path === folder || path.startsWith(`${folder}/`);
}

function unknown(files: readonly ReviewedFile[], name: string, file: ReviewedFile | undefined): Fault {
  const has =
    file === undefined
      ? files.map(({ path }) => path).slice(0, 5)
      : [`${file.path}#1 to #${Math.max(1, file.hunks.length)}`];
  return new Fault(
    'USAGE',
    `The result changes nothing that is called "${name}"; it has ${has.join(', ') || 'no changes'}`,
    {
      where: name,
      hints: ['troupe plan review'],
    },
  );
}
