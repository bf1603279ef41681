/** Reads a chart from the text of its file, as an editor does: nothing of it is run. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { type AnyStateMachine, StateMachine } from 'xstate';

const folder = fileURLToPath(new URL('../../machines', import.meta.url));

/** Stands in the place of a function in what is read. */
export const functionMark = '<function>';

/** Keys whose value may be a function, or the name of one. */
const functionKeys = new Set(['context', 'input', 'output', 'params']);

export interface ChartFile {
  name: string;
  /** Relative to machines/. */
  path: string;
  source: string;
  machine: AnyStateMachine;
}

/** Every chart of machines/, with the one machine that its file exports. */
export async function chartFiles(): Promise<ChartFile[]> {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(path => path.endsWith('.machine.ts'));
  return Promise.all(
    paths.sort().map(async path => {
      const exported: Record<string, unknown> = await import(join(folder, path));
      const [machine, ...others] = Object.values(exported).filter(each => each instanceof StateMachine);
      if (machine === undefined || others.length > 0)
        throw new TypeError(`${path} does not export exactly one machine`);
      const name = /([^/]+)\.machine\.ts$/.exec(path)?.[1] ?? path;
      return { name, path, source: readFileSync(join(folder, path), 'utf8'), machine };
    }),
  );
}

/** The configuration written in `source`. Throws where a part of it is not written out. */
export function readChart(source: string): Record<string, unknown> {
  const file = ts.createSourceFile('chart.ts', source, ts.ScriptTarget.ES2023, true);
  const calls: ts.CallExpression[] = [];
  const visit = (node: ts.Node) => {
    if (ts.isCallExpression(node) && calledName(node.expression) === 'createMachine') calls.push(node);
    ts.forEachChild(node, visit);
  };
  visit(file);
  const [call, ...others] = calls;
  if (call === undefined || others.length > 0) throw new TypeError(`${calls.length} charts in one file`);
  const [literal] = call.arguments;
  if (literal === undefined || !ts.isObjectLiteralExpression(literal)) throw notLiteral(literal ?? call);
  return readObject(literal);
}

function calledName(called: ts.Expression): string | null {
  if (ts.isIdentifier(called)) return called.text;
  return ts.isPropertyAccessExpression(called) ? called.name.text : null;
}

function readObject(literal: ts.ObjectLiteralExpression): Record<string, unknown> {
  return Object.fromEntries(
    literal.properties.map(property => {
      if (!ts.isPropertyAssignment(property) || ts.isComputedPropertyName(property.name)) throw notLiteral(property);
      const key = property.name.text;
      return [key, readValue(property.initializer, functionKeys.has(key))];
    }),
  );
}

function readValue(value: ts.Expression, mayBeFunction = false): unknown {
  if (ts.isObjectLiteralExpression(value)) return readObject(value);
  if (ts.isArrayLiteralExpression(value)) return value.elements.map(element => readValue(element));
  if (ts.isStringLiteralLike(value)) return value.text;
  if (ts.isNumericLiteral(value)) return Number(value.text);
  if (value.kind === ts.SyntaxKind.TrueKeyword) return true;
  if (value.kind === ts.SyntaxKind.FalseKeyword) return false;
  if (value.kind === ts.SyntaxKind.NullKeyword) return null;
  const isFunction = ts.isArrowFunction(value) || ts.isIdentifier(value) || ts.isPropertyAccessExpression(value);
  if (mayBeFunction && isFunction) return functionMark;
  throw notLiteral(value);
}

function notLiteral(node: ts.Node): TypeError {
  const { line } = node.getSourceFile().getLineAndCharacterOfPosition(node.getStart());
  const [text] = node.getText().split('\n');
  return new TypeError(`line ${line + 1} is not written out: ${text}`);
}
