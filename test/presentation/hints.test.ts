import { describe, expect, test } from 'vitest';
import { commandHint } from '../../src/model/command-hint.ts';
import { formatHint } from '../../src/presentation/hints.ts';

const planId = '01JQZ0000000000000000000AB';
const short = '000000AB';

describe('A hint as a line to type', () => {
  test('names the plan where the command takes it', () => {
    expect(formatHint(commandHint('plan logs', { planId }))).toBe(`troupe plan logs ${short}`);
    expect(formatHint(commandHint('plan diff', { planId }))).toBe(`troupe plan diff --plan ${short}`);
    expect(formatHint(commandHint('plan fork', { planId, options: { checkpoint: 'here' } }))).toBe(
      `troupe plan fork ${short} --checkpoint here`,
    );
  });

  test('has ids of one length, enough to type, wherever they are', () => {
    const resolve = commandHint('plan resolve', { args: [planId], options: { approval: planId } });
    expect(formatHint(resolve)).toBe(`troupe plan resolve ${short} --approval ${short}`);
    const text = `see ${planId}`;
    expect(formatHint(commandHint('plan prompt', { args: [text] }))).toBe(`troupe plan prompt '${text}'`);
  });

  test('quotes words for a shell', () => {
    const hint = commandHint('plan prompt', { planId, args: ["it's $HOME"] });
    expect(formatHint(hint)).toBe(`troupe plan prompt 'it'\\''s $HOME' --plan ${short}`);
    expect(formatHint(commandHint('plan apply', { options: { patch: 'a b.patch', force: true } }))).toBe(
      "troupe plan apply --patch 'a b.patch' --force",
    );
  });

  test('keeps what begins with a dash from being read as an option', () => {
    const hint = commandHint('plan resolve', { planId, args: ['-a.txt'], options: { take: 'ours' } });
    expect(formatHint(hint)).toBe(`troupe plan resolve --take ours --plan ${short} -- -a.txt`);
    const correct = commandHint('plan correct', { args: ['D'], options: { guidance: '-x' } });
    expect(formatHint(correct)).toBe('troupe plan correct D --guidance=-x');
  });

  test('has the folder before the command, shell commands around it and the note behind it', () => {
    const hint = commandHint('plan apply', {
      options: { dryRun: true },
      directory: '/a b',
      before: 'git stash',
      after: 'git stash pop',
      note: 'then look',
    });
    expect(formatHint(hint)).toBe("git stash && troupe -C '/a b' plan apply --dry-run && git stash pop  # then look");
  });

  test('shows what is left open, the program alone, and advice as it is', () => {
    expect(formatHint(commandHint('plan apply', { options: { branch: null } }))).toBe(
      'troupe plan apply --branch NAME',
    );
    expect(formatHint(commandHint('plan apply', { options: { patch: null } }))).toBe('troupe plan apply --patch FILE');
    expect(formatHint(commandHint('', { options: { version: true } }))).toBe('troupe --version');
    expect(formatHint('git status')).toBe('git status');
  });
});
