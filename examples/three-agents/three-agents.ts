// What it teaches: three agents of different makers on one repository. Claude Code, Codex and Gemini CLI each write one page, side
// by side, in sandboxes of their own; the pages are merged and checked. The goal is split by declared steps, which name the agents.
//
// It runs the programs that you have installed and are signed in to, and they ask their models. Two lines of each page cost little.
import { openTroupe } from 'troupe';
import { passedVariables, presets } from 'troupe/agents';
import { gitProject } from 'troupe/git';
import { levelStore } from 'troupe/level';
import { exampleProject } from '../project.ts';

const pages = [
  { agent: 'claude', page: 'docs/add.md' },
  { agent: 'codex', page: 'docs/round.md' },
  { agent: 'gemini', page: 'docs/total.md' },
];

const project = exampleProject({
  'src/add.js': 'export const add = (a, b) => a + b;\n',
  'src/round.js': 'export const round = x => Math.round(x * 100) / 100;\n',
  'src/total.js': 'export const total = list => list.reduce((sum, x) => sum + x, 0);\n',
});
try {
  // Troupe reads no variables of its own: a program passes on what its agents need.
  const { PATH = '', HOME = '' } = process.env;
  const keys = pages.flatMap(({ agent }) => {
    const preset = presets[agent];
    return preset === undefined ? [] : Object.entries(passedVariables(preset, process.env));
  });
  await using troupe = await openTroupe({
    store: levelStore(`${project.folder}/.git/troupe/store`),
    project: gitProject(project.folder, { sandboxes: project.sandboxes }),
    env: { PATH, HOME },
    agentEnv: Object.fromEntries(keys),
  });
  const subplans = pages.map(({ agent, page }) => ({
    subplan: {
      goal: `Describe src/${page.slice(5, -3)}.js in two lines, in ${page}`,
      resourceScopes: [page],
      executionActor: agent,
    },
  }));
  await troupe.actions.create({
    name: 'describe',
    description: 'Describe each module',
    strategyActor: { kind: 'steps', steps: subplans },
    executionActor: { kind: 'steps', steps: [] },
    validations: pages.map(({ page }) => ({ name: page, argv: ['test', '-s', page] })),
  });

  const plan = await troupe.use({ action: 'describe' });
  await plan.execute();
  const { state, error, subplanStatuses, spent } = await plan.waitUntilIdle();
  for (const [at, status] of subplanStatuses.entries()) {
    console.log(`${pages[at]?.agent}: ${status.state}${status.error === null ? '' : `, ${status.error.message}`}`);
  }
  console.log(error === null ? `${state}, ${spent.tokens ?? 'no'} tokens` : `${state}: ${error.message}`);
  if (error === null) console.log(await plan.diff({ stat: true }));
} finally {
  project.remove();
}
