import { describe, expect, test } from 'vitest';
import { type CommandHint, commandHint, type Hint } from '../../src/model/command-hint.ts';
import { SerializedErrorSchema } from '../../src/model/error-schema.ts';
import { TroupeError } from '../../src/model/errors.ts';
import { allowedCommandHints, withPlanHints } from '../../src/model/hints.ts';
import { testId } from '../fixtures.ts';

const planId = testId('A');
const hintsOf = (...hints: Hint[]) =>
  withPlanHints(new TroupeError('INTERNAL', 'x', { hints }).toJSON(), planId, ['apply']).hints;

describe('The hints of an error', () => {
  test('get the id of the plan, and a new name where one is left open; other details stay', () => {
    const end = planId.slice(-6).toLowerCase();
    expect(
      hintsOf(
        commandHint('plan diff', { options: { stat: true }, note: 'first' }),
        commandHint('plan apply', { options: { branch: null }, before: 'git stash', after: 'git stash pop' }),
        commandHint('plan apply', { options: { patch: null } }),
      ),
    ).toEqual([
      { command: 'plan diff', planId, options: { stat: true }, note: 'first' },
      {
        command: 'plan apply',
        planId,
        options: { branch: `troupe/${end}` },
        before: 'git stash',
        after: 'git stash pop',
      },
      { command: 'plan apply', planId, options: { patch: `troupe-${end}.patch` } },
    ]);
  });

  test('stay as they are where they are about another plan, about none, or no command of Troupe', () => {
    const others: Hint[] = [
      commandHint('plan logs', { planId: testId('B') }),
      commandHint('plan list', { options: { all: true } }),
      'git status',
    ];
    expect(hintsOf(...others)).toEqual(others);
    expect(hintsOf(commandHint('doctor'))[0]).toEqual({ command: 'doctor' });
  });

  test('name nothing twice, with the id of the plan or without', () => {
    const { hints } = withPlanHints(
      new TroupeError('AGENT_FAILED', 'x', {
        hints: [commandHint('plan execute'), { planId, command: 'plan logs' } satisfies CommandHint],
      }).toJSON(),
      planId,
      ['execute', 'revert'],
    );
    expect(hints).toEqual([
      { command: 'plan execute', planId },
      { command: 'plan logs', planId },
      { command: 'plan revert', planId },
    ]);
  });

  test('leave out what the plan does not allow, but for finished subplans, and repeat no command with fewer options', () => {
    const finished = commandHint('plan apply', { planId, options: { finished: true } });
    const refused = new TroupeError('INTERNAL', 'x', { hints: [commandHint('plan execute'), finished] }).toJSON();
    expect(withPlanHints(refused, planId, ['applyPart', 'revert']).hints).toEqual([
      finished,
      { command: 'plan revert', planId },
      { command: 'plan explain', planId },
    ]);
    const branch = commandHint('plan apply', { planId, options: { branch: 'a' } });
    expect(hintsOf(branch)).toEqual([branch, { command: 'plan explain', planId }, { command: 'plan logs', planId }]);
  });

  test('come from the commands that are allowed, the most useful first', () => {
    expect(allowedCommandHints(['cancel', 'approve', 'resolve'], planId)).toEqual([
      { command: 'plan conflicts', planId },
      { command: 'plan apply', planId, options: { yes: true } },
      { command: 'plan cancel', planId },
    ]);
  });

  test('pass through JSON and the schema of stored errors unchanged', () => {
    const error = new TroupeError('BASE_MOVED', 'x', {
      hints: [
        commandHint('plan apply', { planId, args: ['-a'], options: { branch: null, hunk: 2, force: true } }),
        'git fetch',
      ],
    }).toJSON();
    expect(SerializedErrorSchema.parse(JSON.parse(JSON.stringify(error)))).toEqual(error);
    const broken = { ...error, hints: [{ command: 'plan apply', plan: planId }] };
    expect(SerializedErrorSchema.safeParse(broken).success).toBe(false);
  });
});

test('An error that is raised without hints has the hint of its code [R3]', () => {
  const logs = [{ command: 'plan logs' }];
  expect(new TroupeError('TIMED_OUT', 'too long').hints).toEqual(logs);
  expect(new TroupeError('TIMED_OUT', 'too long', { hints: [] }).toJSON().hints).toEqual(logs);
  const { code, hints } = TroupeError.serialize(new TypeError('oops'));
  expect([code, hints]).toEqual(['INTERNAL', [{ command: 'doctor' }]]);
});
