import { Readable, Writable } from 'node:stream';
import { McpServer } from '@modelcontextprotocol/server';
import { StdioServerTransport, serveStdio } from '@modelcontextprotocol/server/stdio';
import { packageVersion } from '../../host.ts';
import type { CommandContext } from '../command.ts';
import type { OutputStream } from '../io.ts';
import { createSession, type Session } from './session.ts';
import { callTool } from './tool.ts';
import { tools } from './tools/index.ts';

const instructions = `Troupe lets coding agents work on this project in sandboxes, merges and checks their results, and changes the project only \
when a result is applied. Start a plan with plan_start, then call plan_wait until the plan needs you or is final. Each result lists the next calls \
in "next"; an entry with "command" is a command line that a person can run.`;

/**
 * Serves the tools on standard input and output. Resolves when the input has ended or the signal has come, and the project is
 * closed.
 */
export async function serveMcp(context: CommandContext, signal: AbortSignal): Promise<void> {
  await using session = createSession(context);
  const { stdin, stdout } = context.io;
  const ended = new Promise<void>(resolve => {
    for (const event of ['end', 'close', 'error']) stdin.once(event, () => resolve());
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const handle = serveStdio(() => createServer(session), {
    transport: new StdioServerTransport(inputOf(stdin), outputTo(stdout)),
    onerror: ({ message }) => context.log(message, 'warning'),
  });
  await ended;
  await handle.close();
}

function createServer(session: Session): McpServer {
  const server = new McpServer({ name: 'troupe', version: packageVersion() }, { instructions });
  for (const tool of tools) {
    const { name, description, input: inputSchema, annotations } = tool;
    server.registerTool(name, { description, inputSchema, annotations }, (input, { mcpReq }) =>
      callTool(tool, input, { session, signal: mcpReq.signal }),
    );
  }
  return server;
}

const inputOf = (input: NodeJS.ReadableStream): Readable =>
  input instanceof Readable ? input : new Readable().wrap(input);

function outputTo(output: OutputStream): Writable {
  return new Writable({
    decodeStrings: false,
    write(text: string, _, done) {
      output.write(text);
      done();
    },
  });
}
