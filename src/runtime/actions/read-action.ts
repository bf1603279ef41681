import type { z } from 'zod';
import { type Document, LineCounter, parseDocument } from '../../libraries/yaml.ts';
import { Action } from '../../model/action.ts';
import { commandHint } from '../../model/command-hint.ts';
import { type ErrorCode, TroupeError } from '../../model/errors.ts';
import { describeIssue } from '../../model/schema-messages.ts';
import { type ActionProblem, toActionProblems } from './action-problems.ts';

/**
 * Parses an action from the text of a YAML (or JSON) file. `where` names the file in messages. All problems are found
 * at once: the first is the message, all are in `details.problems` with line and column.
 * @throws {TroupeError} UNKNOWN_KEY, INVALID_NAME, INVALID_ACTION
 */
export function readAction(text: string, where: string): Action {
  const { document, lines, value } = parseYaml(text, where);
  assertNoExtends(value, where);
  const parsed = Action.safeParse(value, { reportInput: true, error: describeIssue });
  if (parsed.success) return parsed.data;
  throw toActionError(toActionProblems(parsed.error, { document, lines }), where);
}

/** Checks an action given as an object. @throws {TroupeError} as readAction */
export function checkAction(value: unknown, where: string): Action {
  assertNoExtends(value, where);
  const parsed = Action.safeParse(value, { reportInput: true, error: describeIssue });
  if (parsed.success) return parsed.data;
  throw toActionError(toActionProblems(parsed.error), where);
}

/** Parses a part of an action: only its own keys, without defaults. @throws {TroupeError} as readAction */
export function readLayer(
  source: string | Record<string, unknown>,
  where: string,
  schema: z.ZodType,
): Record<string, unknown> {
  const text = typeof source === 'string' ? parseYaml(source, where) : undefined;
  const value: unknown = text === undefined ? source : text.value;
  const parsed = schema.safeParse(value, { reportInput: true, error: describeIssue });
  if (parsed.success) return value as Record<string, unknown>;
  throw toActionError(toActionProblems(parsed.error, text), where);
}

function parseYaml(text: string, where: string): { document: Document.Parsed; lines: LineCounter; value: unknown } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken === undefined) return { document, lines, value: resolveAliases(document, where) };
  const { line, col } = lines.linePos(broken.pos[0]);
  throw new TroupeError('INVALID_ACTION', `This is not YAML: ${broken.message}`, { where: `${where}:${line}:${col}` });
}

/** @throws {TroupeError} INVALID_ACTION for nested aliases that would exhaust memory */
function resolveAliases(document: Document.Parsed, where: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new TroupeError('INVALID_ACTION', 'Its aliases cannot be resolved', { where, cause });
  }
}

/** By now every base is merged into its action, or was not available. */
function assertNoExtends(value: unknown, where: string): void {
  if (typeof value !== 'object' || value === null || !('extends' in value)) return;
  throw new TroupeError('INVALID_ACTION', `It extends ${JSON.stringify(value.extends)}, which cannot be found`, {
    where,
    hints: [commandHint('action list'), commandHint('help action')],
  });
}

function toActionError(problems: [ActionProblem, ...ActionProblem[]], where: string): TroupeError {
  const [first, ...others] = problems;
  const rest =
    others.length === 0 ? '' : ` (and ${others.length} more ${others.length === 1 ? 'problem' : 'problems'})`;
  return new TroupeError(errorCodeFor(first), `${first.message}${rest}`, {
    where: first.line === null ? where : `${where}:${first.line}:${first.column}`,
    hints: [commandHint('help action')],
    details: { problems },
  });
}

function errorCodeFor(problem: ActionProblem): ErrorCode {
  if (problem.kind === 'unknown-key') return 'UNKNOWN_KEY';
  return problem.path === 'name' && problem.kind === 'invalid' ? 'INVALID_NAME' : 'INVALID_ACTION';
}
