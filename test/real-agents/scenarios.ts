/** What every agent has to do, through the command line. */
import { presets } from '../../src/agents.ts';
import type { StubRequest } from '../adapters/agents/llm/model-api.ts';
import type { RealAgent } from './agents.ts';
import { answer } from './brain.ts';
import { commandLinesOf, processesOf } from './plan-processes.ts';
import { type Ended, openWorkplace, type PlanJson, type Workplace, writeAction } from './workplace.ts';

export interface Scenario {
  name: string;
  /** Returns its figures. @throws {Error} if something is not as it should be */
  run(agent: RealAgent, programs: string): Promise<string>;
}

function assert(holds: boolean, what: string): asserts holds {
  if (!holds) throw new Error(what);
}

const paths = ({ files }: PlanJson) =>
  files
    .map(({ path }) => path)
    .sort()
    .join(' ');
const used = ({ spent }: PlanJson) => `${spent.tokens ?? 'no'} tokens, ${spent.usd?.toFixed(4) ?? 'no'} USD`;
const seconds = (count: number) => `${count.toFixed(1)} s`;
const lastLines = ({ out, err }: Ended) => (/error\[.*/.exec(err)?.[0] ?? `${out}\n${err}`.trim()).slice(-600);
const chosen = ({ name, model }: RealAgent) => ['--agent', name, ...(model === undefined ? [] : ['--model', model])];

async function planOf(workplace: Workplace, ended: Ended): Promise<PlanJson> {
  const plan = await workplace.plan();
  assert(plan !== null, `there is no plan: ${lastLines(ended)}`);
  return plan;
}

function assertCounted({ name, isUnpriced = false }: RealAgent, { spent }: PlanJson): void {
  const { tokens = false, usd = false } = presets[name]?.reports ?? {};
  assert(!tokens || (spent.tokens ?? 0) > 0, 'it used no tokens');
  assert(!usd || isUnpriced || (spent.usd ?? 0) > 0, 'it cost nothing');
}

/** Its text, its tools and its usage; then a fix of a failed check, in the same session where it can. */
const work: Scenario = {
  name: 'work and fix',
  async run(agent, programs) {
    await using workplace = await openWorkplace({ agent, programs });
    const ended = await workplace.run('run', 'Write made.txt', ...chosen(agent), '--check', 'test -s fixed.txt');
    const plan = await planOf(workplace, ended);
    assert(plan.state === 'complete' && ended.code === 0, `${plan.state}: ${lastLines(ended)}`);
    assert(paths(plan) === 'fixed.txt made.txt', `it changed ${paths(plan)}`);
    assertCounted(agent, plan);
    const logs = (await workplace.run('plan', 'logs', plan.plan_id)).out;
    const goesOn = logs.includes('continues session');
    assert(goesOn === (presets[agent.name]?.resume !== null), `the fix ${goesOn ? '' : 'does not '}continue a session`);
    assert(!logs.includes('begins a new one'), 'the session was lost');
    const saysWhatItDoes = presets[agent.name]?.reads !== 'lines';
    assert(!saysWhatItDoes || /writes|edits|runs/.test(logs), 'the log does not say what it does');
    assert(!logs.includes('"type"'), `the log has lines of JSON`);
    return `${seconds(ended.seconds)}, ${used(plan)}${goesOn ? ', session continued' : ''}`;
  },
};

/** Its subplans are planned, worked on and merged; in Strategize it cannot write, though the model tries. */
const split: Scenario = {
  name: 'split, look only',
  async run(agent, programs) {
    await using workplace = await openWorkplace({ agent, programs });
    const ended = await workplace.run('run', 'Write all parts', '--split', ...chosen(agent));
    const plan = await planOf(workplace, ended);
    assert(plan.state === 'complete', `${plan.phase} ${plan.state}: ${lastLines(ended)}`);
    assert(paths(plan) === 'a/done.txt b/done.txt c/done.txt', `it changed ${paths(plan)}`);
    assert(workplace.git('status', '--porcelain') === '', 'it changed the checkout');
    assertCounted(agent, plan);
    return `${seconds(ended.seconds)}, ${used(plan)}`;
  },
};

const unauthorized: Scenario = {
  name: '401',
  async run(agent, programs) {
    let refusedAt = 0;
    const brain = () => {
      refusedAt ||= performance.now();
      return { status: 401, message: 'invalid x-api-key' };
    };
    await using workplace = await openWorkplace({ agent, programs, brain });
    const ended = await workplace.run('run', 'Write made.txt', ...chosen(agent));
    const plan = await planOf(workplace, ended);
    assert(plan.error?.code === 'AGENT_UNAVAILABLE', `${plan.error?.code ?? plan.state}: ${lastLines(ended)}`);
    const signIn = presets[agent.name]?.signIn.command ?? '';
    assert(ended.err.includes(signIn), `it does not say ${signIn}: ${lastLines(ended)}`);
    // Without the start of the agent, which takes a minute for some on a busy machine.
    const sinceRefused = (performance.now() - refusedAt) / 1000;
    assert(sinceRefused <= 15, `it took ${seconds(sinceRefused)} from the first refusal`);
    return `${seconds(ended.seconds)}, ${seconds(sinceRefused)} of it after the first of ${workplace.stub.requests.length} refusals`;
  },
};

const limited: Scenario = {
  name: '429',
  async run(agent, programs) {
    const headers = { 'retry-after': '20' };
    let refusedAt = 0;
    const brain = () => {
      refusedAt ||= performance.now();
      return { status: 429, message: 'Rate limit reached. Please try again in 20s.', headers };
    };
    await using workplace = await openWorkplace({ agent, programs, brain });
    const { child, ended } = workplace.start('run', 'Write made.txt', ...chosen(agent));
    // Agents may take minutes to start on a busy machine.
    await workplace.until('request', () => workplace.stub.requests.length > 0, 400);
    const plan = await workplace.until('rate limit', ({ waiting, error }) => waiting !== null || error !== null, 150);
    const code = plan.waiting?.error?.code ?? plan.error?.code;
    const after = (performance.now() - refusedAt) / 1000;
    const { length } = workplace.stub.requests;
    await cancelPlan(workplace, plan);
    child.kill('SIGTERM');
    assert(code === 'RATE_LIMITED', `${code}: ${lastLines(await ended)}`);
    assert(after <= 15, `it took ${seconds(after)} from the first refusal`);
    return `${seconds(after)} after the first of ${length} refusals`;
  },
};

/** Runs until a program of the agent, and one of a session of its own, are there. */
async function startWaiting(workplace: Workplace): Promise<PlanJson & { child: ReturnType<Workplace['start']> }> {
  const child = workplace.start('run', 'Wait in a program', ...chosen(workplace.agent));
  const isSleeping = async (id: string) => {
    const lines = await commandLinesOf(id);
    return ['sleep 600', 'sleep 7777'].every(line => lines.includes(line));
  };
  const plan = await workplace.until('program of the agent', ({ plan_id }) => isSleeping(plan_id), 300);
  return { ...plan, child };
}

/** Returns how many seconds the command took. */
async function cancelPlan(workplace: Workplace, { plan_id }: Pick<PlanJson, 'plan_id'>): Promise<number> {
  const ended = await workplace.run('plan', 'cancel', plan_id, '--yes');
  assert(ended.code === 0, `it cannot be cancelled: ${lastLines(ended)}`);
  return ended.seconds;
}

const cancel: Scenario = {
  name: 'cancel',
  async run(agent, programs) {
    await using workplace = await openWorkplace({ agent, programs });
    const { plan_id, child } = await startWaiting(workplace);
    const before = (await processesOf(plan_id)).length;
    const took = await cancelPlan(workplace, { plan_id });
    await child.ended;
    const left = (await processesOf(plan_id)).length;
    assert(left === 0, `${left} processes are left`);
    const plan = await workplace.until('cancelled plan', ({ state }) => state === 'cancelled');
    return `${before} processes ended in ${seconds(took)}, ${used(plan)}`;
  },
};

const kill: Scenario = {
  name: 'kill -9',
  async run(agent, programs) {
    let isKilled = false;
    // One that continues no session is asked the same again.
    const brain = (request: StubRequest) => answer(request, !isKilled);
    await using workplace = await openWorkplace({ agent, programs, brain });
    const { plan_id, child } = await startWaiting(workplace);
    isKilled = true;
    child.child.kill('SIGKILL');
    await child.ended;
    const spent = (await workplace.plan()) as PlanJson;
    const ended = await workplace.run('plan', 'execute', plan_id);
    const plan = await planOf(workplace, ended);
    assert(plan.state === 'complete', `${plan.state}: ${lastLines(ended)}`);
    assert(
      plan.files.some(({ path }) => path === 'made.txt'),
      `it changed ${paths(plan)}`,
    );
    const left = (await processesOf(plan_id)).length;
    assert(left === 0, `${left} processes are left`);
    return `${used(spent)} before, ${used(plan)} in the end`;
  },
};

/** The effort that an action names reaches the model, or is refused before anything runs. */
const effort: Scenario = {
  name: 'effort',
  async run(agent, programs) {
    if (agent.effort === undefined) return 'takes none';
    await using workplace = await openWorkplace({ agent, programs });
    const { name, model, effort: level } = agent;
    const executionActor = { kind: 'preset', agent: name, effort: level, ...(model !== undefined && { model }) };
    const action = { name: 'local/try', description: 'Write made.txt', executionActor };
    const ended = await workplace.run('run', '-f', writeAction(workplace, action));
    const plan = await planOf(workplace, ended);
    assert(plan.state === 'complete', `${plan.state}: ${lastLines(ended)}`);
    const request = workplace.stub.requests.find(({ tools }) => tools.length > 0);
    const found = /"[\w]*effort"\s*:\s*"\w+"/i.exec(JSON.stringify(request?.body))?.[0];
    assert(found?.includes(`"${level}"`) === true, `the model was asked with ${found ?? 'no effort'}`);
    return found;
  },
};

/** How it gets the tools of its task: as a preset, or by the Agent Client Protocol; null if it gets none. */
function withTools({ name, model, acp }: RealAgent): object | null {
  const { toolArgs, toolEnvironment } = presets[name] ?? {};
  if ((toolArgs ?? toolEnvironment) !== undefined)
    return { kind: 'preset', agent: name, ...(model !== undefined && { model }) };
  return acp === undefined ? null : { kind: 'acp', argv: acp };
}

/** Variables reach an agent of kind acp by name alone. */
const passed = ({ env, agent }: Workplace): string[] =>
  agent.acp === undefined
    ? []
    : Object.keys(env)
        .filter(name => !['PATH', 'HOME', 'LANG'].includes(name))
        .flatMap(name => ['--env', name]);

/** It plans by calls of tools, not by what it prints. */
const tools: Scenario = {
  name: 'plan by tools',
  async run(agent, programs) {
    const actor = withTools(agent);
    if (actor === null) return 'gets no tools';
    await using workplace = await openWorkplace({ agent, programs });
    const action = { name: 'local/try', description: 'Write all parts with the tools' };
    const actors = { strategyActor: actor, executionActor: actor };
    const ended = await workplace.run(
      'run',
      '-f',
      writeAction(workplace, { ...action, ...actors }),
      ...passed(workplace),
    );
    const plan = await planOf(workplace, ended);
    assert(plan.state === 'complete', `${plan.phase} ${plan.state}: ${lastLines(ended)}`);
    assert(paths(plan) === 'a/done.txt b/done.txt c/done.txt', `it changed ${paths(plan)}`);
    return `${seconds(ended.seconds)}, ${used(plan)}`;
  },
};

/** It asks a person with the tool of its task, waits, and works with the answer. */
const asks: Scenario = {
  name: 'ask a person',
  async run(agent, programs) {
    const executionActor = withTools(agent);
    if (executionActor === null) return 'gets no tools';
    await using workplace = await openWorkplace({ agent, programs });
    const action = { name: 'local/try', description: 'Ask which folder', executionActor };
    const ended = await workplace.run('run', '--detach', '-f', writeAction(workplace, action), ...passed(workplace));
    assert(ended.code === 0, `it does not start: ${lastLines(ended)}`);
    const asked = await workplace.until('question', ({ approvals }) => approvals.length > 0);
    const from = performance.now();
    const answered = await workplace.run('plan', 'answer', 'left', '--plan', asked.plan_id);
    assert(answered.code === 0, `it cannot be answered: ${lastLines(answered)}`);
    const plan = await workplace.until('end', ({ state }) => state === 'complete' || state === 'errored');
    assert(paths(plan) === 'left/made.txt', `${plan.state}: it changed ${paths(plan)}: ${lastLines(answered)}`);
    return `done ${seconds((performance.now() - from) / 1000)} after the answer`;
  },
};

export const scenarios: readonly Scenario[] = [work, split, tools, asks, unauthorized, limited, cancel, kill, effort];
