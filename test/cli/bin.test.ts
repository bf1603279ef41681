import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const { argv, exit } = process;
const streams = [process.stdout, process.stderr] as const;
const write = streams.map(stream => stream.write);

beforeEach(() => {
  vi.resetModules();
});

afterEach(() => {
  process.argv = argv;
  for (const stream of streams) stream.removeAllListeners('error');
});

/** Runs the program in this process and returns its output and its exit code. */
async function typed(...words: string[]): Promise<{ out: string; err: string; exitCode: number | undefined }> {
  const written = ['', ''];
  let exitCode: number | undefined;
  for (const [at, stream] of streams.entries()) {
    stream.write = (text: string | Uint8Array, after?: unknown) => {
      written[at] += String(text);
      if (typeof after === 'function') after();
      return true;
    };
  }
  process.exit = code => {
    exitCode = Number(code);
    return undefined as never;
  };
  process.argv = [argv[0] ?? 'node', 'troupe', ...words];
  try {
    await import('../../src/cli.ts');
  } finally {
    process.exit = exit;
    for (const [at, stream] of streams.entries()) stream.write = write[at] ?? stream.write;
  }
  return { out: written[0] ?? '', err: written[1] ?? '', exitCode };
}

test.each(['--version', '-V'])('%s is answered before any module is loaded', async word => {
  expect(await typed(word)).toEqual({ out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: '', exitCode: undefined });
});

test('other arguments are passed to the commands, and their exit code to the shell', async () => {
  const { err, exitCode } = await typed('plan', 'lsit');
  expect(err).toMatch(/lsit[\s\S]*list/);
  expect(exitCode).toBe(2);
});

test('a closed pipe is not an error; any other failure of a stream is', async () => {
  await typed('help');
  expect(() => process.stdout.emit('error', Object.assign(new Error('closed'), { code: 'EPIPE' }))).not.toThrow();
  expect(() => process.stderr.emit('error', Object.assign(new Error('full'), { code: 'ENOSPC' }))).toThrow('full');
});
