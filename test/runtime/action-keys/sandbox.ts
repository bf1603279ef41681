/** Keys of the sandbox in which agents and checks run. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type KeyCases, keyCase } from './key-case.ts';
import { type KeyFixture, runStep, stepsAgent } from './key-fixture.ts';

/** What a script prints in the sandbox of a plan with these keys; the code of the error if it does not run. */
async function printed(fixture: KeyFixture, keys: Record<string, unknown>, script: string): Promise<string[]> {
  const ran = await fixture.run({
    ...keys,
    executionActor: stepsAgent(runStep(`(${script}) > seen.txt 2>&1 || true`)),
  });
  const text = await fixture.text(ran, 'seen.txt');
  return text === null ? [ran.outcome] : text.split('\n').filter(line => line !== '');
}

export const sandboxCases: KeyCases = {
  'setup.include': keyCase('which ignored files are copied', {
    values: [[], ['.env']],
    observe: (include, fixture) => printed(fixture, { setup: { include } }, 'test -f .env && cat .env'),
    expected: [[], ['SECRET=1']],
  }),
  'setup.link': keyCase('which files are linked to those of the checkout', {
    values: [[], ['cache']],
    observe: (link, fixture) => printed(fixture, { setup: { link } }, 'test -L cache && cat cache/x'),
    expected: [[], ['cached']],
  }),
  'setup.run': keyCase('what is run first', {
    values: [[], [['sh', '-c', 'mkdir made; echo made > made/x']]],
    observe: (run, fixture) => printed(fixture, { setup: { run } }, 'test -d made && cat made/x'),
    expected: [[], ['made']],
  }),
  'setup.timeout': keyCase('how long that may take', {
    values: [0.1, 600],
    observe: (timeout, fixture) => printed(fixture, { setup: { run: [['sleep', '1']], timeout } }, 'echo set up'),
    expected: [['SETUP_FAILED'], ['set up']],
  }),
  'setup.env': keyCase('variables of every program in the sandbox', {
    values: [{}, { GREETING: 'hello' }],
    observe: (env, fixture) => printed(fixture, { setup: { env } }, 'echo "$GREETING"'),
    expected: [[], ['hello']],
  }),
  'checkout.sparse': keyCase('which folders are there', {
    values: [['src'], ['docs']],
    observe: (sparse, fixture) => printed(fixture, { checkout: { sparse } }, 'ls -d src docs 2>/dev/null'),
    expected: [['src'], ['docs']],
  }),
  'checkout.submodules': keyCase('whether files of submodules are there', {
    values: ['none', 'auto'],
    observe: (submodules, fixture) => printed(fixture, { checkout: { submodules } }, 'ls vendor'),
    expected: [[], ['inside.txt']],
  }),
  'checkout.lfs': keyCase('whether large files are fetched', {
    values: ['skip', 'pull'],
    observe: (lfs, fixture) => printed(fixture, { checkout: { lfs } }, 'cat large.bin'),
    expected: [['pointer'], ['large']],
  }),
  checkoutGuard: keyCase('what a change of the checkout does that nothing explains', {
    values: ['report', 'ask', 'fail'],
    observe: async (checkoutGuard, fixture) => {
      const play = () => writeFileSync(join(fixture.folder, `saved-${String(checkoutGuard)}.txt`), 'x');
      return (await fixture.run({ checkoutGuard, executionActor: 'player' }, { play })).outcome;
    },
    expected: ['complete', 'processing', 'CHECKOUT_TOUCHED'],
  }),
  executionEnvironment: keyCase('variables of every program of the plan', {
    values: [{}, { GREETING: 'hello' }],
    observe: (executionEnvironment, fixture) => printed(fixture, { executionEnvironment }, 'echo "$GREETING"'),
    expected: [[], ['hello']],
  }),
  executionEnvPriority: keyCase('which value wins where the shell has the variable too', {
    values: ['fallback', 'override'],
    observe: (executionEnvPriority, fixture) =>
      printed(fixture, { executionEnvironment: { SHELL_SAYS: 'plan' }, executionEnvPriority }, 'echo "$SHELL_SAYS"'),
    expected: [['shell'], ['plan']],
  }),
};
