import assert from 'node:assert/strict';
import { type DataTable, Then } from '@cucumber/cucumber';
import type { PlanEvent, PlanRecord } from 'troupe';
import type { TroupeWorld } from '../support/world.ts';

Then(
  'the error has at least one hint for a command that begins with {string}',
  async function (this: TroupeWorld, words: string) {
    const { error } = await record(this);
    assert.ok(
      error?.hints.some(hint => typeof hint !== 'string' && hint.command.startsWith(words)),
      JSON.stringify(error),
    );
  },
);

Then('it has exactly one root decision, and it is the prompt_definition', async function (this: TroupeWorld) {
  const decisions = await (await this.library.plan()).decisions();
  const roots = decisions.filter(({ parentDecisionId }) => parentDecisionId === null);
  const { decisionRootId } = await record(this);
  assert.deepEqual(
    roots.map(({ type, decisionId }) => ({ type, decisionId })),
    [{ type: 'prompt_definition', decisionId: decisionRootId }],
  );
  const ids = new Set(decisions.map(({ decisionId }) => decisionId));
  assert.ok(decisions.every(({ parentDecisionId }) => parentDecisionId === null || ids.has(parentDecisionId)));
});

Then(
  'a decision of type {string} has the goal {string} and the scope {string}',
  async function (this: TroupeWorld, type: string, goal: string, scope: string) {
    const decisions = await (await this.library.plan()).decisions();
    const payloads = decisions.filter(decision => decision.type === type).map(({ payload }) => payload);
    assert.ok(
      payloads.some(
        payload => payload.goal === goal && JSON.stringify(payload.resourceScopes) === JSON.stringify([scope]),
      ),
      JSON.stringify(payloads),
    );
  },
);

Then('a decision of type {string} is recorded', async function (this: TroupeWorld, type: string) {
  const types = await this.driver.decisionTypes();
  assert.ok(types.includes(type), types.join(', '));
});

Then("the plan's profile is {string}, with every threshold", async function (this: TroupeWorld, name: string) {
  const { automationProfile, profileSnapshot } = await record(this);
  assert.equal(automationProfile, name);
  assert.equal(profileSnapshot.name, name);
  assert.equal(Object.keys(profileSnapshot.thresholds).length, 11);
});

Then('the plan has been reverted {int} times', async function (this: TroupeWorld, times: number) {
  const { reversionCount, attempt } = await record(this);
  assert.deepEqual({ reversionCount, attempt }, { reversionCount: times, attempt: times + 1 });
});

Then("the plan's changes of phase follow one another without a gap", async function (this: TroupeWorld) {
  const changes = (await events(this)).flatMap(event => (event.type === 'plan.phase_changed' ? [event] : []));
  assert.ok(changes.length > 3);
  for (const [index, { from }] of changes.entries()) {
    if (index > 0) assert.deepEqual(from, changes[index - 1]?.to);
  }
});

Then(/^one of them goes back to (\w+)\.(\w+)$/, async function (this: TroupeWorld, phase: string, state: string) {
  const changes = (await events(this)).flatMap(event => (event.type === 'plan.phase_changed' ? [event] : []));
  const back = changes.filter(({ from, to }) => from.phase === 'execute' && to.phase === phase && to.state === state);
  assert.equal(back.length, 1);
});

Then('never more than {int} subplans ran at once', async function (this: TroupeWorld, most: number) {
  const running = (await checkpointsOf(this)).map(states => states.filter(state => state === 'running').length);
  assert.equal(Math.max(...running), most);
});

Then('at some time {int} subplans were pending', async function (this: TroupeWorld, count: number) {
  const waiting = (await checkpointsOf(this)).map(states => {
    const pending = states.filter(state => state === 'pending').length;
    return states.includes('running') ? pending : 0;
  });
  assert.ok(waiting.includes(count), waiting.join(' '));
});

Then(
  /^"(.*?)" started after ((?:"[^"]+"(?: and )?)+) were complete$/,
  async function (this: TroupeWorld, later: string, quoted: string) {
    const own = (await events(this)).flatMap(event => (event.type === 'subplan.changed' ? [event.status] : []));
    const started = own.findIndex(({ goal, state }) => goal === later && state === 'running');
    for (const [, earlier] of quoted.matchAll(/"([^"]+)"/g)) {
      const complete = own.findIndex(({ goal, state }) => goal === earlier && state === 'complete');
      assert.ok(
        complete >= 0 && complete < started,
        `"${later}" started at ${started}, "${earlier}" was complete at ${complete}`,
      );
    }
  },
);

Then(
  'the part was attempted {int} times, and only the last attempt was not retried',
  async function (this: TroupeWorld, times: number) {
    const { subplanStatuses } = await record(this);
    const expected = Array.from({ length: times }, (_, index) => ({
      attempt: index + 1,
      wasRetried: index + 1 < times,
    }));
    const found = subplanStatuses[0]?.attempts.map(({ attempt, wasRetried }) => ({ attempt, wasRetried }));
    assert.deepEqual(found, expected);
  },
);

Then('the part {string} failed because of {word}', async function (this: TroupeWorld, goal: string, code: string) {
  const status = (await record(this)).subplanStatuses.find(found => found.goal === goal);
  assert.equal(status?.error?.code, code, JSON.stringify(status));
});

