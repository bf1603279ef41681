import { describeTool } from '../formats/describe-tool.ts';
import { isObject, objectsAt, stringAt } from '../formats/json-line.ts';

/** A tool call of an ACP agent, as far as the agent has described it. */
export interface AcpToolCall {
  /** What it does, in the words of the protocol; an unknown kind is `other`. */
  kind: string;
  title: string;
  /** Files that it is about, as the agent writes them. */
  paths: readonly string[];
  input: Record<string, unknown>;
}

const pathKeys = ['file_path', 'filePath', 'path', 'absolute_path', 'absolutePath', 'abs_path', 'notebook_path'];

/** Adds what a message says of a tool call to what is known. */
export function mergeToolCall(known: AcpToolCall | undefined, update: Record<string, unknown>): AcpToolCall {
  const input = isObject(update.rawInput) ? update.rawInput : (known?.input ?? {});
  const diffs = objectsAt(update, 'content').filter(({ type }) => type === 'diff');
  const named = [...objectsAt(update, 'locations'), ...diffs].flatMap(({ path }) =>
    typeof path === 'string' ? [path] : [],
  );
  const inInput = pathKeys.flatMap(key => stringAt(input, key) ?? []);
  const paths = [...(known?.paths ?? []), ...named, ...inInput];
  return {
    kind: stringAt(update, 'kind') ?? known?.kind ?? 'other',
    title: stringAt(update, 'title') ?? known?.title ?? '',
    paths: [...new Set(paths)],
    input,
  };
}

/** The command line of a call of kind `execute`. */
export function commandOf({ input, title }: AcpToolCall): string {
  const { command } = input;
  if (typeof command === 'string') return command;
  if (Array.isArray(command)) return command.join(' ');
  return title.replace(/^`+|`+$/g, '');
}

/** Describes a tool call in one line, such as "edits src/a.ts"; null while too little is known. */
export function describeAcpCall(call: AcpToolCall, directory: string): string | null {
  const { kind, title, paths, input } = call;
  const show = (name: string, about: Record<string, unknown>) => describeTool(name, about, directory);
  switch (kind) {
    case 'read':
    case 'edit':
    case 'delete':
    case 'move':
      return paths.length === 0 ? null : show(kind, { path: paths.join(', ') });
    case 'execute':
      return commandOf(call) === '' ? null : show('bash', { command: commandOf(call) });
    case 'search':
      return ['pattern', 'query', 'regex'].some(key => stringAt(input, key) !== null) ? show('search', input) : null;
    case 'fetch':
      return stringAt(input, 'url') === null ? null : show('fetch', input);
    default:
      return title === '' ? null : show(title, {});
  }
}
