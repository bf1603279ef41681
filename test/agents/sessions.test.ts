/** Sessions of agents over several runs: the stub has the session only under its id, in the folder it worked in. */
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Plan, PlanRecord } from '../../src/index.ts';
import { tempDirectories } from '../adapters/temp-directories.ts';
import { createTestProject, type TestProject } from '../runtime/test-project.ts';
import { stubPath } from './stub-programs.ts';

const tempDirectory = tempDirectories();

interface Run {
  name: string;
  words: string[];
  prompt: string;
  cwd: string;
  wanted: string | null;
}

interface SessionProject extends TestProject {
  sessions: string;
  runs(): Run[];
  use(agent: object, action?: object): Promise<Plan>;
}

async function openSessionProject(): Promise<SessionProject> {
  const home = tempDirectory();
  const sessions = join(home, 'sessions');
  mkdirSync(sessions, { recursive: true });
  const project = await createTestProject({}, { env: { PATH: stubPath(join(home, 'bin')) } });
  return Object.assign(project, {
    sessions,
    runs: () =>
      readFileSync(join(sessions, 'runs.jsonl'), 'utf8')
        .trim()
        .split('\n')
        .map(line => JSON.parse(line) as Run),
    async use(agent: object, action: object = {}) {
      const keys = { name: 'local/try', description: 'Mend the clock', ...action };
      const read = await project.troupe.actions.read({ ...keys, executionActor: agent });
      const plan = await project.troupe.use({ action: read });
      await plan.execute();
      return plan;
    },
  });
}

/** A stub whose n-th run does what the n-th word says. */
const stub = ({ sessions }: SessionProject, name: string, runs: string) => ({
  kind: 'preset',
  agent: name,
  env: { STUB_AGENT: 'sequence', STUB_SESSIONS: sessions, STUB_RUNS: runs },
});

const fixes = { validations: [{ name: 'mended', argv: ['test', '-f', 'fixed.txt'] }] };

async function logOf(plan: Plan): Promise<string[]> {
  const lines: string[] = [];
  for await (const { text } of plan.logs()) lines.push(text);
  return lines;
}

const pathsOf = ({ changeSet }: PlanRecord) => (changeSet?.files ?? []).map(({ path }) => path).sort();

/** Resolves when so many runs of the agent have started, and the session of the last is recorded. */
async function runsStarted(plan: Plan, runs: number): Promise<void> {
  let seen = 0;
  for await (const event of plan.events()) {
    if (event.type === 'session.recorded' && event.session.state === 'working') seen += 1;
    if (seen >= runs) return;
  }
}

/** The arguments with which each agent continues a session. */
const resumed: Record<string, (id: string) => string[]> = {
  claude: id => ['--resume', id],
  codex: id => ['resume', id, '-'],
  gemini: id => ['--resume', id],
  qwen: id => ['--resume', id],
  opencode: id => ['--session', id],
  pi: id => ['--session', id],
  copilot: id => [`--resume=${id}`],
};

