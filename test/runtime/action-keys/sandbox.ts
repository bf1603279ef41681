/** Keys of the place in which agents and checks work. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Rows, row } from './row.ts';
import { runs, type Scene, steps } from './scene.ts';

/** What a script prints in the sandbox of a plan with these keys; the code of the error where it does not come to that. */
async function printed(scene: Scene, keys: Record<string, unknown>, script: string): Promise<string[]> {
  const ran = await scene.run({ ...keys, executionActor: steps(runs(`(${script}) > seen.txt 2>&1 || true`)) });
  const text = await scene.text(ran, 'seen.txt');
  return text === null ? [ran.end] : text.split('\n').filter(line => line !== '');
}

export const sandboxRows: Rows = {
  'setup.include': row('which ignored files are copied', {
    values: [[], ['.env']],
    see: (include, scene) => printed(scene, { setup: { include } }, 'test -f .env && cat .env'),
    seen: [[], ['SECRET=1']],
  }),
  'setup.link': row('which files are linked to those of the checkout', {
    values: [[], ['cache']],
    see: (link, scene) => printed(scene, { setup: { link } }, 'test -L cache && cat cache/x'),
    seen: [[], ['cached']],
  }),
  'setup.run': row('what is run first', {
    values: [[], [['sh', '-c', 'mkdir made; echo made > made/x']]],
    see: (run, scene) => printed(scene, { setup: { run } }, 'test -d made && cat made/x'),
    seen: [[], ['made']],
  }),
  'setup.timeout': row('how long that may take', {
    values: [0.1, 600],
    see: (timeout, scene) => printed(scene, { setup: { run: [['sleep', '1']], timeout } }, 'echo set up'),
    seen: [['SETUP_FAILED'], ['set up']],
  }),
  'setup.env': row('variables of every program in the sandbox', {
    values: [{}, { GREETING: 'hello' }],
    see: (env, scene) => printed(scene, { setup: { env } }, 'echo "$GREETING"'),
    seen: [[], ['hello']],
  }),
  'checkout.sparse': row('which folders are there', {
    values: [['src'], ['docs']],
    see: (sparse, scene) => printed(scene, { checkout: { sparse } }, 'ls -d src docs 2>/dev/null'),
    seen: [['src'], ['docs']],
  }),
  'checkout.submodules': row('whether files of submodules are there', {
    values: ['none', 'auto'],
    see: (submodules, scene) => printed(scene, { checkout: { submodules } }, 'ls vendor'),
    seen: [[], ['inside.txt']],
  }),
  'checkout.lfs': row('whether large files are fetched', {
    values: ['skip', 'pull'],
    see: (lfs, scene) => printed(scene, { checkout: { lfs } }, 'cat large.bin'),
    seen: [['pointer'], ['large']],
  }),
  checkoutGuard: row('what a change of the checkout does that nothing explains', {
    values: ['report', 'ask', 'fail'],
    see: async (checkoutGuard, scene) => {
      const play = () => writeFileSync(join(scene.folder, `saved-${String(checkoutGuard)}.txt`), 'x');
      return (await scene.run({ checkoutGuard, executionActor: 'player' }, { play })).end;
    },
    seen: ['complete', 'processing', 'CHECKOUT_TOUCHED'],
  }),
  executionEnvironment: row('variables of every program of the plan', {
    values: [{}, { GREETING: 'hello' }],
    see: (executionEnvironment, scene) => printed(scene, { executionEnvironment }, 'echo "$GREETING"'),
    seen: [[], ['hello']],
  }),
  executionEnvPriority: row('which value wins where the shell has the variable too', {
    values: ['fallback', 'override'],
    see: (executionEnvPriority, scene) =>
      printed(scene, { executionEnvironment: { SHELL_SAYS: 'plan' }, executionEnvPriority }, 'echo "$SHELL_SAYS"'),
    seen: [['shell'], ['plan']],
  }),
};
