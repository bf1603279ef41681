import assert from 'node:assert/strict';
import { type DataTable, Then, When } from '@cucumber/cucumber';
import { survivingPids, waitForPids } from '../support/command-agents.ts';
import type { CommandAnswer, PlanStatus, ResolutionSide } from '../support/drivers/driver.ts';
import type { TroupeWorld } from '../support/world.ts';

When('the plan is made', async function (this: TroupeWorld) {
  this.answer = await this.driver.use(this.draft, {});
});

When('the plan is made with the profile {string}', async function (this: TroupeWorld, profile: string) {
  this.answer = await this.driver.use(this.draft, { profile });
});

When('it is executed', async function (this: TroupeWorld) {
  this.answer = await this.driver.execute();
});

When('it is executed until its agent is at work', async function (this: TroupeWorld) {
  this.answer = await this.library.executeUntil(Promise.race([waitForPids(this.pids), this.agentStarted.released]));
});

When('it is executed until a person is asked', async function (this: TroupeWorld) {
  this.answer = await this.library.executeUntil(approvalRequested(this));
});

When('it is executed twice at the same moment', async function (this: TroupeWorld) {
  const answers = await Promise.all([this.driver.execute(), this.driver.execute()]);
  const refused = answers.filter(({ code }) => code !== null);
  assert.deepEqual(
    refused.map(({ code }) => code),
    ['LOCK_CONFLICT'],
  );
});

When('it is reverted because of {string}', async function (this: TroupeWorld, guidance: string) {
  this.answer = await this.driver.revert(guidance);
});

When('it is reverted and executed {int} times', async function (this: TroupeWorld, times: number) {
  for (let time = 1; time <= times; time++) {
    for (const answer of [await this.driver.revert(`try ${time}`), await this.driver.execute()]) {
      assert.equal(answer.code, null, answer.message);
    }
  }
});

When('it is cancelled because of {string}', async function (this: TroupeWorld, reason: string) {
  this.answer = await this.driver.cancel(reason);
});

When('what waits is approved', async function (this: TroupeWorld) {
  this.answer = await this.driver.approve(false);
});

When('what waits is approved always', async function (this: TroupeWorld) {
  this.answer = await this.driver.approve(true);
});

When('its question is answered with {string}', async function (this: TroupeWorld, text: string) {
  this.answer = await this.driver.answerQuestion(text);
});

When('what waits is refused because of {string}', async function (this: TroupeWorld, reason: string) {
  this.answer = await this.driver.deny(reason);
});

Then(/^it waits for approval at (\w+)\.(\w+)$/, async function (this: TroupeWorld, phase: string, state: string) {
  const status = await this.driver.status();
  assert.deepEqual([status.phase, status.state], [phase, state], describeState(status, this.answer));
  assert.ok(status.availableCommands.includes('answerApproval'), describeState(status, this.answer));
});

When('it is paused', async function (this: TroupeWorld) {
  this.answer = await this.driver.pause();
});

When('it is resumed', async function (this: TroupeWorld) {
  this.answer = await this.driver.resume();
});

When('everything is closed and opened again', async function (this: TroupeWorld) {
  await this.driver.restart();
});

When('the result is applied', async function (this: TroupeWorld) {
  this.answer = await this.driver.apply({ kind: 'checkout' });
});

When('what is finished is applied', async function (this: TroupeWorld) {
  this.answer = await this.driver.applyPart({ finished: true });
});

When('only {string} of the result is applied', async function (this: TroupeWorld, path: string) {
  this.answer = await this.driver.applyPart({ only: path });
});

When('the result is applied to the branch {string}', async function (this: TroupeWorld, branch: string) {
  this.answer = await this.driver.apply({ kind: 'branch', branch });
});

When('the result is applied onto the branch {string}', async function (this: TroupeWorld, branch: string) {
  this.answer = await this.driver.apply({ kind: 'checkout', branch });
});

