import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { DetachedProcess, DetachMessage } from './io.ts';

/** A larger log is started again. */
const logBytesMax = 4 * 1024 ** 2;

/** Starts this program detached from the terminal. It may send one message to this process, which then disconnects. */
export function spawnDetached(self: NodeJS.Process, words: readonly string[], log: string): DetachedProcess {
  mkdirSync(dirname(log), { recursive: true, mode: 0o700 });
  const out = openSync(log, isTooLong(log) ? 'w' : 'a', 0o600);
  const child = spawn(self.execPath, [...self.execArgv, self.argv[1] ?? '', ...words], {
    detached: true,
    stdio: ['ignore', out, out, 'ipc'],
    windowsHide: true,
  });
  closeSync(out);
  const firstMessage = new Promise<DetachMessage>(resolve => {
    child.once('message', message => resolve(message as DetachMessage));
    child.once('error', () => resolve({ type: 'ended' }));
    child.once('exit', () => resolve({ type: 'ended' }));
  });
  void firstMessage.then(() => {
    if (child.connected) child.disconnect();
    child.unref();
  });
  return { pid: child.pid ?? 0, message: firstMessage };
}

function isTooLong(log: string): boolean {
  return (statSync(log, { throwIfNoEntry: false })?.size ?? 0) > logBytesMax;
}
