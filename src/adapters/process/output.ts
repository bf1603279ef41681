import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { TroupeError } from '../../model/errors.ts';
import { createLineReader } from './lines.ts';
import { createOutputTail } from './tail.ts';

export type StreamName = 'stdout' | 'stderr';

/** Processes the output of a program as it arrives: lines, digest, tail and log, in bounded memory. */
export interface ProcessOutput {
  listen(name: StreamName, stream: Readable): void;
  digest(): string;
  tail(): string;
  /** Waits until the log is on disk. @throws {TroupeError} TOOL_FAILED when it could not be written. */
  close(): Promise<void>;
}

export function captureOutput(options: {
  onLine: (line: string, stream: StreamName) => void;
  onData: (bytes: number) => void;
  logFile: string | null;
  logBytesMax: number;
  /** Longest line that is passed on completely. */
  lineMax: number;
}): ProcessOutput {
  const hash = createHash('sha256');
  const end = createOutputTail();
  const streams: Readable[] = [];
  const log = options.logFile === null ? null : logTo(options.logFile, options.logBytesMax, streams);

  return {
    listen(name, stream) {
      streams.push(stream);
      const lines = createLineReader(line => options.onLine(line, name), options.lineMax);
      stream.on('data', (chunk: Buffer) => {
        options.onData(chunk.length);
        hash.update(chunk);
        end.push(name, chunk);
        log?.write(chunk);
        lines.write(chunk);
      });
      // A stream ends, or is destroyed when another process keeps it open: 'close' is emitted either way.
      stream.once('close', () => lines.end());
    },
    digest: () => hash.digest('hex'),
    tail: () => end.text(),
    close: async () => log?.close(),
  };
}

function logTo(
  file: string,
  bytesMax: number,
  sources: readonly Readable[],
): { write(chunk: Buffer): void; close(): Promise<void> } {
  const stream: WriteStream = createWriteStream(file, { flags: 'a' });
  let failure: Error | null = null;
  let written = 0;
  const resume = () => {
    for (const source of sources) source.resume();
  };
  stream.on('drain', resume);
  stream.on('error', error => {
    failure = error;
    resume();
  });
  return {
    write(chunk) {
      if (failure !== null || written > bytesMax) return;
      written += chunk.length;
      const kept = written > bytesMax ? Buffer.from(`\n[log cut after ${bytesMax} bytes]\n`) : chunk;
      if (!stream.write(kept)) for (const source of sources) source.pause();
    },
    async close() {
      if (failure === null) {
        stream.end();
        await once(stream, 'close').catch(() => undefined);
      }
      if (failure !== null) {
        throw new TroupeError('TOOL_FAILED', `The log ${file} could not be written: ${(failure as Error).message}`, {
          where: file,
          cause: failure,
        });
      }
    },
  };
}