When('the result is applied as a patch', async function (this: TroupeWorld) {
  this.answer = await this.driver.apply({ kind: 'patch', file: this.patch });
});

When(
  /^the conflict in "(.*)" is resolved with (ours|theirs|base|both)$/,
  async function (this: TroupeWorld, path: string, side: ResolutionSide) {
    this.answer = await this.driver.resolve(path, side);
  },
);

When(
  'the conflict in {string} is resolved with the text {string}',
  async function (this: TroupeWorld, path: string, words: string) {
    this.answer = await this.library.resolveWithText(path, `${words}\n`);
  },
);

When(
  'the decision {string} is corrected with {string}',
  async function (this: TroupeWorld, chosen: string, guidance: string) {
    this.answer = await this.driver.correct(chosen, guidance, 'revert');
  },
);

When('{string} is added to the decision {string}', async function (this: TroupeWorld, goal: string, chosen: string) {
  this.answer = await this.driver.correct(chosen, goal, 'append');
});

Then(/^it (?:rests|waits) in (\w+)\.(\w+)$/, async function (this: TroupeWorld, phase: string, state: string) {
  const status = await this.driver.status();
  assert.deepEqual([status.phase, status.state], [phase, state], describeState(status, this.answer));
});

Then(/^it ends (applied|cancelled)$/, async function (this: TroupeWorld, state: string) {
  const status = await this.driver.status();
  assert.equal(status.state, state, describeState(status, this.answer));
});

Then(
  /^it rests in (\w+)\.(\w+) because of (\w+)$/,
  async function (this: TroupeWorld, phase: string, state: string, code: string) {
    const status = await this.driver.status();
    const found = [status.phase, status.state, status.error];
    assert.deepEqual(found, [phase, state, code], describeState(status, this.answer));
  },
);

Then(/^it is refused as (\w+)$/, function (this: TroupeWorld, code: string) {
  assert.equal(this.answer.code, code, this.answer.message);
});

Then(/^it is refused or constrained as (\w+)$/, async function (this: TroupeWorld, code: string) {
  const reported = this.answer.code ?? (await this.driver.status()).error;
  assert.equal(reported, code, this.answer.message);
});

Then('the error names {string}', async function (this: TroupeWorld, words: string) {
  const { errorText } = await this.driver.status();
  assert.ok(errorText.includes(words), errorText);
});

Then('the message names {string}', function (this: TroupeWorld, words: string) {
  assert.ok(this.answer.message.includes(words), this.answer.message);
});

Then(/^("\w+"(?: and "\w+")*) (?:is|are) available$/, async function (this: TroupeWorld, quoted: string) {
  const { availableCommands } = await this.driver.status();
  for (const [, way = ''] of quoted.matchAll(/"(\w+)"/g))
    assert.ok(availableCommands.includes(way), `${way} is not among ${availableCommands}`);
});

Then('the plan spent {int} tool calls', async function (this: TroupeWorld, calls: number) {
  assert.equal((await this.driver.status()).callsSpent, calls);
});

Then('the plan rests because of {string}', async function (this: TroupeWorld, words: string) {
  const { errorText } = await this.driver.status();
  assert.ok(errorText.includes(words), errorText);
});

Then('the subplans are', async function (this: TroupeWorld, expected: DataTable) {
  assert.deepEqual(await this.driver.subplans(), expected.hashes());
});

Then(/^no process of (?:a part|the agent) is left$/, async function (this: TroupeWorld) {
  assert.deepEqual(await survivingPids(this.pids, 5000), []);
});

function describeState({ phase, state, errorText }: PlanStatus, answer: CommandAnswer): string {
  return `it is ${phase}.${state}, error ${errorText}; the last answer was ${answer.code} "${answer.message}"`;
}

/** Resolves at the next approval request of the plan or a subplan. */
async function approvalRequested(world: TroupeWorld): Promise<void> {
  for await (const event of (await world.library.troupe()).events()) if (event.type === 'approval.requested') return;
}
