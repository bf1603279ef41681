/** Keys of an agent that is described inline. */
import { startModelStub } from '../../adapters/agents/llm/model-stub.ts';
import { type KeyCases, keyCase } from './key-case.ts';
import { acpAgent, commandAgent, type KeyFixture, stepsAgent, writeStep } from './key-fixture.ts';

/** The outcome of a program under these watchdogs. */
const watched = async (fixture: KeyFixture, script: string, watchdogs: Record<string, number>) =>
  (await fixture.run({ executionActor: commandAgent(script, { watchdogs }) })).outcome;

/** The same, with the files it changed. */
const watchedFiles = async (fixture: KeyFixture, script: string, watchdogs: Record<string, number>) =>
  (await fixture.run({ executionActor: commandAgent(script, { watchdogs }) })).paths;

/** The last two arguments that a preset's program got. */
async function lastWords(fixture: KeyFixture, keys: object): Promise<string[]> {
  const executionActor = { kind: 'preset', agent: 'claude', env: { STUB_AGENT: 'record' }, ...keys };
  const words = await fixture.text(await fixture.run({ executionActor }), 'argv.json');
  return JSON.parse(words ?? '[]').slice(-2);
}

const done = `echo '{"type":"result","summary":"done"}'`;

export const agentCases: KeyCases = {
  kind: keyCase('what does the work', {
    values: ['steps', 'command', 'script', 'acp', 'preset', 'llm'],
    async observe(kind, fixture) {
      await using stub = await startModelStub(({ turn }) =>
        turn > 0 ? { text: 'Done.' } : { calls: [{ name: 'write', input: { path: 'by-llm.txt', content: 'x' } }] },
      );
      const module = fixture.module("export default ({ write }) => write('by-script.txt', 'x');");
      const given = {
        steps: stepsAgent(writeStep('by-steps.txt')),
        command: commandAgent('echo x > by-command.txt'),
        script: { kind: 'script', module },
        acp: acpAgent([{ write: ['by-acp.txt', 'x'] }]),
        preset: { kind: 'preset', agent: 'claude' },
        llm: { kind: 'llm', provider: 'openai-compatible', model: 'stub', baseUrl: stub.url('openai-compatible') },
      }[kind];
      return (await fixture.run({ executionActor: given })).paths;
    },
    expected: [['by-steps.txt'], ['by-command.txt'], ['by-script.txt'], ['by-acp.txt'], ['made.txt'], ['by-llm.txt']],
  }),
  steps: keyCase('the steps', {
    values: [[], [writeStep('b.txt'), writeStep('c.txt')]],
    observe: async (list, fixture) => (await fixture.run({ executionActor: stepsAgent(...list) })).paths,
    expected: [[], ['b.txt', 'c.txt']],
  }),
  module: keyCase('the module', {
    values: ['b.txt', 'c.txt'],
    async observe(path, fixture) {
      const module = fixture.module(`export default ({ write }) => write('${path}', 'x');`);
      return (await fixture.run({ executionActor: { kind: 'script', module } })).paths;
    },
    expected: [['b.txt'], ['c.txt']],
  }),
  argv: keyCase('the program', {
    values: [
      ['touch', 'b.txt'],
      ['touch', 'c.txt'],
    ],
    observe: async (argv, fixture) => (await fixture.run({ executionActor: { kind: 'command', argv } })).paths,
    expected: [['b.txt'], ['c.txt']],
  }),
  reads: keyCase('what its output means', {
    values: ['lines', 'claude'],
    observe: async (reads, fixture) => {
      const script = `echo '{"type":"result","is_error":true,"result":"It did not work"}'`;
      return (await fixture.run({ executionActor: commandAgent(script, { reads }) })).outcome;
    },
    expected: ['complete', 'AGENT_FAILED'],
  }),
  agent: keyCase('which program that is installed', {
    values: ['claude', 'codex'],
    observe: async (agent, fixture) =>
      fixture.text(await fixture.run({ executionActor: { kind: 'preset', agent } }), 'made.txt'),
    expected: ['made by claude\n', 'made by codex\n'],
  }),
  model: keyCase('which model it works with', {
    values: ['small', 'large'],
    observe: (model, fixture) => lastWords(fixture, { model }),
    expected: [
      ['--model', 'small'],
      ['--model', 'large'],
    ],
  }),
  effort: keyCase('how hard the model thinks', {
    values: ['low', 'high'],
    observe: (effort, fixture) => lastWords(fixture, { effort }),
    expected: [
      ['--effort', 'low'],
      ['--effort', 'high'],
    ],
  }),
  args: keyCase('further arguments', {
    values: [[], ['--max-turns', '9']],
    observe: (args, fixture) => lastWords(fixture, { args }),
    expected: [
      ['--allowedTools', 'mcp__troupe'],
      ['--max-turns', '9'],
    ],
  }),
  env: keyCase('variables of the program', {
    values: [{}, { NAME: 'b' }],
    observe: async (env, fixture) =>
      (await fixture.run({ executionActor: commandAgent('touch "x$NAME.txt"', { env }) })).paths,
    expected: [['x.txt'], ['xb.txt']],
  }),
  'watchdogs.totalSeconds': keyCase('how long one run may take', {
    values: [0.1, 600],
    observe: (totalSeconds, fixture) => watched(fixture, 'sleep 1', { totalSeconds }),
    expected: ['TIMED_OUT', 'complete'],
  }),
  'watchdogs.startSeconds': keyCase('how long until it says something', {
    values: [0.1, 600],
    observe: (startSeconds, fixture) => watched(fixture, 'sleep 1; echo late', { startSeconds }),
    expected: ['STALLED', 'complete'],
  }),
  'watchdogs.idleSeconds': keyCase('how long it may say nothing', {
    values: [0.1, 600],
    observe: (idleSeconds, fixture) => watched(fixture, 'echo begun; sleep 1', { startSeconds: 30, idleSeconds }),
    expected: ['STALLED', 'complete'],
  }),
  'watchdogs.resultSeconds': keyCase('how long it may go on after its result', {
    values: [0.1, 600],
    observe: (resultSeconds, fixture) => watchedFiles(fixture, `${done}; sleep 1; touch late.txt`, { resultSeconds }),
    expected: [[], ['late.txt']],
  }),
  'watchdogs.graceSeconds': keyCase('how long it may take to end once it is asked to', {
    values: [0.1, 600],
    observe: (graceSeconds, fixture) =>
      watchedFiles(fixture, `trap 'sleep 1; touch late.txt; exit' TERM; ${done}; while :; do sleep 0.1; done`, {
        resultSeconds: 0.1,
        graceSeconds,
      }),
    expected: [[], ['late.txt']],
  }),
  'watchdogs.outputMiB': keyCase('how much it may print', {
    values: [0.01, 1],
    observe: (outputMiB, fixture) => watched(fixture, "head -c 100000 /dev/zero | tr '\\0' x", { outputMiB }),
    expected: ['FLOODED', 'complete'],
  }),
};
