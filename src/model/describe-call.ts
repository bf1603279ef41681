/** Describes tool calls as text for the person who approves them. */

const charactersMax = 400;

/** Returns `run npm install`, `write src/a.ts`, `call my/tool {"a":1}`: at most 400 characters. */
export function describeToolCall(tool: string, input: unknown): string {
  const fields = typeof input === 'object' && input !== null ? (input as Readonly<Record<string, unknown>>) : {};
  const text = describeBuiltin(tool, fields) ?? `call ${tool} ${JSON.stringify(input) ?? ''}`.trimEnd();
  return text.length <= charactersMax ? text : `${text.slice(0, charactersMax - 1)}…`;
}

function describeBuiltin(tool: string, { argv, path, goal }: Readonly<Record<string, unknown>>): string | null {
  if (tool === 'builtin/run' && Array.isArray(argv))
    return `run ${argv.map(word => quoteArgument(String(word))).join(' ')}`;
  const verb = { 'builtin/write': 'write', 'builtin/edit': 'edit', 'builtin/delete': 'delete' }[tool];
  if (verb !== undefined && typeof path === 'string') return `${verb} ${path}`;
  if (tool === 'builtin/plan-subplan' && typeof goal === 'string') return `plan the subplan "${goal}"`;
  return null;
}

/** Quotes an argument as typed in a shell. */
export const quoteArgument = (word: string): string =>
  /^[\w./@:=,%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
