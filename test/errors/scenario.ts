/** How each error comes about in real life, and how its hints are tried in that state. */
import { stripVTControlCharacters } from 'node:util';
import { main } from '../../src/cli/main.ts';
import type { Envelope } from '../../src/cli/output/envelope.ts';
import { type ErrorCode, TroupeError } from '../../src/index.ts';
import { formatHint } from '../../src/presentation/hints.ts';
import { runTroupeJson } from '../cli/run-command.ts';
import type { TestRepository } from '../cli/test-repository.ts';
import { createTerminal } from '../cli/test-terminal.ts';

export interface RaisedError {
  code: string | null;
  message: string;
  hints: readonly string[];
  /** Of the command that told it; an error of the library has none. */
  exitCode?: number;
}

export interface ErrorScenario {
  /** What is the case, as a sentence goes on after "when". */
  when: string;
  /** Brings it about in the project, and answers what was told of it. */
  raise(project: TestRepository): Promise<RaisedError>;
  /** Where it begins; made once for all that begin there. @default a repository with one commit of a.txt */
  initialState?: ProjectState;
  /** A project of its own, of another kind. */
  project?: () => TestRepository;
  /** Repairs from outside what a hint to try again counts on. Without it such a hint may find the same once more. */
  repair?(project: TestRepository): unknown;
  /** Ends what holds the state while hints are typed, such as another process. */
  release?(): Promise<void> | void;
  /** Where hints are typed. */
  env?(project: TestRepository): Record<string, string>;
  /** The state cannot be copied: hints are typed one after the other. @default false */
  runsOnce?: boolean;
  /** Commands in hints that find the same trouble again, because it lies outside and nothing repairs it here. */
  repeatsFor?: RegExp;
}

/** A state that several errors come about in. */
export interface ProjectState {
  name: string;
  make(project: TestRepository): Promise<unknown>;
}

export type ErrorScenarios = Partial<Record<ErrorCode, ErrorScenario>>;

/** The last error a command told, typed with nobody to ask. */
export async function errorOfCommand(project: TestRepository, words: string[]): Promise<RaisedError> {
  return errorOfEnvelope(await runTroupeJson(project, words));
}

export function errorOfEnvelope({ messages, exit_code }: Pick<Envelope, 'messages' | 'exit_code'>): RaisedError {
  const error = messages.filter(({ level }) => level === 'error').at(-1);
  if (error === undefined) return { code: null, message: '', hints: [], exitCode: exit_code };
  return { code: error.code, message: error.text, hints: error.hints.map(({ text }) => text), exitCode: exit_code };
}

/** The same of a command that a person typed at a terminal. */
export async function errorAtTerminal(
  project: TestRepository,
  words: string[],
  { answer = '', env = {} }: { answer?: string; env?: Record<string, string> } = {},
): Promise<RaisedError> {
  const io = createTerminal({ cwd: project.folder, env: { ...project.env, ...env }, tty: true });
  io.type(answer);
  const exitCode = await main(words, io);
  const shown = stripVTControlCharacters(io.err());
  const [, code = null, message = ''] = /error\[(\w+)\] (.*)$/m.exec(shown) ?? [];
  const hints = [...shown.matchAll(/^ {2}try: (.*?)(?: {2}# .*)?$/gm)].map(([, hint = '']) => hint);
  return { code, message, hints, exitCode };
}

/** The error that a call of the library ends in. */
export async function errorOfCall(call: () => unknown): Promise<RaisedError> {
  try {
    await call();
  } catch (error) {
    if (error instanceof Error && !TroupeError.is(error)) throw error;
    const { code, message, hints } = TroupeError.serialize(error);
    return { code, message, hints: hints.map(formatHint) };
  }
  return { code: null, message: '', hints: [] };
}
