/** Complete plans with the agents of presets: stub programs on the PATH that print what the real ones print. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { listTaggedProcesses, presets } from '../../src/agents.ts';
import type { Plan, PlanRecord, TroupeOptions } from '../../src/index.ts';
import { AgentPresetName } from '../../src/model/agent-preset.ts';
import { commandHint } from '../../src/model/command-hint.ts';
import { tempDirectories } from '../adapters/temp-directories.ts';
import { createTestProject, type TestProject } from '../runtime/test-project.ts';
import { stubPath } from './stub-programs.ts';

const tempDirectory = tempDirectories();
const names = Object.keys(presets);

async function openStubProject(options: Partial<TroupeOptions> = {}): Promise<TestProject> {
  const path = stubPath(join(tempDirectory(), 'bin'));
  return createTestProject({}, { env: { PATH: path }, ...options });
}

interface Ran {
  plan: Plan;
  record: PlanRecord;
}

async function run(project: TestProject, keys: Record<string, unknown>): Promise<Ran> {
  const action = { name: 'local/try', description: 'Do it', automationProfile: 'manual', ...keys };
  const plan = await project.troupe.use({ action: await project.troupe.actions.read(action) });
  await plan.execute();
  return { plan, record: await plan.waitUntilIdle() };
}

/** An agent in the mode of the stub. */
const agentIn = (agent: string, mode: string, more: object = {}) => ({
  kind: 'preset',
  agent,
  env: { STUB_AGENT: mode },
  ...more,
});

async function logOf({ plan }: Ran, options: Parameters<Plan['logs']>[0] = {}): Promise<string[]> {
  const lines: string[] = [];
  for await (const { step, text } of plan.logs(options)) if (step !== 'troupe') lines.push(`${step}: ${text}`);
  return lines;
}

const pathsOf = ({ record }: Ran) => (record.changeSet?.files ?? []).map(({ path }) => path);

test('Every preset has a name that actions accept, and every such name has a preset [R221]', () => {
  expect(names).toEqual(AgentPresetName.options);
});

