/** How each fault comes about in real life, and how its hints are tried in that state. */
import { stripVTControlCharacters } from 'node:util';
import type { Envelope } from '../../src/cli/envelope.ts';
import { main } from '../../src/cli/main.ts';
import { Fault, type FaultCode } from '../../src/index.ts';
import type { Repository } from '../cli/repository.ts';
import { told } from '../cli/shell.ts';
import { terminal } from '../cli/terminal.ts';

export interface Raised {
  code: string | null;
  message: string;
  hints: readonly string[];
  /** Of the command that told it; a fault of the library has none. */
  exitCode?: number;
}

export interface Scenario {
  /** What is the case, as a sentence goes on after "when". */
  when: string;
  /** Brings it about in the project, and answers what was told of it. */
  raise(project: Repository): Promise<Raised>;
  /** Where it begins; made once for all that begin there. @default a repository with one commit of a.txt */
  begin?: State;
  /** A project of its own, of another kind. */
  project?: () => Repository;
  /** Repairs from outside what a hint to try again counts on. Without it such a hint may find the same once more. */
  repair?(project: Repository): unknown;
  /** Ends what holds the state while hints are typed, such as another process. */
  release?(): Promise<void> | void;
  /** Where hints are typed. */
  env?(project: Repository): Record<string, string>;
  /** The state cannot be copied: hints are typed one after the other. @default false */
  once?: boolean;
  /** Commands in hints that find the same trouble again, because it lies outside and nothing repairs it here. */
  meets?: RegExp;
}

/** A state that several faults come about in. */
export interface State {
  name: string;
  make(project: Repository): Promise<unknown>;
}

export type Scenarios = Partial<Record<FaultCode, Scenario>>;

/** The last error a command told, typed with nobody to ask. */
export async function raisedBy(project: Repository, words: string[]): Promise<Raised> {
  return raisedIn(await told(project, words));
}

export function raisedIn({ messages, exit_code }: Pick<Envelope, 'messages' | 'exit_code'>): Raised {
  const error = messages.filter(({ level }) => level === 'error').at(-1);
  if (error === undefined) return { code: null, message: '', hints: [], exitCode: exit_code };
  return { code: error.code, message: error.text, hints: error.hints, exitCode: exit_code };
}

/** The same of a command that a person typed at a terminal. */
export async function raisedAt(
  project: Repository,
  words: string[],
  { answer = '', env = {} }: { answer?: string; env?: Record<string, string> } = {},
): Promise<Raised> {
  const io = terminal({ cwd: project.folder, env: { ...project.env, ...env }, tty: true });
  io.type(answer);
  const exitCode = await main(words, io);
  const shown = stripVTControlCharacters(io.err());
  const [, code = null, message = ''] = /error\[(\w+)\] (.*)$/m.exec(shown) ?? [];
  const hints = [...shown.matchAll(/^ {2}try: (.*?)(?: {2}# .*)?$/gm)].map(([, hint = '']) => hint);
  return { code, message, hints, exitCode };
}

/** The fault that a call of the library ends in. */
export async function raisedFrom(call: () => unknown): Promise<Raised> {
  try {
    await call();
  } catch (thrown) {
    if (thrown instanceof Error && !Fault.is(thrown)) throw thrown;
    return Fault.store(thrown);
  }
  return { code: null, message: '', hints: [] };
}
