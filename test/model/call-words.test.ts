import { describe, expect, test } from 'vitest';
import { asTyped, callInWords } from '../../src/model/call-words.ts';

describe('A tool call in words', () => {
  test('is a command as it is typed in a shell', () => {
    expect(callInWords('builtin/run', { argv: ['npm', 'install', '--save-exact', 'left-pad@1'] })).toBe(
      'run npm install --save-exact left-pad@1',
    );
    expect(callInWords('builtin/run', { argv: ['sh', '-c', "echo 'a b'; rm -rf ~"] })).toBe(
      "run sh -c 'echo '\\''a b'\\''; rm -rf ~'",
    );
    expect(asTyped('')).toBe("''");
  });

  test('says what becomes of which file, and which subplan is planned', () => {
    expect(callInWords('builtin/write', { path: 'src/a.ts', content: 'x' })).toBe('write src/a.ts');
    expect(callInWords('builtin/edit', { path: 'a.ts', find: 'a', replace: 'b' })).toBe('edit a.ts');
    expect(callInWords('builtin/delete', { path: 'a.ts' })).toBe('delete a.ts');
    expect(callInWords('builtin/plan-subplan', { goal: 'Move it' })).toBe('plan the subplan "Move it"');
  });

  test('of any other tool is its name with what it is given, not without end', () => {
    expect(callInWords('my/deploy', { to: 'prod' })).toBe('call my/deploy {"to":"prod"}');
    expect(callInWords('my/deploy', undefined)).toBe('call my/deploy');
    expect(callInWords('builtin/run', { argv: ['x'.repeat(1_000)] })).toHaveLength(400);
  });
});
