import type { z } from 'zod';
import { type Document, isMap, isNode, isScalar, type LineCounter } from '../../libraries/yaml.ts';
import { Action } from '../../model/action.ts';
import { closest, suggestionText } from '../../model/closest.ts';
import { keysAt } from './schema-keys.ts';

/** One problem of an action, and its position in the file. */
export interface ActionProblem {
  kind: 'unknown-key' | 'missing' | 'invalid';
  /** Keys from the top, joined by dots. */
  path: string;
  key: string;
  message: string;
  /** A similar known key; null when there is none. */
  suggestion: string | null;
  line: number | null;
  column: number | null;
}

interface ActionDocument {
  document: Document;
  lines: LineCounter;
}

type Path = PropertyKey[];
type Issue = z.core.$ZodIssue;

/** Describes zod's issues in plain sentences; in the order of the file, unknown keys first on the same line. */
export function toActionProblems(error: z.ZodError, source?: ActionDocument): [ActionProblem, ...ActionProblem[]] {
  const problems = error.issues.flatMap(issue => explain(issue, [], source));
  const place = (problem: ActionProblem) => (problem.line ?? 0) * 10_000 + (problem.column ?? 0);
  problems.sort(
    (left, right) => Number(left.kind === 'missing') - Number(right.kind === 'missing') || place(left) - place(right),
  );
  const [first, ...others] = problems;
  if (first === undefined) throw new TypeError('An error without issues');
  return [first, ...others];
}

function explain(issue: Issue, prefix: Path, source: ActionDocument | undefined): ActionProblem[] {
  const path = [...prefix, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey(path, key, source));
  if (issue.code === 'invalid_union' && issue.errors.length > 0) return bestBranch(issue.errors, path, source);
  // The schema that rejected the key says what it must be.
  if (issue.code === 'invalid_key') return issue.issues.flatMap(inner => explain(inner, path, source));
  const missing = issue.code === 'invalid_type' && issue.message === 'is missing';
  return [
    createProblem(missing ? 'missing' : 'invalid', missing ? path.slice(0, -1) : path, source, {
      path: path.join('.'),
      key: String(path.at(-1) ?? ''),
      message: missing
        ? `The key ${path.join('.')} is missing`
        : `${path.join('.') || 'The action'}: ${issue.message}${invalidValueSuffix(issue)}`,
    }),
  ];
}

/** Repeats the invalid value, so that its author finds it. */
function invalidValueSuffix(issue: Issue): string {
  return issue.code === 'invalid_value' && typeof issue.input === 'string' ? `, not "${issue.input}"` : '';
}

/** Returns the problems of the alternative that its author most likely intended. */
function bestBranch(branches: Issue[][], path: Path, source: ActionDocument | undefined): ActionProblem[] {
  const ofRightType = branches.filter(issues => !issues.some(issue => isWrongType(issue)));
  const candidates = ofRightType.length === 0 ? branches : ofRightType;
  const countUnknownKeys = (issues: Issue[]) =>
    issues.filter(issue => issue.code === 'unrecognized_keys' && issue.path.length === 0).length;
  const [best = []] = candidates.toSorted(
    (left, right) => countUnknownKeys(left) - countUnknownKeys(right) || left.length - right.length,
  );
  const problems = best.flatMap(issue => explain(issue, path, source));
  // When no alternative knows the key, missing keys of the alternatives are noise: the key is the problem.
  return countUnknownKeys(best) > 0 ? problems.filter(({ kind }) => kind === 'unknown-key') : problems;
}

function isWrongType(issue: Issue): boolean {
  return issue.path.length === 0 && issue.code === 'invalid_type';
}

function unknownKey(path: Path, key: string, source: ActionDocument | undefined): ActionProblem {
  const known = keysAt(Action, path);
  const suggestion = closest(key, known);
  const within = path.length === 0 ? 'an action' : path.join('.');
  return createProblem('unknown-key', [...path, key], source, {
    path: [...path, key].join('.'),
    key,
    message: `Unknown key "${key}" in ${within}; ${suggestionText(suggestion, known, 'known here:')}`,
    suggestion,
  });
}

function createProblem(
  kind: ActionProblem['kind'],
  at: Path,
  source: ActionDocument | undefined,
  fields: Pick<ActionProblem, 'path' | 'key' | 'message'> & { suggestion?: string | null },
): ActionProblem {
  const offset = source === undefined ? null : offsetOf(source.document, at);
  const position = source === undefined || offset === null ? null : source.lines.linePos(offset);
  return {
    suggestion: null,
    ...fields,
    kind,
    line: position?.line ?? null,
    column: position?.col ?? null,
  };
}

/** Returns the offset of the last key in `path`; for a list entry, where the entry starts. */
function offsetOf(document: Document, path: Path): number | null {
  const parent = path.length <= 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent) && last !== undefined) {
    const pair = parent.items.find(({ key }) => isScalar(key) && String(key.value) === String(last));
    if (isNode(pair?.key)) return pair.key.range?.[0] ?? null;
  }
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}