describe('An agent preset', { timeout: 120_000 }, () => {
  test.each(names)('%s works, and its usage is counted as far as it reports it [R220] [R223]', async name => {
    const ran = await run(await openStubProject(), { executionActor: name });
    expect(ran.record).toMatchObject({ state: 'complete', error: null });
    expect(pathsOf(ran)).toEqual(['made.txt']);
    const { tokens, usd } = presets[name]?.reports ?? {};
    // Two steps of the model.
    expect(ran.record.spent).toMatchObject({
      tokens: tokens ? 2000 : null,
      usd: usd || name === 'qwen' || name === 'amp' ? 0.02 : null,
    });
  });

  test('shows its activity as lines, and its raw output on request [R230]', async () => {
    const ran = await run(await openStubProject(), { executionActor: 'claude' });
    expect(await logOf(ran)).toEqual([
      'execute: session 11111111-2222-4333-8444-555555555555',
      'execute: I will write the file.',
      'execute: writes made.txt',
      'execute: Done.',
    ]);
    const original = await logOf(ran, { output: true });
    expect(original.filter(line => line.startsWith('execute.output: {"type":"result"'))).toHaveLength(1);
  });

  // The others print one of these formats.
  const formats = names.filter(name => name !== 'qwen' && name !== 'amp');
  test.each(
    formats,
  )('%s as strategist: its subplans are planned out of what it prints, worked on and merged [R222] [R223]', async name => {
    const project = await openStubProject();
    const ran = await run(project, { description: 'Split it', strategyActor: name, executionActor: name });
    expect(ran.record).toMatchObject({ state: 'complete', error: null });
    expect(pathsOf(ran).sort()).toEqual(['a/done.txt', 'b/done.txt', 'c/done.txt']);
    const decisions = await ran.plan.decisions();
    expect(decisions.map(({ question, chosenOption }) => `${question} ${chosenOption}`)).toContain('How? By folder');
    // The strategist runs once; then three parts of two steps each, and one step of the plan itself.
    if (presets[name]?.reports.tokens) expect(ran.record.spent.tokens).toBe(1000 * (1 + 6 + 1));
  });

  test.each([
    'claude',
    'codex',
    'opencode',
    'copilot',
  ])('%s as strategist plans subplans with the tools of its task [R238] [R246]', async name => {
    const project = await openStubProject();
    const ran = await run(project, {
      ...{ description: 'Split it', executionActor: name, strategyActor: agentIn(name, 'tools') },
    });
    expect(ran.record).toMatchObject({ state: 'complete', error: null });
    expect(pathsOf(ran)).toEqual(['a/done.txt']);
    const decisions = await ran.plan.decisions();
    expect(decisions.map(({ question, chosenOption }) => `${question} ${chosenOption}`)).toContain('How? With tools');
  });

  test('claude waits for the tools of its task before it asks its model [R238]', async () => {
    const project = await openStubProject();
    const ran = await run(project, { executionActor: agentIn('claude', 'record') });
    const env = JSON.parse(project.git('show', `${ran.record.resultTree}:env.json`));
    expect(env).toMatchObject({ MCP_CONNECTION_NONBLOCKING: '0', MCP_CONNECT_TIMEOUT_MS: '60000' });
  });

  test('opencode keeps a configuration that the user passes in a variable, and then gets no tools [R238]', async () => {
    const own = '{"theme":"own"}';
    const project = await openStubProject({ agentEnv: { OPENCODE_CONFIG_CONTENT: own } } as Partial<TroupeOptions>);
    const ran = await run(project, { executionActor: agentIn('opencode', 'record') });
    const env = JSON.parse(project.git('show', `${ran.record.resultTree}:env.json`));
    expect(env.OPENCODE_CONFIG_CONTENT).toBe(own);
  });

  test('that is not installed is reported with the command that installs it [R221]', async () => {
    const path = stubPath(join(tempDirectory(), 'bin'), ['claude']);
    const project = await createTestProject({}, { env: { PATH: path } });
    const { record } = await run(project, { executionActor: 'codex' });
    expect(record.error).toMatchObject({
      code: 'AGENT_UNAVAILABLE',
      message: expect.stringContaining(
        'The program codex is not on the PATH; install it (npm install -g @openai/codex)',
      ),
    });
  });

  test('is overridden by an agent of the same name that the user defines [R221]', async () => {
    const agents = {
      claude: { kind: 'preset', agent: 'claude', model: 'small', args: [], env: { STUB_AGENT: 'record' } },
    };
    const project = await openStubProject({ agents } as Partial<TroupeOptions>);
    const ran = await run(project, { executionActor: 'claude' });
    const argv = JSON.parse(project.git('show', `${ran.record.resultTree}:argv.json`));
    expect(argv.slice(-2)).toEqual(['--model', 'small']);
  });
});

