import { EventEmitter } from 'node:events';
import { Readable, Writable } from 'node:stream';
import type { StreamName } from '../output.ts';
import type { SpawnError, SpawnServerMessage, SpawnServerRequest } from './messages.ts';

/** The part of a `ChildProcess` that callers use. Its events are those of `ChildProcess`. */
export interface StartedProgram extends EventEmitter {
  /** undefined until the event `spawn`. */
  readonly pid?: number | undefined;
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
}

/** A program that the spawn server runs, with the streams and events of a `ChildProcess`. */
export class RemoteProgram extends EventEmitter implements StartedProgram {
  pid: number | undefined;
  readonly stdin: Writable | null;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly #id: number;
  readonly #send: (request: SpawnServerRequest) => void;
  #inputTaken: (() => void) | null = null;

  constructor(id: number, send: (request: SpawnServerRequest) => void, hasInput: boolean) {
    super();
    this.#id = id;
    this.#send = send;
    this.stdin = hasInput ? this.#openInput() : null;
    this.stdout = this.#openOutput('stdout');
    this.stderr = this.#openOutput('stderr');
  }

  receive(message: Exclude<SpawnServerMessage, { type: 'ready' }>): void {
    switch (message.type) {
      case 'spawn':
        this.pid = message.pid;
        this.emit('spawn');
        break;
      case 'error':
        this.#fail(message.error);
        break;
      case 'output':
        if (!this[message.name].push(message.chunk)) this.#pause(message.name, true);
        break;
      case 'outputEnd':
        this[message.name].push(null);
        break;
      case 'inputTaken':
        this.#inputTaken?.();
        break;
      case 'inputError':
        this.stdin?.destroy(toError(message.error));
        break;
      case 'exit':
        this.stdin?.destroy();
        this.emit('exit', message.code, message.signal);
        break;
      case 'close':
        this.#close(message.code, message.signal);
    }
  }

  /** The server is gone, and with it what connects to the program. */
  lose(): void {
    if (this.pid === undefined) this.#fail({ message: 'spawn EPIPE', code: 'EPIPE', syscall: 'spawn' });
    else {
      this.receive({ type: 'exit', id: this.#id, code: null, signal: 'SIGKILL' });
      this.#close(null, 'SIGKILL');
    }
  }

  #openInput(): Writable {
    const id = this.#id;
    return new Writable({
      write: (chunk: Buffer, _, done) => {
        this.#inputTaken = done;
        this.#send({ type: 'input', id, chunk });
      },
      final: done => {
        this.#send({ type: 'inputEnd', id });
        done();
      },
    });
  }

  #openOutput(name: StreamName): Readable {
    const id = this.#id;
    let isEnded = false;
    return new Readable({
      read: () => this.#pause(name, false),
      destroy: (error, done) => {
        if (!isEnded) this.#send({ type: 'destroy', id, name });
        isEnded = true;
        done(error);
      },
    }).once('end', () => {
      isEnded = true;
    });
  }

  readonly #paused: Record<StreamName, boolean> = { stdout: false, stderr: false };

  #pause(name: StreamName, paused: boolean): void {
    if (this.#paused[name] === paused) return;
    this.#paused[name] = paused;
    this.#send({ type: 'pause', id: this.#id, name, paused });
  }

  #fail(error: SpawnError): void {
    for (const stream of [this.stdin, this.stdout, this.stderr]) stream?.destroy();
    this.emit('error', toError(error));
  }

  /** `close` comes after both streams have closed, as that of a `ChildProcess`. */
  #close(code: number | null, signal: NodeJS.Signals | null): void {
    const open = [this.stdout, this.stderr].filter(stream => !stream.closed);
    let left = open.length;
    const closed = () => {
      left -= 1;
      if (left <= 0) this.emit('close', code, signal);
    };
    if (left === 0) closed();
    for (const stream of open) {
      stream.once('close', closed);
      if (!stream.readableEnded) stream.push(null);
    }
    // A short program may have ended before its caller got the event `spawn` and could listen.
    setImmediate(() => {
      for (const stream of open) if (stream.readableFlowing === null) stream.resume();
    });
  }
}

function toError({ message, ...fields }: SpawnError): Error {
  return Object.assign(new Error(message), fields);
}
