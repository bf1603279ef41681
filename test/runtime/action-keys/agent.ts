/** Keys of an agent that is described in place. */
import { type Rows, row } from './row.ts';
import { command, type Scene, steps, writes } from './scene.ts';

/** How a program ends that is watched so. */
const watched = async (scene: Scene, script: string, watchdogs: Record<string, number>) =>
  (await scene.run({ executionActor: command(script, { watchdogs }) })).end;

/** The same, by the files it changed. */
const watchedFiles = async (scene: Scene, script: string, watchdogs: Record<string, number>) =>
  (await scene.run({ executionActor: command(script, { watchdogs }) })).paths;

const done = `echo '{"type":"result","summary":"done"}'`;

export const agentRows: Rows = {
  kind: row('what does the work', {
    values: ['steps', 'command', 'script'],
    async see(kind, scene) {
      const module = scene.module("export default ({ write }) => write('by-script.txt', 'x');");
      const given = {
        steps: steps(writes('by-steps.txt')),
        command: command('echo x > by-command.txt'),
        script: { kind: 'script', module },
      }[kind];
      return (await scene.run({ executionActor: given })).paths;
    },
    seen: [['by-steps.txt'], ['by-command.txt'], ['by-script.txt']],
  }),
  steps: row('the steps', {
    values: [[], [writes('b.txt'), writes('c.txt')]],
    see: async (list, scene) => (await scene.run({ executionActor: steps(...list) })).paths,
    seen: [[], ['b.txt', 'c.txt']],
  }),
  module: row('the module', {
    values: ['b.txt', 'c.txt'],
    async see(path, scene) {
      const module = scene.module(`export default ({ write }) => write('${path}', 'x');`);
      return (await scene.run({ executionActor: { kind: 'script', module } })).paths;
    },
    seen: [['b.txt'], ['c.txt']],
  }),
  argv: row('the program', {
    values: [
      ['touch', 'b.txt'],
      ['touch', 'c.txt'],
    ],
    see: async (argv, scene) => (await scene.run({ executionActor: { kind: 'command', argv } })).paths,
    seen: [['b.txt'], ['c.txt']],
  }),
  env: row('variables of the program', {
    values: [{}, { NAME: 'b' }],
    see: async (env, scene) => (await scene.run({ executionActor: command('touch "x$NAME.txt"', { env }) })).paths,
    seen: [['x.txt'], ['xb.txt']],
  }),
  'watchdogs.totalSeconds': row('how long one run may take', {
    values: [0.1, 600],
    see: (totalSeconds, scene) => watched(scene, 'sleep 1', { totalSeconds }),
    seen: ['TIMED_OUT', 'complete'],
  }),
  'watchdogs.startSeconds': row('how long until it says something', {
    values: [0.1, 600],
    see: (startSeconds, scene) => watched(scene, 'sleep 1; echo late', { startSeconds }),
    seen: ['STALLED', 'complete'],
  }),
  'watchdogs.idleSeconds': row('how long it may say nothing', {
    values: [0.1, 600],
    see: (idleSeconds, scene) => watched(scene, 'echo begun; sleep 1', { startSeconds: 30, idleSeconds }),
    seen: ['STALLED', 'complete'],
  }),
  'watchdogs.resultSeconds': row('how long it may go on after its result', {
    values: [0.1, 600],
    see: (resultSeconds, scene) => watchedFiles(scene, `${done}; sleep 1; touch late.txt`, { resultSeconds }),
    seen: [[], ['late.txt']],
  }),
  'watchdogs.graceSeconds': row('how long it may take to end once it is asked to', {
    values: [0.1, 600],
    see: (graceSeconds, scene) =>
      watchedFiles(scene, `trap 'sleep 1; touch late.txt; exit' TERM; ${done}; while :; do sleep 0.1; done`, {
        resultSeconds: 0.1,
        graceSeconds,
      }),
    seen: [[], ['late.txt']],
  }),
  'watchdogs.outputMiB': row('how much it may print', {
    values: [0.01, 1],
    see: (outputMiB, scene) => watched(scene, "head -c 100000 /dev/zero | tr '\\0' x", { outputMiB }),
    seen: ['FLOODED', 'complete'],
  }),
};
