import { type Document, LineCounter, parseDocument } from 'yaml';
import type { z } from 'zod';
import { Action } from '../model/action.ts';
import { Fault, type FaultCode } from '../model/fault.ts';
import { inWords } from '../model/issue-words.ts';
import { type Problem, problemsOf } from './action-problems.ts';

/**
 * An action from the text of a YAML (or JSON) file. `where` is how the file is called in messages.
 * Everything that is wrong is found at once: the first problem is the message, all of them are in `details.problems`
 * with their line and column.
 * @throws {Fault} UNKNOWN_KEY, INVALID_NAME, INVALID_ACTION
 */
export function readAction(text: string, where: string): Action {
  const { document, lines, value } = read(text, where);
  refuseBase(value, where);
  const parsed = Action.safeParse(value, { reportInput: true, error: inWords });
  if (parsed.success) return parsed.data;
  throw refusal(problemsOf(parsed.error, { document, lines }), where);
}

/** An action from an object that was never text. @throws {Fault} as readAction */
export function checkAction(value: unknown, where: string): Action {
  refuseBase(value, where);
  const parsed = Action.safeParse(value, { reportInput: true, error: inWords });
  if (parsed.success) return parsed.data;
  throw refusal(problemsOf(parsed.error), where);
}

/** Part of an action, as it was written: only what it says itself, nothing by default. @throws {Fault} as readAction */
export function readLayer(
  source: string | Record<string, unknown>,
  where: string,
  schema: z.ZodType,
): Record<string, unknown> {
  const text = typeof source === 'string' ? read(source, where) : undefined;
  const value: unknown = text === undefined ? source : text.value;
  const parsed = schema.safeParse(value, { reportInput: true, error: inWords });
  if (parsed.success) return value as Record<string, unknown>;
  throw refusal(problemsOf(parsed.error, text), where);
}

function read(text: string, where: string): { document: Document.Parsed; lines: LineCounter; value: unknown } {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken === undefined) return { document, lines, value: resolved(document, where) };
  const { line, col } = lines.linePos(broken.pos[0]);
  throw new Fault('INVALID_ACTION', `This is not YAML: ${broken.message}`, { where: `${where}:${line}:${col}` });
}

/** @throws {Fault} INVALID_ACTION where aliases of aliases would fill the memory */
function resolved(document: Document.Parsed, where: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new Fault('INVALID_ACTION', 'Its aliases cannot be resolved', { where, cause });
  }
}

/** Here every base is in its action already, or was not to be had. */
function refuseBase(value: unknown, where: string): void {
  if (typeof value !== 'object' || value === null || !('extends' in value)) return;
  throw new Fault('INVALID_ACTION', `It extends ${JSON.stringify(value.extends)}, which is not to be had here`, {
    where,
    hints: ['troupe action list', 'troupe help action'],
  });
}

function refusal(problems: [Problem, ...Problem[]], where: string): Fault {
  const [first, ...others] = problems;
  const rest =
    others.length === 0 ? '' : ` (and ${others.length} more ${others.length === 1 ? 'problem' : 'problems'})`;
  return new Fault(codeOf(first), `${first.message}${rest}`, {
    where: first.line === null ? where : `${where}:${first.line}:${first.column}`,
    hints: ['troupe help action'],
    details: { problems },
  });
}

function codeOf(problem: Problem): FaultCode {
  if (problem.kind === 'unknown-key') return 'UNKNOWN_KEY';
  return problem.path === 'name' && problem.kind === 'invalid' ? 'INVALID_NAME' : 'INVALID_ACTION';
}
