/** Checks one scenario: raises the error, and types each of its hints in that state. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { withDescription } from '../../src/cli/output/hints.ts';
import { type ErrorCode, errorCodes, hintsMax } from '../../src/index.ts';
import type { TestRepository } from '../cli/test-repository.ts';
import { type ShellResult, typeLine } from './run-shell-line.ts';
import type { ErrorScenario, ProjectState, RaisedError } from './scenario.ts';

/** Returns the problems of the error and its hints; none when all of them work. */
export async function checkScenario(
  code: ErrorCode,
  scenario: ErrorScenario,
  ground: ProjectSnapshots,
): Promise<string[]> {
  const { project } = ground;
  const raised = await scenario.raise(project);
  if (raised.code !== code) return [`reported as ${raised.code}: ${raised.message}`];
  const { exitCode } = errorCodes[code];
  const wrong = problemsOf(raised);
  if ((raised.exitCode ?? exitCode) !== exitCode) wrong.push(`exit code ${raised.exitCode}`);
  if (scenario.runsOnce !== true) ground.keep('raised');
  for (const [index, hint] of raised.hints.entries()) {
    if (index > 0 && scenario.runsOnce !== true) ground.restore('raised');
    if (scenario.isMomentary === true || expectsRepair(hint)) await scenario.repair?.(project);
    const end = await typeLine(project, hint, scenario.env?.(project));
    const refused = hintProblems(end, { hint, scenario, code });
    if (refused.length > 0) wrong.push([...refused, transcript(hint, raised, end)].join('\n'));
  }
  return wrong;
}

/** Parts of an error that are of no use to a person. */
function problemsOf({ message, hints }: RaisedError): string[] {
  const open =
    /(?<![$"\w])(?:FILE|NAME|TEXT|PATH|DIR|DIRECTORY|FOLDER|ANOTHER|SUBPLAN|BRANCH|VALUE|COMMIT|PLAN|ID)\b(?!=)|\w\|\w|\.\.\./;
  return [
    ...(hints.length < 1 || hints.length > hintsMax ? [`${hints.length} hints`] : []),
    ...(new Set(hints).size < hints.length ? ['a hint twice'] : []),
    ...hints.filter(hint => open.test(hint)).map(hint => `leaves something open: ${hint}`),
    ...hints.filter(hint => !withDescription(hint).includes('  # ')).map(hint => `does not say what it does: ${hint}`),
    ...(/Invalid input|expected (?:string|number|object)|ZodError|^fatal:|\n\s+at /m.test(message)
      ? [`raw words: ${message}`]
      : []),
  ];
}

/** Commands that continue a plan: whether they succeed depends on conditions outside of it. */
const continuesPlan = /^plan (execute|resume|apply)\b/;
const isDiagnostic = /^doctor\b/;

/** Whether the hint is to try again, or says what must happen first: the cause is removed before it is typed. */
function expectsRepair(hint: string): boolean {
  return (
    / {2}# once /.test(hint) ||
    /(?:^|&& )troupe (?:(?:-C|--store) \S+ )*(?:plan (?:execute|resume|apply)|run)\b/.test(hint)
  );
}

/** Why a hint does not do what it says; nothing when it does. */
function hintProblems(
  { code, typed, printed }: ShellResult,
  at: { hint: string; scenario: ErrorScenario; code: string },
): string[] {
  const { hint, scenario } = at;
  const bad = typed.filter(({ words, code, err }) => {
    if (code === 0) return false;
    const line = words.join(' ').replace(/^(?:(?:-C|--store) \S+ )*/, '');
    const found = /^error\[(\w+)\]/m.exec(stripVTControlCharacters(err))?.[1];
    if (scenario.repeatsFor?.test(line)) return false;
    if (isDiagnostic.test(line)) return found === undefined || found === 'USAGE';
    return !(
      continuesPlan.test(line) &&
      scenario.repair === undefined &&
      found === at.code &&
      categoryOf(found) !== 'usage'
    );
  });
  if (typed.length === 0 && code !== 0 && !scenario.repeatsFor?.test(hint)) return [`exit ${code}: ${printed}`];
  return bad.map(({ words, code }) => `exit ${code} of troupe ${words.join(' ')}`);
}

const categoryOf = (code: string) => (code in errorCodes ? errorCodes[code as ErrorCode].category : 'usage');

const transcript = (hint: string, raised: RaisedError, { typed, printed }: ShellResult) =>
  [
    raised.message,
    ...raised.hints.map(each => `  try: ${each}`),
    `$ ${hint}`,
    ...typed.map(({ out, err }) => out + err),
    printed,
  ].join('\n');

const copy = (from: string, to: string) => execFileSync('cp', ['-a', from, to]);

/** A project with its surroundings (home directory, sandboxes), and snapshots of it. */
export function createSnapshots(project: TestRepository) {
  const above = dirname(project.folder);
  const kept = new Set<string>();
  const at = (name: string) => `${above}.${name}`;
  const keep = (name: string) => {
    rmSync(at(name), { recursive: true, force: true });
    copy(above, at(name));
    kept.add(name);
  };
  const restore = (name: string) => {
    rmSync(above, { recursive: true, force: true });
    copy(at(name), above);
  };
  keep('new');
  return {
    project,
    keep,
    restore,
    /** Restores the new project, or the snapshot of the given state, which is made on first use. */
    async begin(state?: ProjectState): Promise<void> {
      restore(state !== undefined && kept.has(state.name) ? state.name : 'new');
      if (state === undefined || kept.has(state.name)) return;
      await state.make(project);
      keep(state.name);
    },
    remove() {
      for (const name of kept) rmSync(at(name), { recursive: true, force: true });
      project.remove();
    },
  };
}

export type ProjectSnapshots = ReturnType<typeof createSnapshots>;
