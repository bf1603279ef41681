import { expect, test } from 'vitest';
import { diffLinesOf, parseUnifiedDiff } from '../../src/model/unified-diff.ts';

const linesOf = (diff: string) =>
  parseUnifiedDiff(diff)
    .flatMap(diffLinesOf)
    .map(({ kind, text }) => `${kind}: ${text}`);

const changed = (path: string) => `diff --git a/${path} b/${path}
index 12ab..34cd 100644
--- a/${path}
+++ b/${path}
@@ -1,2 +1,2 @@ function
-old
+new
 same
\\ No newline at end of file
`;

test('A file has its path, the ids of its contents, and its hunks', () => {
  const [file, ...others] = parseUnifiedDiff(changed('src/a b.ts'));
  expect(others).toEqual([]);
  expect(file).toMatchObject({ path: 'src/a b.ts', blobs: { before: '12ab', after: '34cd' } });
  expect(file?.heading).toHaveLength(4);
  expect(file?.hunks).toEqual([
    {
      number: 1,
      before: { start: 0, length: 2 },
      after: { start: 0, length: 2 },
      text: '@@ -1,2 +1,2 @@ function\n-old\n+new\n same\n\\ No newline at end of file',
    },
  ]);
});

test('Titles between the diffs of projects belong to no file and no hunk', () => {
  const diff = `project web\n${changed('a')}\nproject api\n${changed('a')}`;
  expect(linesOf(diff).filter(line => line.startsWith('title'))).toEqual([
    'title: project web',
    'title: ',
    'title: project api',
  ]);
  expect(parseUnifiedDiff(diff).flatMap(({ hunks }) => hunks.map(({ text }) => text.split('\n').length))).toEqual([
    5, 5,
  ]);
});

test('A removed line that looks like a heading is a removed line', () => {
  const diff = 'diff --git a/a b/a\n@@ -1,2 +1,2 @@\n--- a/a\n-diff --git a/a b/a\n+++ b/b\n+@@ -1 +1 @@\n';
  expect(
    linesOf(diff)
      .slice(2)
      .map(line => line.split(':')[0]),
  ).toEqual(['removed', 'removed', 'added', 'added']);
});

test('An empty line of a hunk is kept where git leaves out its space', () => {
  const diff = 'diff --git a/a b/a\n@@ -1,3 +1,3 @@\n\n-old\n+new\n\n\nproject api\n';
  expect(linesOf(diff).slice(2)).toEqual([
    'kept: ',
    'removed: -old',
    'added: +new',
    'kept: ',
    'title: ',
    'title: project api',
  ]);
});

test('A renamed file and one with a quoted name have no path, and what is no diff has only titles', () => {
  expect(parseUnifiedDiff('diff --git a/old b/new\nrename from old\n')[0]).toMatchObject({
    path: null,
    hunks: [],
    blobs: null,
  });
  expect(parseUnifiedDiff('diff --git "a/\\t" "b/\\t"\n@@ -1 +1 @@\n-a\n+b\n')[0]).toMatchObject({ path: null });
  expect(linesOf(' a.ts | 2 +-\n')).toEqual(['title:  a.ts | 2 +-']);
  expect(parseUnifiedDiff('')).toEqual([]);
});
