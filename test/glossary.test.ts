/**
 * The glossary is drawn from the doc comments of what the code exports under its words: both begin with the same statement, up
 * to the first full stop, colon or semicolon. What follows may differ: the glossary is for users, a doc comment for callers.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { root, type Source, sources } from './sources.ts';

interface Definition {
  word: string;
  meaning: string;
}

const glossary = () => readFileSync(join(root, 'docs/glossary.md'), 'utf8');

/** The rows of the tables; an entry with two words, such as `plan, root plan`, defines each. */
function definitions(markdown: string): Definition[] {
  const rows = [...markdown.matchAll(/^\| (?!word )([a-z][^|]*) \| (\S[^|]*) \|$/gm)];
  return rows.flatMap(([, words = '', meaning = '']) => words.split(', ').map(word => ({ word, meaning })));
}

/** Where the words of the project are exported. Clients and adapters use them, and have names of their own. */
const defining = ['src/model/', 'src/ports/', 'src/durable/', 'src/runtime/api.ts', 'src/host/'];

/** Exports with the name of a word that are something else. */
const homonyms: Readonly<Record<string, string>> = {
  Attempt: 'one try of an effect in the durable runtime, which knows nothing of plans',
  Checkout: 'how git fills a sandbox: the key `checkout` of an action',
};

/** The doc comments of exports, by name. A schema and its type of the same name share the schema's comment. */
function docComments(files: readonly Source[]): Map<string, string> {
  const comments = new Map<string, string>();
  for (const { path, text } of files) {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
    for (const statement of file.statements) {
      const isExported = ts.canHaveModifiers(statement)
        ? ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
        : false;
      if (isExported !== true) continue;
      const [comment] = ts.getJSDocCommentsAndTags(statement).filter(ts.isJSDoc).slice(-1);
      const text = ts.getTextOfJSDocComment(comment?.comment) ?? '';
      for (const name of namesOf(statement)) if (!comments.get(name)) comments.set(name, text);
    }
  }
  return comments;
}

function namesOf(statement: ts.Statement): string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const isNamed =
    ts.isInterfaceDeclaration(statement) || ts.isTypeAliasDeclaration(statement) || ts.isClassDeclaration(statement);
  return isNamed && statement.name !== undefined ? [statement.name.text] : [];
}

const exportName = (word: string) => word.replace(/(?:^|[ -])(\w)/g, (_, first: string) => first.toUpperCase());

/** The text up to the first full stop, colon or semicolon, on one line and without markup. */
const firstStatement = (text: string) =>
  (
    text
      .replace(/\s+/g, ' ')
      .replace(/[`*]/g, '')
      .split(/[.:;](?: |$)/)[0] ?? ''
  ).trim();

/** Words whose export says something else than the glossary does. */
function differing(defined: readonly Definition[], comments: ReadonlyMap<string, string>): string[] {
  return defined.flatMap(({ word, meaning }) => {
    const name = exportName(word);
    const comment = comments.get(name);
    if (comment === undefined || Object.hasOwn(homonyms, name)) return [];
    return firstStatement(comment) === firstStatement(meaning) ? [] : [`${name}: "${comment}" is not "${meaning}"`];
  });
}

const exported = () => docComments(sources('src').filter(({ path }) => defining.some(place => path.startsWith(place))));

describe('the glossary', () => {
  test('has at most 60 entries, and defines each word once [R219]', () => {
    const entries = [...glossary().matchAll(/^\| (?!word )[a-z][^|]* \| \S/gm)];
    expect(entries.length).toBeGreaterThan(40);
    expect(entries.length).toBeLessThanOrEqual(60);
    const words = definitions(glossary()).map(({ word }) => word);
    expect(words.filter((word, index) => words.indexOf(word) !== index)).toEqual([]);
  });

  test('agrees with the doc comments of the exports that bear its words [R219]', () => {
    const comments = exported();
    const defined = definitions(glossary());
    const shared = defined.filter(({ word }) => comments.has(exportName(word)));
    expect(shared.length).toBeGreaterThan(25);
    expect(differing(defined, comments)).toEqual([]);
    const names = new Set(defined.map(({ word }) => exportName(word)));
    expect(Object.keys(homonyms).filter(name => !names.has(name) || !comments.has(name))).toEqual([]);
  });

  test('and a doc comment that drifted apart are found, whichever of both was changed', () => {
    const file = (comment: string) => [{ path: 'src/model/a.ts', text: `${comment}\nexport interface SideEffect {}` }];
    const row = (meaning: string) => definitions(`| side effect | ${meaning} |`);
    const same = docComments(file('/** What a tool does:\n * to `files`. */'));
    expect(differing(row('What a tool does. It is declared.'), same)).toEqual([]);
    expect(differing(row('What a tool changes.'), same)).toHaveLength(1);
    expect(differing(row('What a tool does.'), docComments(file('/** What an agent does. */')))).toHaveLength(1);
    expect(differing(row('What a tool does.'), docComments(file('')))).toHaveLength(1);
  });
});