describe('A run without a result', () => {
  test('is a failure when the agent reports one, although it exits with 0 [R224]', async () => {
    const { record } = await run(await openStubProject(), { executionActor: agentIn('claude', 'max-turns') });
    expect(record.error).toMatchObject({ code: 'AGENT_FAILED', message: expect.stringContaining('too many turns') });
    expect(record.spent).toMatchObject({ tokens: 1000, usd: 0.01 });
  });

  test.each([
    'codex',
    'gemini',
    'opencode',
    'pi',
    'copilot',
    'cline',
    'goose',
  ])('is a failure of %s too [R224]', async name => {
    const { record } = await run(await openStubProject(), { executionActor: agentIn(name, 'max-turns') });
    expect(record.error).toMatchObject({ code: 'AGENT_FAILED', message: expect.stringContaining('too many turns') });
  });

  test.each([
    ['claude', '--allowedTools TOOL'],
    ['opencode', '--auto'],
  ])('is a failure when %s lacks permissions, and the error names the argument that grants them [R224]', async (name, flag) => {
    const { record } = await run(await openStubProject(), { executionActor: agentIn(name, 'denied') });
    expect(record.error).toMatchObject({ code: 'NOTHING_DONE', message: expect.stringContaining(flag) });
  });

  test('is not a failure when a result without changes is allowed [R224]', async () => {
    const project = await openStubProject();
    const action = await project.troupe.actions.read({
      name: 'local/try',
      description: 'Do it',
      executionActor: agentIn('claude', 'denied'),
    });
    const plan = await project.troupe.use({ action, allowEmpty: true });
    await plan.execute();
    expect((await plan.waitUntilIdle()).error).toBeNull();
  });

  test('is a failure when the output has another format [R224]', async () => {
    const reads = { kind: 'command', argv: ['sh', '-c', 'cat >/dev/null; echo Hello'], reads: 'claude' };
    const { record } = await run(await openStubProject(), { executionActor: reads });
    expect(record.error).toMatchObject({
      code: 'AGENT_FAILED',
      message: expect.stringContaining('sh printed nothing in the format "claude": Hello'),
    });
  });
});

describe('A service that rejects', () => {
  test.each([
    ['claude', 'claude auth login'],
    ['codex', 'codex login'],
  ])('the key of %s ends the run at its second try, with the command that signs in [R225]', async (name, command) => {
    const ran = await run(await openStubProject(), { executionActor: agentIn(name, 'refused-401') });
    expect(ran.record.error).toMatchObject({
      code: 'AGENT_UNAVAILABLE',
      message: expect.stringContaining(`Sign in: ${command}`),
      hints: expect.arrayContaining([command, commandHint('doctor')]),
    });
    expect((await logOf(ran)).filter(line => line.includes('tries again'))).toHaveLength(2);
  });

  test('the key of copilot ends the run at its second try, of which the first is only a warning [R225]', async () => {
    const ran = await run(await openStubProject(), { executionActor: agentIn('copilot', 'refused-401') });
    expect(ran.record.error).toMatchObject({
      code: 'AGENT_UNAVAILABLE',
      message: expect.stringContaining('Sign in: copilot login'),
    });
    expect(await logOf(ran)).toEqual([
      expect.stringMatching(/^execute: session [\w-]{36}$/),
      'execute: The service refused',
      'execute: The service refused, tries again',
    ]);
  });

  test('for a rate limit says for how long, whatever delay the agent chooses for its own retry [R225]', async () => {
    const project = await openStubProject();
    void run(project, { executionActor: agentIn('pi', 'refused-429') }).catch(() => null);
    for await (const event of project.troupe.events()) {
      if (event.type !== 'attempt.delayed') continue;
      expect(event.waiting.error).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 20 } });
      break;
    }
  });

  test('for a rate limit of at most five seconds lets the agent wait by itself [R225]', async () => {
    const ran = await run(await openStubProject(), { executionActor: agentIn('claude', 'refused-429-once') });
    expect(ran.record).toMatchObject({ state: 'complete', error: null });
    expect((await logOf(ran)).filter(line => line.includes('tries again'))).toHaveLength(1);
  });

  test('of cline is at the first answer that the file which Bun loads before it prints, and does not wait until it exits [R225]', async () => {
    const project = await openStubProject();
    const from = performance.now();
    void run(project, { executionActor: agentIn('cline', 'refused-429') }).catch(() => null);
    for await (const event of project.troupe.events()) {
      if (event.type !== 'attempt.delayed') continue;
      expect(event.waiting.error).toMatchObject({ code: 'RATE_LIMITED', details: { retryAfterSeconds: 20 } });
      break;
    }
    expect(performance.now() - from).toBeLessThan(9_000);
  });

  test('for a rate limit delays the plan for the reported time, and other plans that use the same agent [R225]', async () => {
    const project = await openStubProject();
    const limited = (goal: string, agent: object | string) =>
      run(project, { description: goal, executionActor: agent }).catch(() => null);
    const first = agentIn('claude', 'refused-429');
    void limited('First', first);
    const waits: Record<string, unknown>[] = [];
    for await (const event of project.troupe.events()) {
      if (event.type !== 'attempt.delayed') continue;
      waits.push(event.waiting);
      if (waits.length === 1) void limited('Second', 'claude');
      else break;
    }
    expect(waits.map(({ error }) => error)).toMatchObject([
      { code: 'RATE_LIMITED', message: expect.stringContaining('was refused: ') },
      { code: 'RATE_LIMITED', message: expect.stringContaining('was refused: ') },
    ]);
    // The second plan did not call its agent: the stub would have succeeded.
    const second = (await project.troupe.list()).find(({ description }) => description === 'Second');
    expect(second).toMatchObject({ state: 'processing' });
  });
});

