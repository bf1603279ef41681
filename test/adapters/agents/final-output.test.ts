import { describe, expect, test } from 'vitest';
import { finalOutput } from '../../../src/adapters/agents/final-output.ts';

describe('The error message of a failed program', () => {
  test.each([
    [
      'of Node',
      "working\n/a/agent.js:3\nthrow new TypeError('no key')\n^\n\nTypeError: no key\n    at Object.<anonymous> (/a/agent.js:3:7)\n    at node:internal/main:1:1 {\n  code: 'E'\n}\n\nNode.js v20.20.0\n",
      'TypeError: no key',
    ],
    [
      'of Node, where a module is missing',
      "node:internal/modules/cjs/loader:1\n  throw err;\n  ^\n\nError: Cannot find module '/a/b.js'\n    at x (node:1:1) {\n  code: 'MODULE_NOT_FOUND',\n  requireStack: []\n}\n\nNode.js v24.1.0",
      "Error: Cannot find module '/a/b.js'",
    ],
    [
      'of Go',
      'panic: no key\n\ngoroutine 1 [running]:\nmain.main()\n\t/a/main.go:3 +0x1\nexit status 2',
      'panic: no key',
    ],
    [
      'of Rust',
      "thread 'main' panicked at src/main.rs:2:5:\nno key\nnote: run with `RUST_BACKTRACE=1` to display a backtrace",
      "thread 'main' panicked at src/main.rs:2:5: no key",
    ],
    [
      'of Java',
      'Exception in thread "main" java.lang.Error: no key\n\tat A.main(A.java:3)\n',
      'Exception in thread "main" java.lang.Error: no key',
    ],
    [
      'of Python',
      'Traceback (most recent call last):\n  File "a.py", line 1, in <module>\nValueError: no key\n',
      'ValueError: no key',
    ],
  ])('is the line with the reason in a crash %s', (_, output, words) => {
    expect(finalOutput(output)).toBe(words);
  });

  test('is the last line of any other output, truncated if it is long', () => {
    expect(finalOutput('Error: the first try\nit did not work\n\n')).toBe('it did not work');
    expect(finalOutput('')).toBe('');
    expect(finalOutput('x'.repeat(1_000))).toHaveLength(300);
  });
});
