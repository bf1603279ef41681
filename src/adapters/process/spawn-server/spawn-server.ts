/**
 * Starts programs through a small process of our own. Linux copies the page tables of a process that starts another, so a
 * start blocks the event loop for longer the more memory the process has: 3 ms at 50 MB, 20 ms at 350 MB. The server has
 * 45 MB whatever the owner has.
 *
 * The server starts with the first program that needs it, does not keep the process alive, ends with it, and ends after
 * {@link idleMs} without a program. Programs do not notice the difference: they have the same environment, folder, process
 * group and pipes.
 */
import { spawn } from 'node:child_process';
import type { SpawnServerMessage, SpawnServerRequest, StartOptions } from './messages.ts';
import { RemoteProgram, type StartedProgram } from './remote-program.ts';
import { serverSource } from './server-source.ts';

const idleMs = 10_000;

export interface SpawnServer {
  /** False while it starts, and when it has ended. */
  readonly isReady: boolean;
  start(file: string, args: readonly string[], options: StartOptions): StartedProgram;
  /** Ends the server. Programs that it runs continue, but are lost to their callers. */
  close(): void;
}

/** @param onEnd called when the server has ended, for whatever reason */
export function startSpawnServer(onEnd: () => void): SpawnServer {
  const programs = new Map<number, RemoteProgram>();
  let lastId = 0;
  let isReady = false;
  let idle: NodeJS.Timeout | undefined;
  const server = spawn(process.execPath, ['--input-type=commonjs', '-e', serverSource], {
    // Not the owner's: a process tag would have it killed as part of some work, and NODE_OPTIONS could load anything.
    env: {},
    // Holds no folder of a project.
    cwd: '/',
    // Ctrl-C in a terminal is for the owner, which may still need the server to clean up.
    detached: true,
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    serialization: 'advanced',
    windowsHide: true,
  });
  server.unref();
  server.channel?.unref();

  const send = (request: SpawnServerRequest) => {
    if (server.connected) server.send(request, () => {});
  };
  const close = () => {
    isReady = false;
    if (server.connected) server.disconnect();
  };
  const end = () => {
    clearTimeout(idle);
    isReady = false;
    onEnd();
    for (const program of programs.values()) program.lose();
    programs.clear();
  };
  const finish = (id: number) => {
    // A program that could not be started is reported by its error, and by its close.
    if (!programs.delete(id) || programs.size > 0) return;
    server.channel?.unref();
    idle = setTimeout(close, idleMs).unref();
  };
  server.on('message', (message: SpawnServerMessage) => {
    if (message.type === 'ready') {
      isReady = true;
      return;
    }
    const program = programs.get(message.id);
    if (message.type === 'close' || (message.type === 'error' && program?.pid === undefined)) finish(message.id);
    program?.receive(message);
  });
  server.on('error', end);
  server.on('disconnect', end);

  return {
    get isReady() {
      return isReady;
    },
    start(file, args, options) {
      clearTimeout(idle);
      if (programs.size === 0) server.channel?.ref();
      const id = ++lastId;
      const program = new RemoteProgram(id, send, options.stdio?.[0] !== 'ignore');
      programs.set(id, program);
      send({ type: 'start', id, file, args, options });
      return program;
    },
    close,
  };
}