describe('A run that is stopped', () => {
  test('leaves no process, not even one in another session, and its usage so far is counted [R223] [R245]', async () => {
    const project = await openStubProject();
    const action = { name: 'local/try', description: 'Do it', executionActor: agentIn('claude', 'hang') };
    const plan = await project.troupe.use({ action: await project.troupe.actions.read(action) });
    await plan.execute();
    for await (const { text } of plan.logs({ follow: true })) if (text === 'runs sleep 600') break;
    const left = async () => (await listTaggedProcesses()).filter(({ tag }) => tag.includes(plan.id));
    await expect.poll(async () => (await left()).length).toBeGreaterThan(1);
    await plan.cancel();
    const record = await plan.waitUntilIdle();
    expect(await left()).toEqual([]);
    expect(record).toMatchObject({ state: 'cancelled', spent: { tokens: 901 } });
  });
});

describe('A budget', () => {
  test('in USD for an agent that reports no price causes a warning before anything runs [R226]', async () => {
    const project = await openStubProject();
    const budget = { usd: 5, tokens: 1_000_000 };
    const warned = async (executionActor: string) => {
      const { plan } = await run(project, { budget, executionActor });
      const found: string[] = [];
      for await (const event of plan.events()) if (event.type === 'plan.warned') found.push(event.message);
      return found;
    };
    expect(await warned('codex')).toEqual([
      'budget.usd does not limit all of the work: codex does not report usd; set budget.tokens too, or name the model and its price',
    ]);
    expect(await warned('claude')).toEqual([]);
  });

  test('in USD limits an agent whose model has a price in the table of the user [R226]', async () => {
    const project = await openStubProject({ prices: { small: { input: 10, cacheRead: 1, output: 100 } } });
    const keys = { budget: { usd: 0.02 }, executionActor: { kind: 'preset', agent: 'codex', model: 'small' } };
    const { plan, record } = await run(project, keys);
    // Two steps, each of 500 tokens, 400 cached ones and 100 that are written.
    expect(record.spent.usd).toBeCloseTo((2 * (500 * 10 + 400 + 100 * 100)) / 1e6, 10);
    expect(record.error).toMatchObject({ code: 'BUDGET_EXHAUSTED', message: expect.stringContaining('0.02 usd') });
    for await (const event of plan.events()) expect(event.type).not.toBe('plan.warned');
    const other = { ...keys, executionActor: { ...keys.executionActor, model: 'other' } };
    expect((await run(project, other)).record).toMatchObject({ state: 'complete', spent: { usd: null } });
  });

  test('in tokens stops the agent that exceeds it [R223]', async () => {
    const project = await openStubProject();
    const { record } = await run(project, { budget: { tokens: 500 }, executionActor: agentIn('claude', 'hang') });
    expect(record.error).toMatchObject({ code: 'BUDGET_EXHAUSTED' });
  });
});
