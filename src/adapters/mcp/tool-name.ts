import { createHash } from 'node:crypto';

/** Providers accept names of at most 64 of these characters; agents put the name of the task's server before it. */
const charactersMax = 48;

/** Returns the name under which models know a tool of a server: `mcp/github/get.issue` is `github__get_issue`. */
export function modelToolName(tool: string): string {
  const [, server = '', ...rest] = tool.split('/');
  const name = `${server}__${rest.join('_')}`.replaceAll(/[^\w-]/g, '_');
  if (name.length <= charactersMax) return name;
  const digest = createHash('sha256').update(tool).digest('hex').slice(0, 8);
  return `${name.slice(0, charactersMax - digest.length - 1)}_${digest}`;
}
