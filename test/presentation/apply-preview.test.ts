import { describe, expect, test } from 'vitest';
import { type ApplyPreviewText, formatApplyPreview, formatUncommitted } from '../../src/presentation/apply-preview.ts';
import { createColors } from '../../src/presentation/colors.ts';

const nothing = { stat: ' a.ts | 2 +-\n', excluded: [], subplans: [], continues: false, postApply: null, moved: null };
const preview = { ...nothing, uncommitted: [], blockedBy: null, message: 'Rename\n\nAll of it.\n', messageError: null };
const check = { name: 'test', passed: true, required: true, exitCode: 0 };
const none = { complete: 0, passed: 0, total: 0 };
const summary = { files: 1, subplans: none, checks: none, conflicts: 0 };

function shown(changes: object, record: object = {}): string[] {
  const text = {
    ...{ preview: { ...preview, ...changes }, summary, target: 'your checkout', paint: createColors(false) },
    record: { validationResults: [], guidance: [], guidanceDelivered: 0, ...record },
  };
  return formatApplyPreview(text as unknown as ApplyPreviewText).split('\n');
}

describe('The preview of an apply', () => {
  test('shows the whole message, and the target', () => {
    expect(shown({}).slice(-4)).toEqual(['Message: Rename', '', '  All of it.', 'To: your checkout']);
  });

  test('says how each check ended', () => {
    const validationResults = [
      { ...check, cached: true },
      { ...check, name: 'lint', passed: false, required: false, exitCode: null },
    ];
    const lines = shown({}, { validationResults });
    expect(lines).toContain('  passed  test  exit 0 (cached)');
    expect(lines).toContain('  FAILED  lint (informational)  exit none');
  });

  test.each<[string, object, string | RegExp]>([
    [
      'what is left out, and what happens to it',
      { excluded: ['b.ts'], continues: true },
      /can be applied later: troupe plan apply$/,
    ],
    ['what is left out for good', { excluded: ['b.ts'] }, /are discarded, and the plan is finished$/],
    ['the subplans that made it', { subplans: ['P1', 'P2'] }, 'Made by 2 subplans; the plan continues from there'],
    ['why the message is the default', { messageError: { message: 'exit 1' } }, /applyActor wrote none: exit 1/],
    ['the command that follows', { postApply: { argv: ['npm', 'ci'] } }, 'Then: npm ci'],
    [
      'that the target has moved on',
      { moved: { commit: '0123456789', conflicts: [] } },
      /^The target has moved on to 01234567: /,
    ],
    [
      'conflicts with the target',
      { moved: { commit: '0123456789', conflicts: ['a'] } },
      /conflict with the result in a$/,
    ],
    [
      'why it is not possible',
      { blockedBy: { message: 'A check failed', hints: [] } },
      'Cannot apply now: A check failed',
    ],
    ['your own changes', { uncommitted: ['x'] }, 'Your uncommitted changes stay as they are: x'],
  ])('tells %s', (_name, changes, line) => {
    expect(shown(changes)).toContainEqual(typeof line === 'string' ? line : expect.stringMatching(line));
  });
});

test('Of many uncommitted files five are named', () => {
  expect(formatUncommitted(['a', 'b', 'c', 'd', 'e', 'f', 'g'])).toMatch(/: a, b, c, d, e and 2 more$/);
});
