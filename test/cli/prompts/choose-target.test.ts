/** Where a result is applied when another branch is checked out than intended: what is offered, and what a number does. */
import { describe, expect, test } from 'vitest';
import type { CommandContext } from '../../../src/cli/command.ts';
import { chooseApplyTarget } from '../../../src/cli/prompts/choose-target.ts';
import { TroupeError } from '../../../src/index.ts';
import { type TargetChange, targetChangedError } from '../../../src/model/target-checkout.ts';
import { createTerminal } from '../test-terminal.ts';

const checkout = (root: string, branch: string | null) => ({ root, branch }) as TargetChange['now'];
const here = (meant: string | null, now: string | null, isThere = false): TargetChange => ({
  meant: checkout('/project', meant),
  now: checkout(isThere ? '/other' : '/project', now),
  isThere,
});

/** Asks a person who types one line. */
async function choose(change: TargetChange, line: string) {
  const io = createTerminal({ tty: true });
  const context = { io, globals: { yes: false, input: true, format: 'rich' } } as unknown as CommandContext;
  const chosen = chooseApplyTarget(context, targetChangedError(change).toJSON());
  io.type(line);
  return { asked: io.err, chosen };
}

describe('A result that is meant for another branch', () => {
  test.each([
    ['1', { kind: 'branch', branch: 'main' }],
    ['2', { kind: 'checkout', root: '/project', branch: 'side' }],
  ])('goes where the number %s says', async (line, target) => {
    const { asked, chosen } = await choose(here('main', 'side'), line);
    expect(await chosen).toEqual(target);
    expect(asked()).toContain(
      '  1  to branch main; this checkout stays as it is\n  2  to branch side, which is checked out here\n',
    );
  });

  test('can go to the other checkout that still has its branch', async () => {
    const { asked, chosen } = await choose(here('main', 'side', true), '1');
    expect(await chosen).toEqual({ kind: 'checkout', root: '/project', branch: 'main' });
    expect(asked()).toContain('  1  there, to branch main in /project\n');
  });

  test('can go to a checkout without a branch by its folder, and to no branch here when there is none', async () => {
    const { asked, chosen } = await choose(here(null, null, true), '1');
    expect(await chosen).toEqual({ kind: 'checkout', root: '/project' });
    expect(asked()).toContain('  1  there, to /project\nWhere to?');
    const only = await choose(here(null, 'side'), '1');
    expect(await only.chosen).toEqual({ kind: 'checkout', root: '/project', branch: 'side' });
  });

  test.each(['', '3', 'main'])('is not applied when the answer is "%s"', async line => {
    const { chosen } = await choose(here('main', 'side'), line);
    await expect(chosen).rejects.toMatchObject({ code: 'CANCELLED', message: 'Not applied; nothing was changed' });
  });

  test('is refused with the commands to type when there is no person to ask, or with --yes', async () => {
    const error = targetChangedError(here('main', 'side'));
    for (const [tty, yes] of [
      [false, false],
      [true, true],
    ] as const) {
      const context = {
        io: createTerminal({ tty }),
        globals: { yes, input: true, format: 'rich' },
      } as unknown as CommandContext;
      await expect(chooseApplyTarget(context, error.toJSON())).rejects.toMatchObject({
        code: 'TARGET_CHANGED',
        hints: error.hints,
      });
    }
  });

  test('is the only obstacle that is asked about', async () => {
    const context = { io: createTerminal({ tty: true }) } as unknown as CommandContext;
    expect(await chooseApplyTarget(context, null)).toBeNull();
    expect(await chooseApplyTarget(context, new TroupeError('BASE_MOVED', 'It moved').toJSON())).toBeNull();
  });
});
