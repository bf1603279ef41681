/**
 * Rules for functions and objects, see docs/decisions/0016-objects.md. Each rule is shown to find its own
 * violation, and has no exceptions.
 */
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { everything, type Source, shipped, sources } from './sources.ts';

const functionLinesMax = 70;

/** A chart is data, and a `describe` lists tests: neither counts as lines of a function. */
function isUncounted(node: ts.Node, file: ts.SourceFile): boolean {
  if (!ts.isCallExpression(node.parent)) return false;
  const callee = node.parent.expression.getText(file);
  if (ts.isFunctionLike(node)) return /^describe\b/.test(callee);
  return /\bcreateMachine$/.test(callee) && ts.isObjectLiteralExpression(node);
}

function linesOf(node: ts.Node, file: ts.SourceFile): number {
  const line = (at: number) => file.getLineAndCharacterOfPosition(at).line;
  return line(node.end) - line(node.getStart(file)) + 1;
}

function uncountedLines(node: ts.Node, file: ts.SourceFile): number {
  let lines = 0;
  ts.forEachChild(node, child => {
    lines += isUncounted(child, file) ? linesOf(child, file) : uncountedLines(child, file);
  });
  return lines;
}

function functionName(node: ts.SignatureDeclaration, file: ts.SourceFile): string {
  const { parent } = node;
  if (node.name !== undefined) return node.name.getText(file);
  if (ts.isVariableDeclaration(parent) || ts.isPropertyAssignment(parent)) return parent.name.getText(file);
  return ts.isCallExpression(parent) ? `argument of ${parent.expression.getText(file)}` : 'a function';
}

/** Functions that have more lines than allowed, with path and name. */
function tooLong({ path, text }: Source): string[] {
  // Most files are shorter than that.
  if (text.split('\n').length <= functionLinesMax) return [];
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && !isUncounted(node, file)) {
      const lines = linesOf(node, file) - uncountedLines(node, file);
      if (lines > functionLinesMax) found.push(`${path} ${functionName(node, file)}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

/** Where classes belong: the durable runtime, and what runs for every record, timer or line. */
const classFolders = /^src\/(?:durable|adapters\/(?:stores|clocks|merge))\//;

/** Classes that extend nothing, where an object is a closure. */
function plainClasses({ path, text }: Source): string[] {
  if (!text.includes('class')) return [];
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isClassLike(node)) {
      const extended = node.heritageClauses?.some(({ token }) => token === ts.SyntaxKind.ExtendsKeyword) === true;
      if (!extended && !classFolders.test(path)) found.push(`${path} ${node.name?.text ?? 'a class'}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

const lines = (count: number): string => '  a();\n'.repeat(count);

// The first test reads and parses every file.
describe('a function', { timeout: 120_000 }, () => {
  test(`has at most ${functionLinesMax} lines`, () => {
    expect(sources(...everything).flatMap(tooLong)).toEqual([]);
  });

  test('with too many lines is found, wherever it is', () => {
    const text = [
      `function first() {\n${lines(69)}}`,
      `function allowed() {\n${lines(68)}}`,
      `const second = () => {\n${lines(69)}};`,
      `const it = { third() {\n${lines(69)}} };`,
      `run(() => {\n${lines(69)}});`,
    ].join('\n');
    expect(tooLong({ path: 'a.ts', text })).toEqual([
      'a.ts first',
      'a.ts second',
      'a.ts third',
      'a.ts argument of run',
    ]);
  });

  test('may be long because of a chart or the tests that it lists, but of nothing else', () => {
    const literal = `setup({}).createMachine({\n${'  a: 1,\n'.repeat(80)}})`;
    const tests = `describe.each([])('a', () => {\n${lines(80)}})`;
    expect(tooLong({ path: 'a.ts', text: `function a() {\n  return ${literal};\n}` })).toEqual([]);
    expect(tooLong({ path: 'a.ts', text: `function a() {\n  ${tests};\n}` })).toEqual([]);
    expect(tooLong({ path: 'a.ts', text: `function a() {\n  ${tests};\n${lines(69)}}` })).toEqual(['a.ts a']);
    const inside = `describe('a', () => {\n  test('b', () => {\n${lines(80)}});\n});`;
    expect(tooLong({ path: 'a.ts', text: inside })).toEqual(['a.ts argument of test']);
  });
});

describe('an object', { timeout: 120_000 }, () => {
  test('is a closure, not a class, except errors, subclasses, the durable runtime, stores, clocks and the merge', () => {
    expect(sources(...shipped).flatMap(plainClasses)).toEqual([]);
  });

  test('of a class is found', () => {
    const text = 'class A {}\nexport class B extends Error {}\nconst c = class {};\nclass D implements E {}';
    expect(plainClasses({ path: 'src/runtime/a.ts', text })).toEqual([
      'src/runtime/a.ts A',
      'src/runtime/a.ts a class',
      'src/runtime/a.ts D',
    ]);
    expect(plainClasses({ path: 'src/durable/a.ts', text })).toEqual([]);
  });
});