describe('The session of an agent', { timeout: 120_000 }, () => {
  test.each(
    Object.keys(resumed),
  )('continues in a fix, with %s: the prompt holds only the failure [R231]', async name => {
    const project = await openSessionProject();
    const plan = await project.use(stub(project, name, 'work fix'), fixes);
    const record = await plan.waitUntilIdle();
    expect(record).toMatchObject({ state: 'complete', error: null });
    expect(pathsOf(record)).toEqual(['fixed.txt', 'made.txt']);
    const [first, second, ...more] = project.runs();
    expect(more).toEqual([]);
    const [session] = await plan.sessions();
    const id = session?.sessionId ?? '';
    expect(session).toMatchObject({ program: name, role: 'fix', state: 'ended', directory: first?.cwd });
    expect(first?.wanted).toBe(null);
    expect(second?.wanted).toBe(id);
    expect(second?.words.join(' ')).toContain(resumed[name]?.(id).join(' '));
    expect(first?.prompt).toContain('# Goal\nMend the clock\n');
    expect(second?.prompt).toContain('# Problem\nmended failed with exit code 1');
    expect(second?.prompt).not.toContain('Mend the clock');
    expect(await logOf(plan)).toContain(`continues session ${id}`);
    // Two steps of the model in each run, also where the agent reports the total of its session.
    expect(record.spent.tokens).toBe(4000);
  });

  test('goes on after a crash, and its files stay as they are [R231]', async () => {
    const project = await openSessionProject();
    const plan = await project.use(stub(project, 'claude', 'stop fix'));
    await runsStarted(plan, 1);
    const again = await (await project.reopen()).get(plan.id);
    const record = await again.waitUntilIdle();
    expect(record).toMatchObject({ state: 'complete', error: null });
    expect(pathsOf(record)).toEqual(['fixed.txt', 'half.txt']);
    const [first, second] = project.runs();
    expect(second?.wanted).toMatch(/^[\w-]{36}$/);
    expect(second?.cwd).toBe(first?.cwd);
    expect(second?.prompt).toContain('The files are as it left them');
    expect(second?.prompt).not.toContain('Mend the clock');
  });

  test('that the agent does not have is replaced by a new one, from the start of the work [R231]', async () => {
    const project = await openSessionProject();
    const plan = await project.use(stub(project, 'claude', 'stop work'));
    await runsStarted(plan, 1);
    const [{ wanted: _, ...first } = {} as Run] = project.runs();
    await project.troupe.close();
    rmSync(project.sessions, { recursive: true });
    mkdirSync(project.sessions);
    const again = await (await project.reopen()).get(plan.id);
    const record = await again.waitUntilIdle();
    expect(record).toMatchObject({ state: 'complete', error: null });
    expect(pathsOf(record)).toEqual(['made.txt']);
    const [lost, fresh, ...more] = project.runs();
    expect(more).toEqual([]);
    expect(lost?.wanted).not.toBe(null);
    expect(fresh).toEqual({ ...first, wanted: null });
    expect((await logOf(again)).filter(line => line.includes('begins a new one'))).toEqual([
      `claude did not continue session ${lost?.wanted}, and begins a new one: claude failed: No conversation found with session ID: ${lost?.wanted}`,
    ]);
    expect((await again.sessions()).map(({ state }) => state).sort()).toEqual(['ended', 'lost']);
  });

  test('continues in another attempt, whose agent learns that its files were restored [R231]', async () => {
    const project = await openSessionProject();
    const plan = await project.use(stub(project, 'claude', 'fail work'), { automationProfile: 'trusted' });
    const record = await plan.waitUntilIdle();
    expect(pathsOf(record)).toEqual(['made.txt']);
    const [, second] = project.runs();
    expect(second?.wanted).not.toBe(null);
    expect(second?.prompt).toContain('the files are again as they were before it');
  });

  test('is not continued after it failed twice [R231]', async () => {
    const project = await openSessionProject();
    const plan = await project.use(stub(project, 'claude', 'fail fail work'), { automationProfile: 'trusted' });
    await plan.waitUntilIdle();
    expect(project.runs().map(({ wanted }) => wanted === null)).toEqual([true, false, true]);
  });

  test('ends with a rollback to before it [R231]', async () => {
    const project = await openSessionProject();
    const plan = await project.use(stub(project, 'claude', 'work work'));
    await plan.waitUntilIdle();
    const [begin] = await plan.checkpoints.list();
    await plan.rollback(begin?.checkpointId ?? '');
    await plan.execute();
    const record = await plan.waitUntilIdle();
    expect(record).toMatchObject({ state: 'complete', error: null });
    expect(project.runs().map(({ wanted }) => wanted)).toEqual([null, null]);
    expect(project.runs()[1]?.prompt).toContain('# Goal\nMend the clock\n');
  });

  test('of a strategist goes on with guidance after a revert; that of the work does not [R231]', async () => {
    const project = await openSessionProject();
    const agent = stub(project, 'claude', '');
    const plan = await project.use(agent, { strategyActor: agent });
    await plan.waitUntilIdle();
    await plan.revert('Use brass');
    await plan.execute();
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'complete', error: null });
    const isStrategist = ({ words }: Run) => words.includes('plan');
    const [first, second, ...more] = project.runs().filter(isStrategist);
    expect(more).toEqual([]);
    expect(second?.wanted).not.toBe(null);
    expect(second?.cwd).toBe(first?.cwd);
    expect(second?.prompt).toContain('# Guidance\n- Use brass\n');
    expect(second?.prompt).not.toContain('Mend the clock');
    const workers = project.runs().filter(run => !isStrategist(run));
    expect(new Set(workers.map(({ wanted }) => wanted))).toEqual(new Set([null]));
  });

  test('of a command goes on too, by the format that it reads [R231]', async () => {
    const project = await openSessionProject();
    const { env } = stub(project, 'claude', 'work fix');
    const argv = ['codex', 'exec', '--json'];
    const plan = await project.use({ kind: 'command', argv, env, reads: 'codex' }, fixes);
    await plan.waitUntilIdle();
    const [first, second] = project.runs();
    expect(first?.words).toEqual(['exec', '--json']);
    expect(second?.words).toEqual(['exec', '--json', 'resume', second?.wanted, '-']);
  });

  test('of an agent that cannot continue one is never asked for [R231]', async () => {
    const project = await openSessionProject();
    const plan = await project.use(stub(project, 'aider', 'work fix'), fixes);
    await plan.waitUntilIdle();
    expect(project.runs().map(({ wanted }) => wanted)).toEqual([null, null]);
    expect(project.runs()[1]?.prompt).toContain('# Goal\nMend the clock\n');
    expect(await plan.sessions()).toEqual([]);
  });
});
