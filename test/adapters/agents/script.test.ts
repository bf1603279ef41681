import { utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { scriptAgent } from '../../../src/adapters/agents/script.ts';
import { planSpec } from '../../fixtures.ts';
import { createToolHarness } from '../tool-harness.ts';

const module = './agent.mjs';

/** A script agent in an empty sandbox. */
async function scripted(source: string, changes: Parameters<typeof createToolHarness>[1] = {}) {
  const home = await createToolHarness({ 'agent.mjs': source });
  const harness = await createToolHarness({}, changes);
  return {
    home,
    harness,
    agent: scriptAgent({ module, actionDir: home.directory }),
    async [Symbol.asyncDispose]() {
      await home[Symbol.asyncDispose]();
      await harness[Symbol.asyncDispose]();
    },
  };
}

describe('A script agent', () => {
  test('works through its tools, and each use is a recorded tool call [R160, R43]', async () => {
    await using it = await scripted(`
      export default async context => {
        await context.write('a.txt', 'one two');
        await context.edit('a.txt', 'two', 'three');
        const text = await context.read('a.txt');
        await context.write('d/b.txt', '');
        const files = await context.files();
        await context.delete('d');
        const { exitCode, output } = await context.run(['sh', '-c', 'ls; exit 1'], { timeoutSeconds: 10 });
        await context.checkpoint('here');
        context.log('a line');
        const found = await context.call('search', { text: 'three' });
        return JSON.stringify({ text, files, some: await context.files('*.txt'), exitCode, output, found });
      };`);
    await it.agent.check();
    const { summary } = await it.agent.run(it.harness.task());
    expect(JSON.parse(summary)).toEqual({
      text: 'one three',
      files: ['a.txt', 'd/b.txt'],
      some: ['a.txt'],
      exitCode: 1,
      output: 'a.txt\n',
      found: { matches: [{ path: 'a.txt', line: 1, text: 'one three' }], truncated: false },
    });
    expect(it.harness.calls).toHaveLength(10);
    expect(it.harness.lines).toContain('a line');
  });

  test('gets its role and its context', async () => {
    const plan = planSpec({
      ...{ longDescription: 'Step by step', definitionOfDone: 'It is done', resourceScopes: ['src'] },
      ...{ arguments: { a: 1 }, argumentDescriptions: { a: 'how many' } },
    });
    await using it = await scripted(
      `export default ({ signal, decisions, directory, call, ...context }) => {
        const values = Object.fromEntries(Object.entries(context).filter(([, value]) => typeof value !== 'function'));
        return JSON.stringify({ ...values, stopped: signal.aborted, decisions: decisions.length, named: directory.length > 0 });
      };`,
      { plan },
    );
    const task = it.harness.task({ role: 'fix', attempt: 2, guidance: ['g'], advice: ['l'], problem: 'p' });
    expect(JSON.parse((await it.agent.run(task)).summary)).toEqual({
      role: 'fix',
      goal: plan.description,
      longDescription: 'Step by step',
      definitionOfDone: 'It is done',
      arguments: { a: 1 },
      argumentDescriptions: { a: 'how many' },
      planId: plan.planId,
      depth: 0,
      attempt: 2,
      resourceScopes: ['src'],
      guidance: ['g'],
      lessons: ['l'],
      problem: 'p',
      diff: null,
      variables: {},
      stopped: false,
      decisions: 0,
      named: true,
    });
  });

  test('makes decisions, and plans subplans that depend on each other by key or id [R14]', async () => {
    await using it = await scripted(
      `export default async ({ decide, subplan }) => {
        await decide({ question: 'How?', choose: 'In parts', confidence: 0.9 });
        const base = await subplan({ key: 'base', goal: 'Lay the base', resourceScopes: ['a'] });
        await subplan({ goal: 'Build', resourceScopes: ['b'], dependsOn: ['base'], arguments: { floor: 2 } });
        await subplan({ goal: 'Paint', dependsOn: [base], executionActor: { kind: 'steps', steps: [] } });
      };`,
      { phase: 'strategize', agentRole: 'strategy' },
    );
    expect(await it.agent.run(it.harness.task({ role: 'strategy' }))).toEqual({ decisions: [], summary: '' });
    const [how, base, build, paint] = it.harness.decisions;
    expect(how).toMatchObject({ type: 'strategy_choice', confidence: 0.9 });
    expect(build).toMatchObject({ dependsOn: [base?.decisionId], payload: { arguments: { floor: 2 } } });
    expect(paint).toMatchObject({ dependsOn: [base?.decisionId], payload: { projectRef: 'main' } });
  });

  test.each([
    ["subplan({ goal: 'x', dependsOn: ['absent'] })", 'depends on "absent", which no subplan before it is called'],
    ["subplan({ key: 'k', goal: 'a' }).then(() => subplan({ goal: 'x', dependsOn: ['j'] }))", 'known: k'],
    ["subplan({ key: 'k', goal: 'a' }).then(() => subplan({ key: 'k', goal: 'b' }))", 'Two subplans have the key "k"'],
    ["subplan({ goal: 'x', resourceScopes: ['../y'] })", 'is refused: resourceScopes.0: '],
    ["subplan({ gaol: 'x' })", 'A subplan is not understood: '],
    ["decide({ question: 'q' })", 'decision.choose: '],
  ])('that calls %s fails with the reason', async (words, message) => {
    await using it = await scripted(`export default ({ decide, subplan }) => ${words};`);
    await expect(it.agent.run(it.harness.task())).rejects.toMatchObject({
      code: 'INVALID_DECISION',
      message: expect.stringContaining(message),
    });
  });

  test('may return a summary, an estimate and its usage', async () => {
    await using it = await scripted(`
      export default () => ({ summary: 's', estimate: { files: 2 }, usage: { tokens: 10 } });`);
    expect(await it.agent.run(it.harness.task())).toEqual({
      decisions: [],
      summary: 's',
      estimate: { files: 2 },
      usage: { tokens: 10 },
    });
    await using poor = await scripted('export default () => ({ usage: { usd: 0.5 } });');
    expect(await poor.agent.run(poor.harness.task())).toEqual({ decisions: [], summary: '', usage: { usd: 0.5 } });
    await using silent = await scripted('export default () => null;');
    expect(await silent.agent.run(silent.harness.task())).toEqual({ decisions: [], summary: '' });
  });

  test('that returns anything else fails with the reason', async () => {
    await using it = await scripted('export default () => ({ sumary: 1 });');
    await expect(it.agent.run(it.harness.task())).rejects.toMatchObject({
      code: 'AGENT_FAILED',
      retriable: false,
      message: expect.stringContaining('sumary'),
    });
    await using number = await scripted('export default () => 7;');
    await expect(number.agent.run(number.harness.task())).rejects.toThrow('answer: ');
  });

  test('that throws fails with the message and the stack', async () => {
    await using it = await scripted("export default () => { throw new RangeError('too far'); };");
    await expect(it.agent.run(it.harness.task())).rejects.toMatchObject({
      code: 'AGENT_FAILED',
      message: `The script ${module} failed: too far`,
      details: { stack: expect.stringContaining('agent.mjs') },
    });
    await using odd = await scripted("export default () => Promise.reject('just words');");
    await expect(odd.agent.run(odd.harness.task())).rejects.toThrow('failed: just words');
    await using silent = await scripted(`
      export default () => { const error = new Error('no trace'); error.stack = undefined; throw error; };`);
    await expect(silent.agent.run(silent.harness.task())).rejects.toMatchObject({ details: { stack: '' } });
  });

  test('passes on the error of a tool unchanged', async () => {
    await using it = await scripted("export default ({ read }) => read('none');");
    await expect(it.agent.run(it.harness.task())).rejects.toMatchObject({ code: 'TOOL_FAILED', where: 'none' });
  });

  test('that ignores its signal is abandoned when the work is stopped [R45]', async () => {
    await using it = await scripted(`
      export default async ({ log, call }) => {
        log('up');
        await new Promise(resolve => globalThis.setImmediate(resolve));
        await call('write', { path: 'late', content: '' }).catch(() => undefined);
        return new Promise(() => {});
      };`);
    const abort = new AbortController();
    const task = it.harness.task({
      signal: abort.signal,
      call: it.harness.runner({ signal: abort.signal }),
      log: () => abort.abort(),
    });
    await expect(it.agent.run(task)).rejects.toMatchObject({ code: 'CANCELLED' });
    await new Promise(setImmediate);
    await new Promise(setImmediate);
    await expect(it.harness.read('late')).rejects.toThrow('ENOENT');
    await expect(it.agent.run(task)).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('reads a long text completely, and rejects binary files', async () => {
    await using it = await scripted(`
      export default async ({ read }) => {
        const text = await read('long.txt');
        const bytes = await read('bytes').catch(error => error.message);
        return text.length + ' ' + bytes;
      };`);
    await writeFile(join(it.harness.directory, 'long.txt'), `${'x'.repeat(999_999)}€${'y'.repeat(500_000)}`);
    await writeFile(join(it.harness.directory, 'bytes'), Buffer.from([0xff, 0xfe]));
    const { summary } = await it.agent.run(it.harness.task());
    expect(summary).toBe('1500000 bytes is not text; call builtin/read for its bytes');
  });

  test('gets an error when there are more files than can be listed at once', async () => {
    await using it = await scripted('export default ({ files }) => files();');
    const call = async () => ({ entries: [], truncated: true });
    await expect(it.agent.run(it.harness.task({ call }))).rejects.toThrow('more than 20000 files');
  });
});

describe('The module of a script', () => {
  test('is resolved relative to the action, as an absolute path, or as a URL', async () => {
    await using it = await scripted('export default () => "found";');
    const file = join(it.home.directory, 'agent.mjs');
    for (const name of ['agent.mjs', file, pathToFileURL(file).href]) {
      const agent = scriptAgent({ module: name, actionDir: it.home.directory });
      expect((await agent.run(it.harness.task())).summary).toBe('found');
    }
  });

  test('is loaded again only if it changed', async () => {
    await using it = await scripted('let n = 0; export default () => ["first", ++n].join(" ");');
    expect((await it.agent.run(it.harness.task())).summary).toBe('first 1');
    await it.agent.check();
    expect((await it.agent.run(it.harness.task())).summary).toBe('first 2');
    const file = join(it.home.directory, 'agent.mjs');
    await writeFile(file, 'export default () => "second";');
    await utimes(file, 1, 1);
    expect((await it.agent.run(it.harness.task())).summary).toBe('second');
  });

  test.each([
    ['is missing', null, 'There is no module'],
    ['has no default export', 'export const run = () => {};', 'exports run'],
    ['exports nothing', '', 'exports nothing'],
    ['exports something else as default', 'export default { run() {} };', 'must export a function as default'],
    ['throws while it loads', "throw new Error('no key');", 'does not load: no key'],
    ['throws no error while it loads', "throw 'no key';", 'does not load: no key'],
  ])('that %s makes the agent unavailable before anything runs', async (_, source, message) => {
    await using it = await scripted(source ?? '');
    const name = source === null ? './none.mjs' : module;
    const agent = scriptAgent({ module: name, actionDir: it.home.directory });
    await expect(agent.check()).rejects.toMatchObject({
      code: 'AGENT_UNAVAILABLE',
      where: join(it.home.directory, name),
      message: expect.stringContaining(message),
    });
  });
});
