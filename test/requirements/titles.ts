import ts from 'typescript';

/** A test, and the numbers of the rows it says it shows. */
export interface TaggedTest {
  title: string;
  ids: string[];
}

const vocabulary = new Set(['test', 'it', 'describe']);

/** Every title of a Vitest file that carries `[R1]` or `[R1, R2]`; a tag on `describe` counts for the group. */
export function taggedTitles(source: string): TaggedTest[] {
  const found: TaggedTest[] = [];
  const file = ts.createSourceFile('tests.ts', source, ts.ScriptTarget.Latest, false);
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && vocabulary.has(verbOf(node.expression))) {
      const [first] = node.arguments;
      if (first !== undefined && ts.isStringLiteralLike(first))
        found.push({ title: first.text, ids: idsIn(first.text) });
      if (first !== undefined && ts.isTemplateExpression(first)) {
        const title = first.head.text + first.templateSpans.map(span => `…${span.literal.text}`).join('');
        found.push({ title, ids: idsIn(title) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found.filter(({ ids }) => ids.length > 0);
}

/** `test`, `test.skip`, `test.each(cases)`, `suite.test`: the word of Vitest that is called, or nothing. */
function verbOf(callee: ts.Expression): string {
  if (ts.isIdentifier(callee)) return callee.text;
  if (ts.isPropertyAccessExpression(callee)) {
    return vocabulary.has(callee.name.text) ? callee.name.text : verbOf(callee.expression);
  }
  return ts.isCallExpression(callee) || ts.isTaggedTemplateExpression(callee) ? verbOf(inner(callee)) : '';
}

function inner(callee: ts.CallExpression | ts.TaggedTemplateExpression): ts.Expression {
  return ts.isCallExpression(callee) ? callee.expression : callee.tag;
}

function idsIn(title: string): string[] {
  return [...title.matchAll(/\[(R\d+(?:,\s*R\d+)*)\]/g)].flatMap(([, list = '']) => list.split(/,\s*/));
}