Then(
  'the part {string} was given up because {string} failed',
  async function (this: TroupeWorld, goal: string, cause: string) {
    const status = (await record(this)).subplanStatuses.find(found => found.goal === goal);
    assert.ok(status?.error?.message.includes(cause), JSON.stringify(status));
    assert.equal(status?.attempts.length, 0);
  },
);

Then(
  'the part {string} has the profile, the invariants, the environment and the root of its plan',
  async function (this: TroupeWorld, goal: string) {
    const parent = await record(this);
    const child = await subplanOf(this, goal);
    assert.equal(child.automationProfile, 'trusted');
    assert.deepEqual(child.profileSnapshot, parent.profileSnapshot);
    assert.deepEqual(
      child.invariants.map(({ text }) => text),
      ['keep the public names'],
    );
    assert.deepEqual([child.executionEnvironment, child.executionEnvPriority], [{ MODE: 'careful' }, 'override']);
    assert.deepEqual([child.parentPlanId, child.rootPlanId], [parent.planId, parent.planId]);
  },
);

Then("the part's definition of done is {string}", async function (this: TroupeWorld, goal: string) {
  assert.equal((await subplanOf(this, goal)).definitionOfDone, goal);
});

Then('the part names the decision that spawned it', async function (this: TroupeWorld) {
  const spawns = (await (await this.library.plan()).decisions()).filter(
    ({ type }) => type === 'subplan_parallel_spawn',
  );
  const children = (await tree(this)).children.map(({ plan }) => plan.spawnDecisionId);
  assert.deepEqual(
    children,
    spawns.map(({ decisionId }) => decisionId),
  );
  assert.equal(children.length, 1);
});

Then(
  'the tree shows {string} at depth {int} and {string} at depth {int}',
  async function (this: TroupeWorld, outer: string, outerDepth: number, inner: string, innerDepth: number) {
    const [first] = (await tree(this)).children;
    assert.deepEqual([first?.plan.description, first?.plan.depth], [outer, outerDepth]);
    const [second] = first?.children ?? [];
    assert.deepEqual([second?.plan.description, second?.plan.depth], [inner, innerDepth]);
  },
);

Then(
  'the parts were merged in the order {string}, {string}',
  async function (this: TroupeWorld, first: string, second: string) {
    const children = new Map((await tree(this)).children.map(({ plan }) => [plan.planId, plan.description]));
    const folded = (await events(this)).flatMap(event =>
      event.type === 'merge.child_merged' ? [children.get(event.childPlanId)] : [],
    );
    assert.deepEqual(folded, [first, second]);
  },
);

Then('the plan has the invariants', async function (this: TroupeWorld, expected: DataTable) {
  const { invariants } = await record(this);
  assert.deepEqual(
    invariants.map(({ text, scope, origin }) => ({ text, scope, origin })),
    expected.hashes(),
  );
});

Then('an event {string} counts {int} rule', async function (this: TroupeWorld, type: string, count: number) {
  const counts = (await events(this)).flatMap(event =>
    event.type === type && 'effectiveCount' in event ? [event.effectiveCount] : [],
  );
  assert.ok(counts.length > 0);
  assert.ok(
    counts.every(found => found === count),
    counts.join(' '),
  );
});

Then('the check {string} failed, then passed', async function (this: TroupeWorld, name: string) {
  const rounds = (await events(this)).flatMap(event => (event.type === 'validation.finished' ? [event.results] : []));
  const passed = rounds.map(results => results.find(result => result.name === name)?.passed);
  assert.deepEqual(passed, [false, true]);
});

Then(
  'the check {string} has exit code {int}, a digest, and ends with {string}',
  async function (this: TroupeWorld, name: string, exitCode: number, tail: string) {
    const result = (await record(this)).validationResults.find(found => found.name === name);
    assert.equal(result?.exitCode, exitCode);
    assert.match(result.outputDigest, /^[0-9a-f]{64}$/);
    assert.equal(result.outputTail.trimEnd(), tail);
  },
);

async function record(world: TroupeWorld): Promise<PlanRecord> {
  return (await world.library.plan()).record();
}

async function tree(world: TroupeWorld) {
  return (await world.library.troupe()).tree((await world.library.plan()).id);
}

async function subplanOf(world: TroupeWorld, goal: string): Promise<PlanRecord> {
  const child = (await tree(world)).children.find(({ plan }) => plan.description === goal);
  assert.ok(child, `there is no part "${goal}"`);
  return child.plan;
}

/** Returns every event of the plan itself, so far. */
async function events(world: TroupeWorld): Promise<PlanEvent[]> {
  const plan = await world.library.plan();
  const found: PlanEvent[] = [];
  for await (const event of plan.events()) if (event.planId === plan.id) found.push(event);
  return found;
}

/** Returns the states of all subplans after each change of one of them. */
async function checkpointsOf(world: TroupeWorld): Promise<string[][]> {
  const states = new Map<string, string>();
  return (await events(world)).flatMap(event => {
    if (event.type !== 'subplan.changed') return [];
    states.set(event.status.planId, event.status.state);
    return [[...states.values()]];
  });
}

Then('{int} correction is known', async function (this: TroupeWorld, count: number) {
  assert.equal((await (await this.library.plan()).corrections()).length, count);
});

Then('exactly these decisions are superseded', async function (this: TroupeWorld, expected: DataTable) {
  const all = await (await this.library.plan()).decisions({ superseded: true });
  const gone = all.filter(({ supersededBy }) => supersededBy !== null).map(({ chosenOption }) => chosenOption);
  assert.deepEqual(gone, expected.raw().flat());
});
