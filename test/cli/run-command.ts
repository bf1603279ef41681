import { main } from '../../src/cli/main.ts';
import { Envelope } from '../../src/cli/output/envelope.ts';
import { dataSchemas } from '../../src/cli/schemas/index.ts';
import type { TestRepository } from './test-repository.ts';
import { createTerminal, type TestTerminal, type TestTerminalOptions } from './test-terminal.ts';

export interface CommandResult {
  code: number;
  out: string;
  err: string;
}

/** Types one command in a project's folder, in this process, and waits for its end. */
export async function runTroupe(
  project: TestRepository,
  args: string[],
  options: TestTerminalOptions = {},
): Promise<CommandResult> {
  const io = createTerminal({ cwd: project.folder, env: project.env, ...options });
  const code = await main(args, io);
  return { code, out: io.out(), err: io.err() };
}

/** The same without waiting, so that a test can act at the terminal. */
export function startTroupe(
  project: TestRepository,
  args: string[],
  options: TestTerminalOptions = {},
): { io: TestTerminal; done: Promise<number> } {
  const io = createTerminal({ cwd: project.folder, env: project.env, ...options });
  return { io, done: main(args, io) };
}

/** The JSON envelope that a command prints, validated against the published schemas. */
export async function runTroupeJson(
  project: TestRepository,
  args: string[],
): Promise<Envelope & { data: Record<string, unknown> }> {
  const { out, code } = await runTroupe(project, [...args, '--json']);
  // When a command prints objects line by line, the last one is the envelope.
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
