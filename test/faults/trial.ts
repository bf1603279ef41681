/** One scenario tried: the fault is brought about, and each of its hints is typed in that state. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { withWord } from '../../src/cli/hints.ts';
import { type FaultCode, faultTable, hintsMax } from '../../src/index.ts';
import type { Repository } from '../cli/repository.ts';
import type { Raised, Scenario, State } from './scenario.ts';
import { type ShellEnd, type } from './typed.ts';

/** What is wrong with the fault or its hints; nothing when all of them work. */
export async function trial(code: FaultCode, scenario: Scenario, ground: Ground): Promise<string[]> {
  const { project } = ground;
  const raised = await scenario.raise(project);
  if (raised.code !== code) return [`told as ${raised.code}: ${raised.message}`];
  const { exitCode } = faultTable[code];
  const wrong = wrongIn(raised);
  if ((raised.exitCode ?? exitCode) !== exitCode) wrong.push(`exit code ${raised.exitCode}`);
  if (scenario.once !== true) ground.keep('raised');
  for (const [index, hint] of raised.hints.entries()) {
    if (index > 0 && scenario.once !== true) ground.restore('raised');
    await scenario.repair?.(project);
    const end = await type(project, hint, scenario.env?.(project));
    const refused = refusedIn(end, { hint, scenario, code });
    if (refused.length > 0) wrong.push([...refused, transcript(hint, raised, end)].join('\n'));
  }
  return wrong;
}

/** What a fault says that a person cannot use. */
function wrongIn({ message, hints }: Raised): string[] {
  const open =
    /(?<![$"\w])(?:FILE|NAME|TEXT|PATH|DIR|DIRECTORY|FOLDER|ANOTHER|SUBPLAN|BRANCH|VALUE|COMMIT|PLAN|ID)\b(?!=)|\w\|\w|\.\.\./;
  return [
    ...(hints.length < 1 || hints.length > hintsMax ? [`${hints.length} hints`] : []),
    ...(new Set(hints).size < hints.length ? ['a hint twice'] : []),
    ...hints.filter(hint => open.test(hint)).map(hint => `leaves something open: ${hint}`),
    ...hints.filter(hint => !withWord(hint).includes('  # ')).map(hint => `does not say what it does: ${hint}`),
    ...(/Invalid input|expected (?:string|number|object)|ZodError|^fatal:|\n\s+at /m.test(message)
      ? [`raw words: ${message}`]
      : []),
  ];
}

/** Commands that go on with a plan: whether they come to a good end depends on what is outside of it. */
const goesOn = /^plan (execute|resume|apply)\b/;
const looksAtItself = /^doctor\b/;

/** Why a hint did not do what it says; nothing when it did. */
function refusedIn(
  { code, typed, printed }: ShellEnd,
  at: { hint: string; scenario: Scenario; code: string },
): string[] {
  const { hint, scenario } = at;
  const bad = typed.filter(({ words, code, err }) => {
    if (code === 0) return false;
    const line = words.join(' ').replace(/^(?:(?:-C|--store) \S+ )*/, '');
    const found = /^error\[(\w+)\]/m.exec(stripVTControlCharacters(err))?.[1];
    if (scenario.meets?.test(line)) return false;
    if (looksAtItself.test(line)) return found === undefined || found === 'USAGE';
    return !(goesOn.test(line) && scenario.repair === undefined && found === at.code && categoryOf(found) !== 'usage');
  });
  if (typed.length === 0 && code !== 0 && !scenario.meets?.test(hint)) return [`exit ${code}: ${printed}`];
  return bad.map(({ words, code }) => `exit ${code} of troupe ${words.join(' ')}`);
}

const categoryOf = (code: string) => (code in faultTable ? faultTable[code as FaultCode].category : 'usage');

const transcript = (hint: string, raised: Raised, { typed, printed }: ShellEnd) =>
  [
    raised.message,
    ...raised.hints.map(each => `  try: ${each}`),
    `$ ${hint}`,
    ...typed.map(({ out, err }) => out + err),
    printed,
  ].join('\n');

const copy = (from: string, to: string) => execFileSync('cp', ['-a', from, to]);

/** A project with all beside it (the home of the person, sandboxes), as it is and as it was at moments that are kept. */
export function groundFor(project: Repository) {
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
    /** As it was when it was new, or when that state was first made. */
    async begin(state?: State): Promise<void> {
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

export type Ground = ReturnType<typeof groundFor>;
