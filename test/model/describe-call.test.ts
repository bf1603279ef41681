import { describe, expect, test } from 'vitest';
import { describeToolCall, quoteArgument } from '../../src/model/describe-call.ts';

describe('The description of a tool call', () => {
  test('is a command as typed in a shell', () => {
    expect(describeToolCall('builtin/run', { argv: ['npm', 'install', '--save-exact', 'left-pad@1'] })).toBe(
      'run npm install --save-exact left-pad@1',
    );
    expect(describeToolCall('builtin/run', { argv: ['sh', '-c', "echo 'a b'; rm -rf ~"] })).toBe(
      "run sh -c 'echo '\\''a b'\\''; rm -rf ~'",
    );
    expect(quoteArgument('')).toBe("''");
  });

  test('names the file and the change, and the planned subplan', () => {
    expect(describeToolCall('builtin/write', { path: 'src/a.ts', content: 'x' })).toBe('write src/a.ts');
    expect(describeToolCall('builtin/edit', { path: 'a.ts', find: 'a', replace: 'b' })).toBe('edit a.ts');
    expect(describeToolCall('builtin/delete', { path: 'a.ts' })).toBe('delete a.ts');
    expect(describeToolCall('builtin/plan-subplan', { goal: 'Move it' })).toBe('plan the subplan "Move it"');
  });

  test('is the name with a bounded input for any other tool', () => {
    expect(describeToolCall('my/deploy', { to: 'prod' })).toBe('call my/deploy {"to":"prod"}');
    expect(describeToolCall('my/deploy', undefined)).toBe('call my/deploy');
    expect(describeToolCall('builtin/run', { argv: ['x'.repeat(1_000)] })).toHaveLength(400);
  });
});
