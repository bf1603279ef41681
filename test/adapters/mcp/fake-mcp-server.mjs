#!/usr/bin/env node
/** An MCP server over standard streams. `search` only reads, as its annotation says; of the others nothing is known. */
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { McpServer } from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import * as z from 'zod';

if (process.argv[2] === 'broken') {
  process.stderr.write('There is no database\n');
  process.exit(3);
}

const text = words => ({ content: [{ type: 'text', text: words }] });
serveStdio(() => {
  const server = new McpServer({ name: 'fake', version: '1.0.0' });
  const add = (name, run, more = {}) => server.registerTool(name, { description: `Does ${name}`, ...more }, run);
  add('search', ({ query }) => text(`found ${query}`), {
    inputSchema: z.object({ query: z.string() }),
    annotations: { readOnlyHint: true },
  });
  const note = ({ words }) => {
    writeFileSync('note.txt', words);
    return text('noted');
  };
  add('note', note, { inputSchema: z.object({ words: z.string() }) });
  add('secret', () => text(`the token is ${process.env.DOCS_TOKEN}`), { annotations: { readOnlyHint: true } });
  add('fail', () => ({ ...text('it is closed'), isError: true }), { annotations: { readOnlyHint: true } });
  add('about', () => text([process.argv.slice(2).join(' '), process.env.WORD ?? ''].join('|')));
  add('picture', () => ({ content: [{ type: 'image', mimeType: 'image/png', data: 'AAAA' }] }));
  add('die', () => {
    process.stderr.write('Out of memory\n');
    process.exit(9);
  });
  add('leave', () => {
    spawn('sleep', ['600'], { detached: true, stdio: 'ignore' }).unref();
    return text('left');
  });
  return server;
});
