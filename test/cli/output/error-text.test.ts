import { describe, expect, test } from 'vitest';
import { formatError } from '../../../src/cli/output/error-text.ts';
import { TroupeError } from '../../../src/model/errors.ts';
import { createColors } from '../../../src/presentation/colors.ts';

const plain = createColors(false);

describe('an error on the screen', () => {
  test('says what happened, where, and what to type next', () => {
    const error = new TroupeError('NO_COMMITS', 'The repository has no commits yet', {
      where: '/repo',
      hints: ['git commit --allow-empty -m "Begin"', 'troupe doctor'],
    });
    expect(formatError(error.toJSON(), plain)).toBe(
      [
        'error[NO_COMMITS] The repository has no commits yet',
        '  at /repo',
        '  try: git commit --allow-empty -m "Begin"  # make a first commit',
        '  try: troupe doctor  # check Node, git, installed agents, the project, the store, and leftovers',
        '',
      ].join('\n'),
    );
  });

  test('lists what else is wrong with a file', () => {
    const error = new TroupeError('UNKNOWN_KEY', 'first (and 2 more problems)', {
      details: {
        problems: [{ message: 'first' }, { message: 'second', line: 7 }, { message: 'third', line: null }, 4],
      },
    });
    expect(formatError(error.toJSON(), plain)).toContain('  and second (line 7)\n  and third\n');
  });

  test('keeps further lines of a message below it, and no escape sequences', () => {
    const error = new TroupeError('GIT_FAILED', 'git said:\n\u001b[31mfatal\u001b[0m\n');
    expect(formatError(error.toJSON(), plain)).toBe(
      'error[GIT_FAILED] git said:\n  fatal\n  try: git status  # show changes and operations in progress\n',
    );
  });

  test('says that a bug is a bug, and shows its stack to those who ask', () => {
    const bug = new TypeError('x is not a function');
    const error = TroupeError.serialize(bug);
    expect(formatError(error, plain)).toContain('This is a bug in troupe');
    expect(formatError(error, plain)).toContain('-v shows the stack');
    expect(formatError(error, plain)).not.toContain('error-text.test.ts');
    expect(formatError(error, plain, bug.stack)).toContain('error-text.test.ts');
  });
});
