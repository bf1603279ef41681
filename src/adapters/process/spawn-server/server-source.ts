/**
 * The program of the spawn server, as text for `node -e`: it then needs no file of its own beside a bundle, and no loader of
 * TypeScript. It speaks the messages of `messages.ts`, and ends when the process that started it does.
 *
 * Output waits in the pipe of the program until it has been handed on, so a program that prints without end stays slow, as
 * it does without a server.
 */
export const serverSource = `
const { spawn } = require('node:child_process');
const programs = new Map();
const streamNames = ['stdout', 'stderr'];

function send(message, done) {
  if (process.connected) process.send(message, undefined, undefined, done ?? (() => {}));
}

function describe({ message, code, syscall, path }) {
  return { message, code, syscall, path };
}

function relay(id, name, stream) {
  const state = { paused: false, sending: false };
  const flow = () => (state.paused || state.sending ? stream.pause() : stream.resume());
  stream.on('data', chunk => {
    state.sending = true;
    flow();
    send({ type: 'output', id, name, chunk }, () => {
      state.sending = false;
      flow();
    });
  });
  stream.on('error', () => {});
  stream.on('close', () => send({ type: 'outputEnd', id, name }));
  return { destroy: () => stream.destroy(), pause: paused => ((state.paused = paused), flow()) };
}

function start({ id, file, args, options }) {
  let child;
  try {
    child = spawn(file, args, options);
  } catch (error) {
    send({ type: 'error', id, error: describe(error) });
    return;
  }
  const streams = {};
  for (const name of streamNames) if (child[name]) streams[name] = relay(id, name, child[name]);
  child.stdin?.on('error', error => send({ type: 'inputError', id, error: describe(error) }));
  programs.set(id, { child, streams });
  child.on('spawn', () => send({ type: 'spawn', id, pid: child.pid }));
  child.on('error', error => {
    if (child.pid === undefined) programs.delete(id);
    send({ type: 'error', id, error: describe(error) });
  });
  child.on('exit', (code, signal) => send({ type: 'exit', id, code, signal }));
  child.on('close', (code, signal) => {
    programs.delete(id);
    send({ type: 'close', id, code, signal });
  });
}

const requests = {
  start,
  input({ id, chunk }) {
    const { stdin } = programs.get(id)?.child ?? {};
    if (!stdin || stdin.destroyed) send({ type: 'inputTaken', id });
    else stdin.write(chunk, () => send({ type: 'inputTaken', id }));
  },
  inputEnd: ({ id }) => programs.get(id)?.child.stdin?.end(),
  pause: ({ id, name, paused }) => programs.get(id)?.streams[name]?.pause(paused),
  destroy: ({ id, name }) => programs.get(id)?.streams[name]?.destroy(),
};

process.title = 'troupe-spawn-server';
process.on('message', request => requests[request.type](request));
process.on('disconnect', () => process.exit());
send({ type: 'ready' });
`;
