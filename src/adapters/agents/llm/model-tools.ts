/** The tools of a model: those of every agent, as far as its role may use them, under names that all providers accept. */
import * as z from 'zod';
import { asksPeople } from '../../../model/agent.ts';
import { isReadOnlyRole } from '../../../model/read-only-role.ts';
import { CommitMessage } from '../../../model/review.ts';
import { truncateEnd, truncateStart } from '../../../model/truncate.ts';
import type { AgentTask } from '../../../ports/agent.ts';
import { ServerToolOutput } from '../../mcp/server-tool.ts';
import { modelToolName } from '../../mcp/tool-name.ts';
import { builtinTools } from '../../tools/builtin.ts';
import { createDecisionRecorder, parseAgentMessage } from '../decision-recorder.ts';
import { type DecisionTool, decisionTools } from '../decision-tools.ts';

export interface ModelTool extends DecisionTool {
  /** Returns the result as the model reads it. */
  call(input: Record<string, unknown>): Promise<string>;
}

export interface ModelTools {
  tools: readonly ModelTool[];
  /** The commit message that the model gave; null if it gave none. */
  readonly message: CommitMessage | null;
}

/** Limits of what one call returns, unless the model asks for more: a file of data would fill its context. */
const readBytes = 48_000;
const entriesMax = 500;
const matchesMax = 100;
const charactersMax = 60_000;

const fileTools: readonly { name: string; tool: string; description: string; defaults?: Record<string, unknown> }[] = [
  {
    ...{ name: 'read', tool: 'builtin/read', defaults: { bytesMax: readBytes } },
    description: `Read a file: at most bytesMax bytes (default ${readBytes}) from the byte offset.`,
  },
  {
    ...{ name: 'list', tool: 'builtin/list', defaults: { entriesMax } },
    description: 'List the files and folders at path; with recursive those below it too, with glob only matching ones.',
  },
  {
    ...{ name: 'search', tool: 'builtin/search', defaults: { matchesMax } },
    description: 'Find lines that contain a text, literally, in the files at path; with glob only in matching files.',
  },
  { name: 'write', tool: 'builtin/write', description: 'Write a whole file. Its folders are made.' },
  {
    ...{ name: 'edit', tool: 'builtin/edit' },
    description: 'Replace the text find in a file. It must occur exactly once; with all, every occurrence is replaced.',
  },
  {
    ...{ name: 'delete', tool: 'builtin/delete' },
    description: 'Delete a file, or with recursive a folder and all in it.',
  },
  {
    ...{ name: 'run', tool: 'builtin/run' },
    description: 'Run a program in the project without a shell, and read the end of its output.',
  },
  {
    ...{ name: 'checkpoint', tool: 'system/create_checkpoint' },
    description: 'Save the work so far under a label, to which a person can go back.',
  },
];

const readOnlyTools = new Set(['read', 'list', 'search']);

export function createModelTools(task: AgentTask): ModelTools {
  const { role, plan } = task;
  const inputs = new Map(builtinTools({ env: {} }).map(({ name, input }) => [name, input]));
  const recorder = createDecisionRecorder(task);
  const files = fileTools
    .filter(({ name }) => !isReadOnlyRole(role) || readOnlyTools.has(name))
    .filter(({ name }) => name !== 'checkpoint' || role === 'execution')
    .map(
      ({ name, tool, description, defaults }): ModelTool => ({
        ...{ name, description, input: withDefaults(inputs.get(tool), defaults) },
        call: async input => resultText(name, await task.call(tool, { ...defaults, ...input })),
      }),
    );
  const recording = (tool: DecisionTool, record: (input: unknown) => Promise<string>): ModelTool => ({
    ...tool,
    call: async input => JSON.stringify({ recorded: await record(input) }),
  });
  const question: ModelTool = {
    ...decisionTools.question,
    call: async input => JSON.stringify(await task.call('builtin/ask-person', input)),
  };
  const decisions = [
    ...(asksPeople(role) ? [question] : []),
    ...(role === 'strategy' || role === 'execution' ? [recording(decisionTools.decide, recorder.decide)] : []),
    ...((role === 'strategy' || role === 'execution') && plan.depth < plan.depthMax
      ? [recording(decisionTools.subplan, recorder.subplan)]
      : []),
    ...(role === 'review' ? [recording(decisionTools.finding, recorder.finding)] : []),
  ];
  const served = (task.tools ?? []).map(
    ({ name, description, input }): ModelTool => ({
      ...{ name: modelToolName(name), description, input },
      call: async given => truncateEnd(ServerToolOutput.parse(await task.call(name, given)).text, charactersMax),
    }),
  );
  let message: CommitMessage | null = null;
  const commitMessage: ModelTool = {
    name: 'commit_message',
    description: 'Give the message of the commit.',
    input: CommitMessage,
    async call(input) {
      message = parseAgentMessage(CommitMessage, input, 'message');
      return 'Taken.';
    },
  };
  return {
    tools: [...files, ...decisions, ...served, ...(role === 'apply' ? [commitMessage] : [])],
    get message() {
      return message;
    },
  };
}

/** The input with the defaults that are in force for a model. */
function withDefaults(input: z.ZodType | undefined, defaults: Record<string, unknown> = {}): z.ZodType {
  if (!(input instanceof z.ZodObject)) return input ?? z.never();
  const changed = Object.entries(defaults).map(([name, value]) => {
    const field: unknown = input.shape[name];
    return [name, field instanceof z.ZodType ? field.default(value) : z.never()];
  });
  return input.extend(Object.fromEntries(changed));
}

const ReadResult = z.object({ content: z.string(), encoding: z.string(), bytes: z.number(), truncated: z.boolean() });
const RunResult = z.object({ exitCode: z.number().nullable(), signal: z.string().nullable(), output: z.string() });

/** A file and the output of a program as they are, everything else as JSON. */
function resultText(name: string, result: unknown): string {
  if (name === 'run') {
    const { exitCode, signal, output } = RunResult.parse(result);
    const end = exitCode === null ? `ended by ${signal}` : `exit code ${exitCode}`;
    return `${end}\n${truncateStart(output, charactersMax)}`;
  }
  if (name !== 'read') return truncateEnd(JSON.stringify(result), charactersMax);
  const { content, encoding, bytes, truncated } = ReadResult.parse(result);
  if (encoding !== 'utf8') return `This is no text; it has ${bytes} bytes.`;
  return truncated ? `${content}\n[There is more: the file has ${bytes} bytes.]` : content;
}
