import { afterEach, beforeEach, expect, test, vi } from 'vitest';

const { argv } = process;

beforeEach(() => {
  vi.resetModules();
});

afterEach(() => {
  process.argv = argv;
  vi.restoreAllMocks();
  for (const stream of [process.stdout, process.stderr]) stream.removeAllListeners('error');
});

/** Runs the program in this process: what it wrote, and the code it wanted to exit with. */
async function typed(...words: string[]): Promise<{ out: string; err: string; exitCode: number | undefined }> {
  const written = { out: '', err: '' };
  const take = (stream: 'out' | 'err') => (text: string | Uint8Array, after?: unknown) => {
    written[stream] += String(text);
    if (typeof after === 'function') after();
    return true;
  };
  vi.spyOn(process.stdout, 'write').mockImplementation(take('out'));
  vi.spyOn(process.stderr, 'write').mockImplementation(take('err'));
  const exit = vi.spyOn(process, 'exit').mockImplementation(() => undefined as never);
  process.argv = [argv[0] ?? 'node', 'troupe', ...words];
  await import('../../src/cli.ts');
  return { ...written, exitCode: exit.mock.calls[0]?.[0] as number | undefined };
}

test.each(['--version', '-V'])('%s is answered before anything is loaded', async word => {
  expect(await typed(word)).toEqual({ out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), err: '', exitCode: undefined });
});

test('anything else is given to the commands, and their exit code to the shell', async () => {
  const { err, exitCode } = await typed('plan', 'lsit');
  expect(err).toMatch(/lsit[\s\S]*list/);
  expect(exitCode).toBe(2);
});

test('a reader that has seen enough is no error; another failure of a stream is', async () => {
  await typed('help');
  expect(() => process.stdout.emit('error', Object.assign(new Error('closed'), { code: 'EPIPE' }))).not.toThrow();
  expect(() => process.stderr.emit('error', Object.assign(new Error('full'), { code: 'ENOSPC' }))).toThrow('full');
});
