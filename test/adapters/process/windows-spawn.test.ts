/** Attacks on the start of programs on Windows: no argument becomes a command of its own. */
import { describe, expect, test } from 'vitest';
import { locateProgram, resolveCommand } from '../../../src/adapters/process/locate.ts';
import { toWindowsSpawn, windowsCandidates } from '../../../src/adapters/process/windows-spawn.ts';
import { platformSettings } from '../../../src/adapters/project/git/git.ts';

const env = { Path: 'C:\\Node;"C:\\Program Files\\Git\\cmd";;bin', PATHEXT: '.EXE;.CMD', SystemRoot: 'D:\\Win' };
const shim = 'C:\\Node\\npm.cmd';
/** Returns the text that `cmd.exe` gets for one argument. */
const given = (word: string) => {
  const [line = ''] = toWindowsSpawn(shim, [word], env).args.slice(-1);
  return line.slice(`""${shim}" `.length, -1);
};

describe('A program on Windows', () => {
  test('is looked up on PATH with each extension, and never in its working directory [R152]', () => {
    expect(windowsCandidates('npm', 'E:\\sandbox', env)).toEqual([
      'C:\\Node\\npm.exe',
      'C:\\Node\\npm.cmd',
      'C:\\Program Files\\Git\\cmd\\npm.exe',
      'C:\\Program Files\\Git\\cmd\\npm.cmd',
    ]);
    expect(windowsCandidates('npm.CMD', 'E:\\sandbox', { PATH: 'C:\\Node' })).toEqual(['C:\\Node\\npm.CMD']);
    expect(windowsCandidates('npm', 'E:\\sandbox', {})).toEqual([]);
  });

  test('named by its path is looked up there, with each extension if it has none [R152]', () => {
    expect(windowsCandidates('./tools/check', 'E:\\s', env)).toEqual([
      'E:\\s\\tools\\check.exe',
      'E:\\s\\tools\\check.cmd',
    ]);
    expect(windowsCandidates('C:\\x\\y.exe', 'E:\\s', env)).toEqual(['C:\\x\\y.exe']);
  });

  test('is the first executable file, and a missing program is not found [R152]', async () => {
    const runs = async (file: string) => file === shim;
    expect(await locateProgram('npm', 'E:\\s', env, { platform: 'win32', runs })).toBe(shim);
    expect(await resolveCommand(['npm', 'ci'], 'E:\\s', env, { platform: 'win32', runs })).toMatchObject({
      file: 'D:\\Win\\System32\\cmd.exe',
    });
    expect(await resolveCommand(['pnpm'], 'E:\\s', env, { platform: 'win32', runs })).toBeNull();
  });

  test('that is an executable is started directly; on other systems the system looks it up', async () => {
    const as = { args: ['a b', '&'], windowsVerbatimArguments: false };
    expect(toWindowsSpawn('C:\\x.exe', ['a b', '&'], env)).toEqual({ file: 'C:\\x.exe', ...as });
    expect(await resolveCommand(['x', 'a b', '&'], '/', {}, { platform: 'linux' })).toEqual({ file: 'x', ...as });
  });
});

describe('A shim on Windows', () => {
  test('is run by the cmd.exe of the system, in its own quotes, without registry settings [R152]', () => {
    expect(toWindowsSpawn('C:\\a b\\npm.CMD', ['run', 'x'], {})).toEqual({
      file: 'C:\\Windows\\System32\\cmd.exe',
      args: ['/e:ON', '/v:OFF', '/d', '/c', '""C:\\a b\\npm.CMD" run x"'],
      windowsVerbatimArguments: true,
    });
  });

  test.each([
    ['--flag=a/b', '"--flag=a/b"'],
    ['-x', '-x'],
    ['', '""'],
    ['a b', '"a b"'],
    ['&calc.exe', '"&calc.exe"'],
    ['a|b>c<d^e', '"a|b>c<d^e"'],
    ['"&calc.exe', '"""&calc.exe"'],
    ['\\"&calc.exe', '"\\\\""&calc.exe"'],
    ['ends with \\', '"ends with \\\\"'],
    ['C:\\x\\', '"C:\\x\\\\"'],
    ['%PATH%', '"%%cd:~,%PATH%%cd:~,%"'],
    ['!x!', '"!x!"'],
    ['\u0085', '"\u0085"'],
    ['grün', 'grün'],
  ])('gets the argument %j escaped for cmd.exe [R152]', (word, expected) => {
    expect(given(word)).toBe(expected);
  });

  test('never gets a quote that ends its own, and no special character is outside of quotes', () => {
    const letters = ['"', '\\', '%', '&', ' ', 'a'];
    const words = letters.flatMap(a => letters.flatMap(b => letters.flatMap(c => letters.map(d => a + b + c + d))));
    for (const word of words) {
      const outside = given(word).replace(/"(?:[^"]|"")*"/g, '');
      expect(outside, word).toMatch(/^[\\a]*$/);
    }
  });

  test.each(['two\nlines', 'a\rb', 'a\0b'])('is not started with %j, which cannot be quoted [R152]', word => {
    expect(() => toWindowsSpawn(shim, [word], env)).toThrow('an argument has more than one line');
  });

  test('is not started with a command line that is too long for cmd.exe, or with a quote in its name', () => {
    expect(() => toWindowsSpawn(shim, ['x'.repeat(8200)], env)).toThrow('longer than 8191 characters');
    expect(() => toWindowsSpawn('C:\\a"b.cmd', [], env)).toThrow('cannot be started');
  });
});

test('Git on Windows has long paths enabled [R152]', () => {
  expect([platformSettings('win32'), platformSettings('linux')]).toEqual([['core.longpaths=true'], []]);
});
