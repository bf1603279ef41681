/** How each error is raised, and how its hints are tested in that state. */
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
  /** Exit code of the command that reported it; an error of the library has none. */
  exitCode?: number;
}

export interface ErrorScenario {
  /** The condition, as a clause after "when". */
  when: string;
  /** Raises the error in the project, and returns what was reported. */
  raise(project: TestRepository): Promise<RaisedError>;
  /** The state before the error, shared by scenarios. @default a repository with one commit of a.txt */
  initialState?: ProjectState;
  /** A separate project of another kind. */
  project?: () => TestRepository;
  /** Removes the cause from outside, as a hint to try again expects. Without it such a hint may fail the same way. */
  repair?(project: TestRepository): unknown;
  /** The cause is gone before a person can type: it is removed before every hint. @default false */
  isMomentary?: boolean;
  /** Ends what keeps up the state while hints are typed, such as another process. */
  release?(): Promise<void> | void;
  /** The environment in which hints are typed. */
  env?(project: TestRepository): Record<string, string>;
  /** The state cannot be copied: hints are typed one after the other. @default false */
  runsOnce?: boolean;
  /** Commands in hints that fail the same way, because the cause is outside and is not removed here. */
  repeatsFor?: RegExp;
}

/** A state in which several errors are raised. */
export interface ProjectState {
  name: string;
  make(project: TestRepository): Promise<unknown>;
}

export type ErrorScenarios = Partial<Record<ErrorCode, ErrorScenario>>;

/** Runs a command without a terminal and returns its last error. */
export async function errorOfCommand(project: TestRepository, words: string[]): Promise<RaisedError> {
  return errorOfEnvelope(await runTroupeJson(project, words));
}

export function errorOfEnvelope({ messages, exit_code }: Pick<Envelope, 'messages' | 'exit_code'>): RaisedError {
  const error = messages.filter(({ level }) => level === 'error').at(-1);
  if (error === undefined) return { code: null, message: '', hints: [], exitCode: exit_code };
  return { code: error.code, message: error.text, hints: error.hints.map(({ text }) => text), exitCode: exit_code };
}

/** The same for a command typed at a terminal. */
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

/** Returns the error that a library call fails with. */
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
