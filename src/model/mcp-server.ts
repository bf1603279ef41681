import * as z from 'zod';
import { namesIn } from './mcp-variables.ts';

/** Names of headers and variables whose value is a secret. */
const secretNamePattern = /auth|cookie|credential|key|passw|secret|token/i;

/** How the value of a variable is written. */
const variable = (name: string) => `\${${name}}`;

const isOwnSecret = ([name, value]: [string, string]) =>
  secretNamePattern.test(name) && value !== '' && namesIn(value).length === 0;

/** @returns values that come from environment variables, where their name says that they are secret */
const values = (where: string) =>
  z
    .record(z.string().min(1), z.string())
    .optional()
    .refine(given => !Object.entries(given ?? {}).some(isOwnSecret), {
      error: `a secret in ${where} is named as \${VARIABLE}, and never written here`,
    });

/** A server of the Model Context Protocol, in the shape of `.mcp.json`: a program, or an address. */
export const McpServer = z
  .strictObject({
    type: z
      .enum(['stdio', 'http'])
      .optional()
      .meta({ description: 'How it is reached. Left out: by `command` or `url`.', examples: ['http'] }),
    command: z
      .string()
      .min(1)
      .optional()
      .meta({ description: 'Program that speaks the protocol over its standard streams.', examples: ['npx'] }),
    args: z
      .array(z.string())
      .optional()
      .meta({ description: 'Its arguments.', examples: [['-y', '@example/mcp-server']] }),
    env: values('env').meta({
      description: `Its environment variables. \`${variable('NAME')}\` is the value of a variable of yours.`,
      examples: [{ GITHUB_TOKEN: variable('GITHUB_TOKEN') }],
    }),
    url: z
      .string()
      .min(1)
      .optional()
      .meta({
        description: 'Address of a server that speaks the protocol over HTTP.',
        examples: ['https://example.com/mcp'],
      }),
    headers: values('headers').meta({
      description: `Headers of each request. \`${variable('NAME')}\` is the value of a variable of yours.`,
      examples: [{ Authorization: `Bearer ${variable('DOCS_TOKEN')}` }],
    }),
  })
  .superRefine(({ type, command, args, env, url, headers }, context) => {
    const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    if ((command === undefined) === (url === undefined)) wrong('command', 'a server has either a command or a url');
    else if (url === undefined && (type === 'http' || headers !== undefined)) wrong('url', 'is required for http');
    else if (command === undefined && (type === 'stdio' || args !== undefined || env !== undefined))
      wrong('command', 'is required for args, env and the type stdio');
  });
export type McpServer = z.infer<typeof McpServer>;

/** Servers by name. The name is a part of the names of their tools. */
export const McpServers = z
  .record(z.string().regex(/^[A-Za-z][\w-]{0,31}$/, 'a letter, then at most 31 letters, digits, _ or -'), McpServer)
  .meta({
    description:
      'Servers of the Model Context Protocol whose tools the agent gets, by name. A tool is called `mcp/SERVER/TOOL`.',
    examples: [{ docs: { command: 'npx', args: ['-y', '@example/mcp-server'] } }],
  });
export type McpServers = z.infer<typeof McpServers>;
