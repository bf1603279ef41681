import { describe, expect, test } from 'vitest';
import { TroupeError } from '../../src/model/errors.ts';
import { commandHints, withPlanHints } from '../../src/model/hints.ts';
import { testId } from '../fixtures.ts';

const id = testId('A');
const hintsOf = (...hints: string[]) =>
  withPlanHints(new TroupeError('INTERNAL', 'x', { hints }).toJSON(), id, ['apply']).hints;

describe('Hints', () => {
  test('insert the plan where the command takes it, and keep other flags and remarks', () => {
    expect(hintsOf('troupe plan logs', 'troupe plan diff', 'troupe plan apply --branch NAME')).toEqual([
      `troupe plan logs ${id}`,
      `troupe plan diff --plan ${id}`,
      `troupe plan apply ${id} --branch troupe/${id.slice(-6).toLowerCase()}`,
    ]);
    expect(hintsOf('troupe plan prompt "more"  # then wait')[0]).toBe(
      `troupe plan prompt "more" --plan ${id}  # then wait`,
    );
  });

  test('insert it into each of several commands in a row', () => {
    expect(hintsOf('git stash && troupe plan apply && git stash pop')[0]).toBe(
      `git stash && troupe plan apply ${id} && git stash pop`,
    );
  });

  test('leave commands about another plan, about no plan, or of other programs unchanged', () => {
    const other = `troupe plan logs ${testId('B')}`;
    expect(hintsOf(other, 'troupe plan diff --plan X', 'troupe plan list --all')).toEqual([
      other,
      'troupe plan diff --plan X',
      'troupe plan list --all',
    ]);
    expect(hintsOf('git status')[0]).toBe('git status');
  });

  test('contain no duplicates, with the plan’s id or without', () => {
    const { hints } = withPlanHints(
      new TroupeError('AGENT_FAILED', 'x', { hints: ['troupe plan execute', `troupe plan logs ${id}`] }).toJSON(),
      id,
      ['execute', 'revert'],
    );
    expect(hints).toEqual([`troupe plan execute ${id}`, `troupe plan logs ${id}`, `troupe plan revert ${id}`]);
  });

  test('contain the command line of each command, the most useful first', () => {
    expect(commandHints(['cancel', 'approve', 'resolve'], id)).toEqual([
      `troupe plan conflicts ${id}`,
      `troupe plan apply ${id} --yes`,
      `troupe plan cancel ${id}`,
    ]);
  });
});

test('An error without hints gets the hint of its code [R3]', () => {
  expect(new TroupeError('TIMED_OUT', 'too long').hints).toEqual(['troupe plan logs']);
  expect(new TroupeError('TIMED_OUT', 'too long', { hints: [] }).toJSON().hints).toEqual(['troupe plan logs']);
  expect(TroupeError.serialize(new TypeError('oops'))).toMatchObject({ code: 'INTERNAL', hints: ['troupe doctor'] });
});
