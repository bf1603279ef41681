import assert from 'node:assert/strict';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Given, Then, When } from '@cucumber/cucumber';
import type { Plan, PlanEvent } from 'troupe';
import { draftAction } from '../support/action-draft.ts';
import { blockingAgent, countingAgent, createAgent } from '../support/agents.ts';
import type { TroupeWorld } from '../support/world.ts';

Given(
  "a program's agent {string} that writes {string} through the tool {string}",
  function (this: TroupeWorld, name: string, path: string, tool: string) {
    this.agents[name] = createAgent(async task => {
      await task.call(tool, { path, content: 'two\n' });
    });
  },
);

Given('an action during whose work you save {string} in your checkout', function (this: TroupeWorld, path: string) {
  // Like an editor: writes another file and renames it.
  this.agents.worker = createAgent(async task => {
    await task.call('write', { path: 'made.txt', content: 'made\n' });
    const file = join(this.repository.root, path);
    writeFileSync(`${file}.swp`, 'mine\n');
    renameSync(`${file}.swp`, file);
  });
  this.draft = draftAction({ executionActor: 'worker' });
});

Then('the plan lists {string} as changed meanwhile', async function (this: TroupeWorld, path: string) {
  const { checkoutChanges } = await (await this.library.plan()).record();
  assert.deepEqual(
    checkoutChanges.map(({ files, accepted }) => ({ files, accepted })),
    [{ files: [path], accepted: false }],
  );
});

Given('room for {int} plan at a time', function (this: TroupeWorld, room: number) {
  this.concurrency = room;
});

Given('an action that waits for a sign', function (this: TroupeWorld) {
  this.agents.attentive = blockingAgent(this.agentStarted, this.agentMayContinue);
  this.draft = draftAction({ executionActor: 'attentive' });
});

Given('an action with a part that is done and a part that waits for a sign', function (this: TroupeWorld) {
  this.agents.counting = countingAgent(this.agentCalls);
  this.agents.attentive = blockingAgent(this.agentStarted, this.agentMayContinue);
  const steps = [
    { subplan: { key: 'done', goal: 'done', executionActor: 'counting' } },
    { subplan: { key: 'wait', goal: 'wait', executionActor: 'attentive', dependsOn: ['done'] } },
  ];
  this.draft = draftAction({
    strategyActor: { kind: 'steps', steps },
    subplans: { executionMode: 'dependencyOrdered' },
  });
});

When('the sign is given', async function (this: TroupeWorld) {
  this.agentMayContinue.release();
  const ids = this.planIds.length > 0 ? this.planIds : [undefined];
  const troupe = await this.library.troupe();
  await Promise.all(ids.map(async id => (await troupe.get(id)).waitUntilIdle()));
});

When('two plans are made and executed', async function (this: TroupeWorld) {
  const troupe = await this.library.troupe();
  await troupe.actions.create(this.draft);
  for (const goal of ['first', 'second']) {
    const plan = await troupe.use({ action: this.draft.name, goal });
    await plan.waitUntilIdle();
    await plan.execute();
    this.planIds.push(plan.id);
  }
});

Then(/^one of them executes and the other waits in execute\.queued$/, async function (this: TroupeWorld) {
  await this.agentStarted.released;
  assert.deepEqual(await planStates(this), ['execute.processing', 'execute.queued']);
});

Then('both rest in execute.complete', async function (this: TroupeWorld) {
  assert.deepEqual(await planStates(this), ['execute.complete', 'execute.complete']);
});

Then('the part {string} was worked on {int} time(s)', function (this: TroupeWorld, goal: string, times: number) {
  assert.equal(this.agentCalls.get(goal), times);
});

Then('the execution agent was asked {int} time(s)', async function (this: TroupeWorld, times: number) {
  const events = await recordOf(await this.library.plan());
  const startedEvents = events.filter(
    event => event.type === 'plan.phase_changed' && event.to.phase === 'execute' && event.to.state === 'processing',
  );
  assert.equal(startedEvents.length, times);
});

Then(
  'the journal has {int} call of {string}, with the input that was sent',
  async function (this: TroupeWorld, count: number, tool: string) {
    const calls = (await (await this.library.plan()).toolCalls()).filter(call => call.tool === tool);
    assert.equal(calls.length, count);
    assert.deepEqual(calls[0]?.input, { path: 'b.txt', content: 'two\n' });
  },
);

When('the plan is made while a listener runs', async function (this: TroupeWorld) {
  await collectEvents(this);
  this.answer = await this.driver.use(this.draft, {});
});

When('the plan is made while a listener runs and another stops at the first event', async function (this: TroupeWorld) {
  const troupe = await this.library.troupe();
  const givesUp = async () => {
    for await (const event of troupe.events()) throw new Error(`enough of ${event.type}`);
  };
  const gaveUp = assert.rejects(givesUp(), /enough of/);
  await collectEvents(this);
  this.answer = await this.driver.use(this.draft, {});
  await gaveUp;
});

Then('the received events are the recorded events', async function (this: TroupeWorld) {
  const record = await recordOf(await this.library.plan());
  await this.library.close();
  await this.listening;
  assert.ok(record.length > 5);
  assert.deepEqual(this.events, record);
  const sequence = record.map(({ seq }) => seq);
  assert.deepEqual(sequence, [...new Set(sequence)].sort());
});

Then(
  'the plan rests on or is refused with a message that names {string}',
  async function (this: TroupeWorld, words: string) {
    const reported = this.answer.code === null ? (await this.driver.status()).errorText : this.answer.message;
    assert.ok(reported.includes(words), reported);
  },
);

/** Collects all events from now on, until Troupe is closed. */
async function collectEvents(world: TroupeWorld): Promise<void> {
  const events = (await world.library.troupe()).events();
  world.listening = (async () => {
    for await (const event of events) world.events.push(event);
  })();
}

async function recordOf(plan: Plan): Promise<PlanEvent[]> {
  const found: PlanEvent[] = [];
  for await (const event of plan.events()) found.push(event);
  return found;
}

async function planStates(world: TroupeWorld): Promise<string[]> {
  const troupe = await world.library.troupe();
  const records = await Promise.all(world.planIds.map(async id => (await troupe.get(id)).record()));
  return records.map(({ phase, state }) => `${phase}.${state}`).sort();
}
