/**
 * Installs real agents and runs each, through the built command line, against a stub of the model APIs. No model is
 * asked. Prints the version and a table. The install needs 0.2–0.4 GB for each agent.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseScriptFlags } from '../script-flags.ts';
import { realAgents } from './agents.ts';
import { install, versionOf } from './install.ts';
import { scenarios } from './scenarios.ts';

const usage = `npm run agents [-- NAME…] [--newest] [--only SCENARIO] [--folder DIR]

  --newest        the newest version of each, in place of the one that its page names
  --only NAME     one scenario: ${scenarios.map(({ name }) => name).join(', ')}
  --folder DIR    install there and keep it for the next run (default: a folder that is removed in the end)`;

const { values, positionals } = parseScriptFlags(usage, {
  allowPositionals: true,
  options: { newest: { type: 'boolean', default: false }, only: { type: 'string' }, folder: { type: 'string' } },
});
const folder =
  values.folder === undefined ? mkdtempSync(join(tmpdir(), 'troupe-real-agents-')) : resolve(values.folder);
const chosen = scenarios.filter(({ name }) => values.only === undefined || name === values.only);
if (chosen.length === 0) throw new Error(`--only takes one of: ${scenarios.map(({ name }) => name).join(', ')}`);

let failures = 0;
try {
  for (const agent of realAgents(positionals, values.newest)) {
    const programs = install(folder, agent);
    const env = { PATH: process.env.PATH ?? '', HOME: folder };
    console.log(`\n${agent.name} ${versionOf(join(programs, agent.name), env)}`);
    for (const { name, run } of chosen) {
      const outcome = await run(agent, programs).then(
        figures => `ok    ${figures}`,
        (thrown: unknown) => {
          failures += 1;
          return `FAIL  ${thrown instanceof Error ? thrown.message : String(thrown)}`;
        },
      );
      console.log(`  ${name.padEnd(18)} ${outcome}`);
    }
  }
} finally {
  if (values.folder === undefined) rmSync(folder, { recursive: true, force: true });
}
console.log(failures === 0 ? '\nAll as expected.' : `\n${failures} failed.`);
process.exitCode = failures === 0 ? 0 : 1;
