import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { runTroupe } from './run-command.ts';
import { createRepository } from './test-repository.ts';

const command = fileURLToPath(new URL('../adapters/mcp/fake-mcp-server.mjs', import.meta.url));

test('an MCP server of an agent in the configuration gets a variable by its name, and the value is in no log [R239, R246]', async () => {
  const project = createRepository();
  const home = project.env.HOME ?? '';
  const module = join(home, 'agent.mjs');
  writeFileSync(
    module,
    `export default async ({ call, log, write }) => {
      const { text } = await call('mcp/docs/about', {});
      log(text);
      await write('length.txt', String(text.length));
    };`,
  );
  const env = { WORD: `\${${'DOCS_CODE'}}` };
  const helper = { kind: 'script', module, mcpServers: { docs: { command, env } } };
  mkdirSync(join(home, '.config/troupe'), { recursive: true });
  writeFileSync(join(home, '.config/troupe/config.yaml'), stringify({ agents: { helper } }));
  const withCode = { ...project, env: { ...project.env, DOCS_CODE: 'plainlookingvalue' } };
  const ended = await runTroupe(withCode, ['run', 'Measure it', '--agent', 'helper']);
  expect(ended.err).toContain('execute complete');
  expect((await runTroupe(withCode, ['plan', 'diff'])).out).toContain('+18');
  expect((await runTroupe(withCode, ['plan', 'logs'])).out).toContain('|[value of DOCS_CODE]');
  project.remove();
});
