import { LineCounter, parseDocument } from 'yaml';
import { Action } from '../model/action.ts';
import { Fault, type FaultCode } from '../model/fault.ts';
import { type Problem, problemsOf } from './action-problems.ts';

/**
 * An action from the text of a YAML (or JSON) file. `where` is how the file is called in messages.
 * Everything that is wrong is found at once: the first problem is the message, all of them are in `details.problems`
 * with their line and column.
 * @throws {Fault} UNKNOWN_KEY, INVALID_NAME, INVALID_ACTION
 */
export function readAction(text: string, where: string): Action {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const [broken] = document.errors;
  if (broken !== undefined) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new Fault('INVALID_ACTION', `This is not YAML: ${broken.message}`, { where: `${where}:${line}:${col}` });
  }
  const parsed = Action.safeParse(document.toJS(), { reportInput: true });
  if (parsed.success) return parsed.data;
  throw refusal(problemsOf(parsed.error, { document, lines }), where);
}

/** An action from an object that was never text. @throws {Fault} as readAction */
export function checkAction(value: unknown, where: string): Action {
  const parsed = Action.safeParse(value, { reportInput: true });
  if (parsed.success) return parsed.data;
  throw refusal(problemsOf(parsed.error), where);
}

function refusal(problems: [Problem, ...Problem[]], where: string): Fault {
  const [first, ...others] = problems;
  const rest =
    others.length === 0 ? '' : ` (and ${others.length} more ${others.length === 1 ? 'problem' : 'problems'})`;
  return new Fault(codeOf(first), `${first.message}${rest}`, {
    where: first.line === null ? where : `${where}:${first.line}:${first.column}`,
    hints: first.suggestion === null ? ['troupe help action'] : [`write ${first.suggestion} in place of ${first.key}`],
    details: { problems },
  });
}

function codeOf(problem: Problem): FaultCode {
  if (problem.kind === 'unknown-key') return 'UNKNOWN_KEY';
  return problem.path === 'name' && problem.kind === 'invalid' ? 'INVALID_NAME' : 'INVALID_ACTION';
}
