/**
 * What the stub of the model APIs answers to real agents. It does what the last message of the user asks for, with the tools that the
 * agent offers, each by the name and with the input that this agent gives it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { StubReply, StubRequest } from '../adapters/agents/llm/model-api.ts';

/** One answer of the model. */
interface Step {
  text?: string;
  /** Writes a file with a tool of the agent. */
  write?: string;
  /** Runs a line of shell with a tool of the agent. */
  shell?: string;
  /** Calls a tool of the task. */
  tool?: readonly [name: string, input: object];
  /** Asks the agent for tools that it does not offer yet. */
  search?: string;
}

type Input = (path: string, folder: string) => object;

const contentOf = (path: string) => `${path}\n`;
const writeInShell = (path: string) => `mkdir -p "$(dirname ${path})" && echo '${path}' > ${path}`;

/** Tools that write a file, in the order in which they are preferred. */
const writers: Readonly<Record<string, Input>> = {
  Write: (path, folder) => ({ file_path: join(folder, path), content: contentOf(path) }),
  write: (path, folder) => ({
    filePath: join(folder, path),
    path: join(folder, path),
    content: contentOf(path),
  }),
  write_file: (path, folder) => ({ file_path: join(folder, path), content: contentOf(path) }),
  create: (path, folder) => ({ path: join(folder, path), file_text: contentOf(path) }),
  write_to_file: (path, folder) => ({ path: join(folder, path), content: contentOf(path) }),
  editor: (path, folder) => ({
    command: 'create',
    path: join(folder, path),
    file_text: contentOf(path),
    new_text: contentOf(path),
  }),
};

const shells: Readonly<Record<string, (line: string) => object>> = {
  Bash: command => ({ command, description: 'Run' }),
  bash: command => ({ command, description: 'Run' }),
  run_shell_command: command => ({ command, description: 'Run', is_background: false }),
  exec_command: cmd => ({ cmd }),
  shell_command: command => ({ command }),
  run_commands: command => ({ commands: [command] }),
  execute_command: command => ({ command, requires_approval: false }),
};

/**
 * Answers for one kind of goal: see {@link stepsFor}.
 * @param mayWait whether it waits in a program when it is asked to, also when it begins again
 */
export function answer(request: StubRequest, mayWait = true): StubReply {
  const { asked, answered } = conversationOf(request.body);
  // Without a tool for it a model cannot do a step: it goes on with the next.
  const isPossible = (step: Step) =>
    (step.write ?? step.shell ?? step.tool ?? step.search) === undefined || callFor(step, request) !== null;
  const steps = stepsFor(asked, { answered: personsAnswer(request), mayWait }).filter(isPossible);
  const isAside = request.tools.length === 0;
  const step = isAside ? { text: 'A title' } : (steps[Math.min(answered, steps.length - 1)] ?? {});
  const call = callFor(step, request);
  return { ...(step.text !== undefined && { text: step.text }), ...(call && { calls: [call] }) };
}

const subplans = ['a', 'b', 'c'].map(key =>
  JSON.stringify({ subplan: { key, goal: `Write part ${key}`, resourceScopes: [key] } }),
);
const decision = JSON.stringify({ decision: { question: 'How?', choose: 'By folder', confidence: 0.9 } });

/** What the person answered to the question of the agent; null before that. */
const personsAnswer = ({ body }: StubRequest) =>
  /\\?"answer\\?":\s*\\?"(left|right)/.exec(JSON.stringify(body).replaceAll('\\\\', '\\'))?.[1] ?? null;

/** Some agents offer a tool of a server only after the model has searched for it. */
const reveal = (...names: string[]): Step => ({
  search: `select:${names.map(name => `mcp__troupe__${name}`).join(',')}`,
});

const toolSteps: readonly Step[] = [
  reveal('decide', 'plan_subplan'),
  { tool: ['decide', { question: 'How?', choose: 'By folder', confidence: 0.9 }] },
  ...['a', 'b', 'c'].map(
    (key): Step => ({ tool: ['plan_subplan', { key, goal: `Write part ${key}`, resourceScopes: [key] }] }),
  ),
];

