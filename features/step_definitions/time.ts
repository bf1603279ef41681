import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { manualClock } from 'troupe/durable';
import type { TroupeWorld } from '../support/world.ts';

Given('a clock that only the scenario moves', function (this: TroupeWorld) {
  this.clock = manualClock(Date.parse('2026-01-01T00:00:00Z'));
});

When(/^(\d+) seconds pass( while nothing is expected)?$/, async function (this: TroupeWorld, seconds: string, idle) {
  assert.ok(this.clock !== null, 'time passes by itself');
  this.clock.advance(Number(seconds) * 1000);
  if (idle === null) await (await this.library.plan()).waitUntilIdle();
});

Then('the part {string} is at work', async function (this: TroupeWorld, goal: string) {
  const { subplanStatuses } = await (await this.library.plan()).record();
  assert.equal(subplanStatuses.find(status => status.goal === goal)?.state, 'running');
});
