import { extname } from 'node:path';
import { formatsOf } from '../../src/adapters/merge/structure/format.ts';
import type { FileComparison } from './compare.ts';
import type { ReplayResult } from './replay.ts';

/** The figures as text, and whether nothing among them says that a merge went wrong. */
export function report({ merges, files, trees }: ReplayResult, show: number): { text: string; sound: boolean } {
  const kinds = grouped(files, ({ of }) => extname(of.path) || '(none)');
  const sorted = [...kinds].sort(([, a], [, b]) => b.length - a.length);
  const lost = files.filter(each => each.lost.length > 0);
  const different = files.filter(({ lines }) => lines === 'other bytes' || lines === 'conflict only git');
  const parts = [
    `${merges} merges, ${files.length} files that both sides changed\n`,
    ...sorted.map(([kind, found]) => line(kind, found)),
    line('all', files),
    line('keys', files.filter(readByKeys)),
    `past the budget: ${files.filter(({ engine }) => engine === 'lines-past-budget').length}`,
    `\nhunks, suggested → recorded\n${countWords(files.flatMap(({ resolutions }) => resolutions.map(({ suggested, recorded }) => `${suggested ?? 'nothing'} → ${recorded}`)))}`,
  ];
  if (trees.length > 0) {
    parts.push(
      `\ntrees: git\n${countWords(trees.map(({ git }) => git))}`,
      `by git and a second look\n${countWords(trees.map(({ merger, recorded }) => `${merger}${recorded ? ', as recorded' : ''}`))}`,
      `without git\n${countWords(trees.map(({ files: verdict, filesRecorded }) => `${verdict}${filesRecorded ? ', as recorded' : ''}`))}`,
      `ms, median / slowest: with git ${times(trees.map(({ milliseconds }) => milliseconds.merger))}, without ${times(trees.map(({ milliseconds }) => milliseconds.files))}`,
    );
  }
  const shown = grouped(files.filter(notable), remark);
  for (const [kind, found] of shown) {
    if (show > 0)
      parts.push(
        `\n${kind} (${found.length})`,
        ...found
          .slice(0, show)
          .map(({ of, lost: gone }) => `  ${of.commit} ${of.path} ${gone.slice(0, 3).join(' | ')}`),
      );
  }
  const odd = grouped(
    trees.filter(tree => tree.files !== 'same' || tree.merger === 'other'),
    tree => `trees, ${tree.files}, ${tree.merger}`,
  );
  for (const [kind, found] of odd) {
    if (show > 0)
      parts.push(
        `\n${kind} (${found.length})`,
        ...found.slice(0, show).map(({ commit, unnamed }) => `  ${commit} ${unnamed.slice(0, 5).join(' ')}`),
      );
  }
  return { text: parts.join('\n'), sound: lost.length === 0 && different.length === 0 };
}

/** Files whose names say that they have keys. */
function readByKeys({ of }: FileComparison): boolean {
  return formatsOf(of.path).length > 0;
}

function notable(each: FileComparison): boolean {
  return (
    each.lost.length > 0 ||
    each.invalid ||
    each.keys === 'other' ||
    !['same', 'conflict in both'].includes(each.lines) ||
    each.right === false
  );
}

function remark({ lost, invalid, keys, lines, right }: FileComparison): string {
  if (lost.length > 0) return 'a line was lost';
  if (!['same', 'conflict in both'].includes(lines)) return lines;
  if (invalid) return 'clean for git, and broken';
  return keys === 'other' ? 'by keys, other than recorded' : right === false ? 'clean, and other than recorded' : '';
}

function line(kind: string, found: readonly FileComparison[]): string {
  const count = (test: (each: FileComparison) => boolean) => found.filter(test).length;
  const by = (word: FileComparison['lines']) => count(({ lines }) => lines === word);
  const keys = (word: FileComparison['keys']) => count(each => each.keys === word);
  const figures = [
    `clean ${by('same')}`,
    `other bytes ${by('other bytes')}`,
    `conflict ${by('conflict in both')}`,
    `only ours ${by('conflict only ours')}`,
    `only git ${by('conflict only git')}`,
    `right ${count(({ right }) => right === true)} of ${count(({ right }) => right !== null)}`,
    `keys ${keys('as recorded')} + ${keys('same meaning')} + ${keys('other')}`,
    `broken ${count(({ invalid }) => invalid)}`,
    `lost ${count(({ lost }) => lost.length > 0)}`,
    `ms CPU ${times(found.map(({ milliseconds }) => milliseconds))}`,
  ];
  return `${kind.padEnd(8)} ${String(found.length).padStart(6)}  ${figures.join(' · ')}`;
}

function countWords(words: readonly string[]): string {
  const counts = grouped(words, word => word);
  return [...counts]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([word, all]) => `  ${String(all.length).padStart(6)}  ${word}`)
    .join('\n');
}

function times(all: readonly number[]): string {
  const sorted = all.toSorted((a, b) => a - b);
  const at = (share: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0).toFixed(1);
  return `${at(0.5)} / ${at(0.99)} / ${at(1)}`;
}

function grouped<Item>(items: readonly Item[], keyOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key) ?? [];
    group.push(item);
    groups.set(key, group);
  }
  return groups;
}
