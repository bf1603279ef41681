/** A tool of a server of the Model Context Protocol, as agents call it. */
import * as z from 'zod';
import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { SideEffect } from '../../model/tool.ts';
import { truncateEnd } from '../../model/truncate.ts';
import type { Tool } from '../../ports/tool.ts';

/** A tool as its server describes it. */
export interface ServerTool {
  name: string;
  description?: string | undefined;
  inputSchema: Record<string, unknown>;
  annotations?: { readOnlyHint?: boolean | undefined } | undefined;
}

export interface ServerToolOptions {
  /** The name of the server. */
  server: string;
  /** Whether it runs as a program in the sandbox, where it can write files. */
  isProgram: boolean;
  call(name: string, input: Record<string, unknown>, signal: AbortSignal): Promise<unknown>;
}

const charactersMax = 1_000_000;

const Piece = z.looseObject({
  type: z.string(),
  text: z.string().optional(),
  mimeType: z.string().optional(),
  uri: z.string().optional(),
  resource: z.looseObject({ text: z.string().optional(), uri: z.string().optional() }).optional(),
});
const Result = z.looseObject({
  content: z.array(Piece).default([]),
  structuredContent: z.record(z.string(), z.unknown()).optional(),
  isError: z.boolean().optional(),
});

export const ServerToolOutput = z.strictObject({
  /** What a model reads. */
  text: z.string(),
  /** The same as data, if the server sends it. */
  data: z.record(z.string(), z.unknown()).optional(),
});
export type ServerToolOutput = z.infer<typeof ServerToolOutput>;

/** A tool that its server does not annotate as reading only counts as one that runs programs. */
export function createServerTool(described: ServerTool, options: ServerToolOptions): Tool {
  const { server, isProgram, call } = options;
  const name = `mcp/${server}/${described.name}`;
  const changing: SideEffect[] = isProgram ? ['run_process', 'write_files'] : ['run_process'];
  const { $schema: _, $id: __, id: ___, ...schema } = described.inputSchema;
  return {
    name,
    // A profile can name all tools of a server.
    aliases: [`mcp/${server}`],
    description: described.description ?? '',
    // The server checks the input; its schema is for models.
    input: z.looseObject({}).meta(schema),
    output: ServerToolOutput,
    sideEffects: described.annotations?.readOnlyHint === true ? ['read_files'] : changing,
    async run(input, { signal }) {
      const { content, structuredContent, isError } = Result.parse(
        await call(described.name, input as Record<string, unknown>, signal),
      );
      const text = truncateEnd(content.map(describePiece).join('\n'), charactersMax);
      if (isError) throw toolFailedError(name, text);
      return { text, ...(structuredContent !== undefined && { data: structuredContent }) };
    },
  };
}

export function toolFailedError(tool: string, message: string, cause?: unknown): TroupeError {
  return new TroupeError('TOOL_FAILED', `${tool}: ${message === '' ? 'it failed' : message}`, {
    where: tool,
    hints: [commandHint('plan logs')],
    cause,
  });
}

/** Models get text: anything else is named. */
function describePiece({ type, text, mimeType, uri, resource }: z.infer<typeof Piece>): string {
  const words = text ?? resource?.text;
  if (words !== undefined) return words;
  const about = [mimeType, uri ?? resource?.uri].filter(each => each !== undefined);
  return `[${[type, ...about].join(' ')}]`;
}
