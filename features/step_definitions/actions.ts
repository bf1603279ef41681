import assert from 'node:assert/strict';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type DataTable, Given, Then, When } from '@cucumber/cucumber';
import { parse } from 'yaml';
import {
  type AgentDraft,
  draftAction,
  type StepDraft,
  type SubplanDraft,
  splittingAgent,
  writingAgent,
} from '../support/action-draft.ts';
import { endlessAgent, failingAgent } from '../support/command-agents.ts';
import type { TroupeWorld } from '../support/world.ts';

Given('an action that says', function (this: TroupeWorld, yaml: string) {
  this.draft = draftAction(parse(yaml));
});

Given('the action also says', function (this: TroupeWorld, yaml: string) {
  Object.assign(this.draft, parse(yaml));
});

Given('an action that writes', function (this: TroupeWorld, files: DataTable) {
  const rows = files.hashes().map(({ path = '', content = '' }) => ({ path, content }));
  this.draft = draftAction({ executionActor: writingAgent(rows) });
});

Given('an action that splits the work into', function (this: TroupeWorld, parts: DataTable) {
  const rows = parts.hashes().map(({ goal = '', writes = '', content = '', needs = '', scope = '' }): SubplanDraft => {
    return { goal, writes, content, needs, scope };
  });
  this.draft = draftAction({ strategyActor: splittingAgent(rows) });
});

Given('an action with the edits', function (this: TroupeWorld, edits: DataTable) {
  const parts = edits.hashes().map(({ goal = '', path = '', find = '', replace = '' }) => {
    return part(goal, { kind: 'steps', steps: [{ edit: { path, find, replace } }] });
  });
  this.draft = draftAction({ strategyActor: strategy(parts) });
});

Given('its subplans are run with', function (this: TroupeWorld, settings: DataTable) {
  const values = settings.raw().map(([key = '', value = '']) => [key, parse(value)]);
  this.draft.subplans = Object.fromEntries(values);
});

Given('the part {string} fails unless it finds', function (this: TroupeWorld, goal: string, paths: DataTable) {
  const own = this.draft.strategyActor?.steps?.find(({ subplan }) => subplan?.goal === goal)?.subplan?.executionActor;
  const steps = typeof own === 'object' ? own.steps : undefined;
  assert.ok(steps, `there is no part "${goal}"`);
  steps.unshift(...paths.raw().map(([path]) => ({ run: { argv: ['test', '-f', path] } })));
});

Given('an action whose only part always fails', function (this: TroupeWorld) {
  this.draft = draftAction({ strategyActor: strategy([part('break', failingAgent)]) });
});

Given('an action whose parts {string} and {string} fail', function (this: TroupeWorld, first: string, second: string) {
  this.draft = draftAction({
    strategyActor: strategy([part(first, failingAgent), part(second, failingAgent)]),
    subplans: { maxRetries: 0 },
  });
});

Given('an action with a part that fails and a part that waits for ever', function (this: TroupeWorld) {
  this.draft = draftAction({
    strategyActor: strategy([part('break', failingAgent), part('for ever', endlessAgent(this.pids))]),
  });
});

Given('an action with a part that waits for ever', function (this: TroupeWorld) {
  this.draft = draftAction({ strategyActor: strategy([part('for ever', endlessAgent(this.pids))]) });
});

Given('an action whose agent starts processes and waits for ever', function (this: TroupeWorld) {
  this.draft = draftAction({ executionActor: endlessAgent(this.pids) });
});

Given('an action whose agent ignores being asked to end', function (this: TroupeWorld) {
  const watchdogs = { graceSeconds: 0.2 };
  this.draft = draftAction({ executionActor: { ...endlessAgent(this.pids, "trap '' TERM"), watchdogs } });
});

Given('an action whose agent writes a credential into {string}', function (this: TroupeWorld, path: string) {
  // Assembled here, so that no file contains a token.
  this.draft = draftAction({ executionActor: writingAgent([{ path, content: `ghp_${'a1B2'.repeat(9)}` }]) });
});

Given('an action whose agent writes {string} and waits for ever', function (this: TroupeWorld, path: string) {
  this.draft = draftAction({ executionActor: endlessAgent(this.pids, `echo half > ${path}`) });
});

Given(
  'an action whose part {string} has a part {string} that writes {string}',
  function (this: TroupeWorld, outer: string, inner: string, path: string) {
    const leaf = part(inner, writingAgent([{ path, content: 'deep' }]));
    const nested = {
      subplan: { ...part(outer, { kind: 'steps', steps: [] }).subplan, strategyActor: strategy([leaf]) },
    };
    this.draft = draftAction({ strategyActor: strategy([nested]) });
  },
);

Given('an action whose agent asks which store to use', function (this: TroupeWorld) {
  const module = fileURLToPath(new URL('../support/asking-agent.mjs', import.meta.url));
  this.draft = draftAction({ executionActor: { kind: 'script', module } });
});

Given('an action whose agent writes into the checkout', function (this: TroupeWorld) {
  const file = join(this.repository.root, 'trespass.txt');
  this.draft = draftAction({ executionActor: { kind: 'command', argv: ['sh', '-c', `echo mine > '${file}'`] } });
});

Given('the invariant {string} on the paths {string}', function (this: TroupeWorld, rule: string, glob: string) {
  this.draft.invariants = [{ text: rule, check: { kind: 'paths', allow: [glob] } }];
});

Given('the invariant {string} checked by {string}', function (this: TroupeWorld, rule: string, command: string) {
  this.draft.invariants = [{ text: rule, check: { kind: 'command', argv: ['sh', '-c', command] } }];
});

Given('the check {string} runs {string}', function (this: TroupeWorld, name: string, command: string) {
  this.draft.validations = [{ name, argv: ['sh', '-c', command] }];
});

Given('the informational check {string} runs {string}', function (this: TroupeWorld, name: string, command: string) {
  this.draft.validations = [{ name, argv: ['sh', '-c', command], required: false }];
});

Given('an action whose strategist is {float} certain', function (this: TroupeWorld, confidence: number) {
  const choice = { question: 'Is this the way?', choose: 'it is', confidence };
  this.draft = draftAction({ strategyActor: strategy([{ decide: choice }]) });
});

When('the action is stored', async function (this: TroupeWorld) {
  await (await this.library.troupe()).actions.create(this.draft);
});

Then('the stored action says the same', async function (this: TroupeWorld) {
  const stored: Record<string, unknown> = await (await this.library.troupe()).actions.get(this.draft.name);
  const { invariants, ...same } = this.draft;
  for (const [key, value] of Object.entries(same)) assert.deepEqual(stored[key], value, key);
  const texts = (stored.invariants as { text: string }[]).map(invariant => invariant.text);
  assert.deepEqual(texts, invariants);
});

function part(goal: string, executionActor: AgentDraft) {
  return { subplan: { key: goal, goal, executionActor } };
}

function strategy(steps: StepDraft[]): AgentDraft {
  return { kind: 'steps', steps };
}
