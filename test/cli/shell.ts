import { Envelope } from '../../src/cli/envelope.ts';
import { main } from '../../src/cli/main.ts';
import { dataSchemas } from '../../src/cli/schemas.ts';
import type { Repository } from './repository.ts';
import { type Terminal, type TerminalOptions, terminal } from './terminal.ts';

export interface Done {
  code: number;
  out: string;
  err: string;
}

/** Types one command in a project's folder, in this process, and waits for its end. */
export async function troupe(project: Repository, words: string[], options: TerminalOptions = {}): Promise<Done> {
  const io = terminal({ cwd: project.folder, env: project.env, ...options });
  const code = await main(words, io);
  return { code, out: io.out(), err: io.err() };
}

/** The same, not waited for: a test acts at the terminal meanwhile. */
export function begin(
  project: Repository,
  words: string[],
  options: TerminalOptions = {},
): { io: Terminal; done: Promise<number> } {
  const io = terminal({ cwd: project.folder, env: project.env, ...options });
  return { io, done: main(words, io) };
}

/** What a command tells machines: its envelope, held to the schemas that are published. */
export async function told(
  project: Repository,
  words: string[],
): Promise<Envelope & { data: Record<string, unknown> }> {
  const { out, code } = await troupe(project, [...words, '--json']);
  // What comes as objects of its own, line by line, has the envelope for its last.
  const isLines = out.startsWith('{"type":"hello"');
  const { type: _, ...last } = JSON.parse(isLines ? (out.trimEnd().split('\n').at(-1) ?? '') : out) as Record<
    string,
    unknown
  >;
  const envelope = Envelope.parse(last);
  if (envelope.exit_code !== code) throw new Error(`exits with ${code} and says ${envelope.exit_code}`);
  const schema = dataSchemas[envelope.command];
  if (schema === undefined) throw new Error(`no schema for ${envelope.command}`);
  if (envelope.data !== null) schema.parse(envelope.data);
  return { ...envelope, data: envelope.data ?? {} };
}