/** What the model does for a prompt of Troupe. */
function stepsFor(asked: string, { answered, mayWait }: { answered: string | null; mayWait: boolean }): Step[] {
  if (/decide how to reach the goal/.test(asked) && /with the tools/.test(asked))
    return [...toolSteps, { text: 'Planned.' }];
  if (/Ask which folder/.test(asked)) {
    const question: Step = { tool: ['ask_person', { question: 'Which folder?', choices: ['left', 'right'] }] };
    return [reveal('ask_person'), question, { write: `${answered ?? 'none'}/made.txt` }, { text: 'Done.' }];
  }
  const part = /# Goal\nWrite part (\w)/.exec(asked)?.[1];
  if (/decide how to reach the goal/.test(asked)) {
    const plan = { text: [decision, ...subplans].join('\n') };
    // A model that does not obey: it writes although the prompt says to change nothing.
    return [{ text: 'I look around.', write: 'forbidden.txt' }, { shell: 'echo x > forbidden.txt' }, plan];
  }
  if (/# Problem/.test(asked)) return [{ write: 'fixed.txt' }, { text: 'Fixed.' }];
  if (mayWait && /Wait in a program/.test(asked) && !/was interrupted/.test(asked)) {
    const line = 'setsid sleep 7777 >/dev/null 2>&1 & sleep 600';
    return [{ text: 'I begin.', write: 'begun.txt' }, { shell: line }, { text: 'Over.' }];
  }
  if (part !== undefined) return [{ write: `${part}/done.txt` }, { text: `Part ${part} is done.` }];
  if (/Other agents do the subplans/.test(asked)) return [{ text: 'Nothing is left to do.' }];
  return [{ text: 'I will write the file.', write: 'made.txt' }, { text: 'Done.' }];
}

function callFor(
  { write, shell, tool, search }: Step,
  { tools, body }: StubRequest,
): { name: string; input: object } | null {
  if (search !== undefined)
    return tools.includes('tool_search') ? { name: 'tool_search', input: { query: search } } : null;
  if (tool !== undefined) {
    const [name, input] = tool;
    const offered = tools.find(each => /troupe/.test(each) && each.endsWith(name));
    return offered === undefined ? null : { name: offered, input };
  }
  const folder = folderIn(JSON.stringify(body));
  // `create` of GitHub Copilot CLI makes no folders.
  const canWrite = (name: string) => name !== 'create' || write?.includes('/') !== true;
  const writer = Object.keys(writers).find(name => tools.includes(name) && canWrite(name));
  const runner = Object.keys(shells).find(name => tools.includes(name));
  if (write !== undefined && writer !== undefined)
    return { name: writer, input: writers[writer]?.(write, folder) ?? {} };
  const line = shell ?? (write === undefined ? undefined : writeInShell(write));
  if (line === undefined || runner === undefined) return null;
  return { name: runner, input: shells[runner]?.(line) ?? {} };
}

/** The folder of the agent: agents name it in their instructions. */
function folderIn(text: string): string {
  const paths = text.match(/\/[^"\\\s<>`,'():]+/g) ?? [];
  const isSandbox = (path: string) => path.includes('/troupe/') && existsSync(join(path, '.git'));
  return [...new Set(paths.map(path => path.replace(/[./]+$/, '')))].find(isSandbox) ?? '.';
}

interface Piece {
  type?: string;
  text?: string;
  content?: unknown;
  functionResponse?: unknown;
}
interface Message extends Piece {
  role?: string;
  content?: string | Piece[];
  parts?: Piece[];
}

/** What the user asked last, and how many results of calls follow it. */
function conversationOf(body: Record<string, unknown>): { asked: string; answered: number } {
  const messages = [body.messages ?? body.input ?? body.contents ?? []].flat() as Message[];
  const piecesOf = ({ content, parts }: Message) =>
    parts ?? (Array.isArray(content) ? content : [{ text: content ?? '' }]);
  const isResult = (message: Message) =>
    message.role === 'tool' ||
    message.type?.endsWith('_output') === true ||
    piecesOf(message).some(({ type, functionResponse }) => type === 'tool_result' || functionResponse !== undefined);
  const textOf = (message: Message) =>
    piecesOf(message)
      .map(({ text }) => text ?? '')
      .join('\n');
  const isPrompt = (message: Message) =>
    message.role === 'user' && !isResult(message) && /# (Goal|Continue)\n/.test(textOf(message));
  const at = messages.findLastIndex(isPrompt);
  return { asked: at < 0 ? '' : textOf(messages[at] ?? {}), answered: messages.slice(at + 1).filter(isResult).length };
}
