import { describe, expect, test } from 'vitest';
import { parseAction } from '../../src/index.ts';
import { inspect } from '../../src/tui/deeds/inspecting.ts';
import { apply } from '../../src/tui/deeds/landing.ts';
import { make } from '../../src/tui/deeds/making.ts';
import { approve, interrupt } from '../../src/tui/deeds/moving.ts';
import { reject } from '../../src/tui/deeds/returning.ts';
import { revise } from '../../src/tui/deeds/revising.ts';
import { playhouse } from '../runtime/playhouse.ts';
import { handOn } from './hand.ts';

const two = async () => {
  const house = await playhouse();
  const { plan, record } = await house.run(async ({ call }) => {
    await call('write', { path: 'a.txt', content: 'ONE\ntwo\nthree\nfour\nfive\n' });
    await call('write', { path: 'b.txt', content: 'b\n' });
  });
  return { ...house, plan, tree: record.resultTree ?? '' };
};

describe('a deed', () => {
  test('lands only the parts that are marked, and says what it leaves behind', async () => {
    const { troupe, plan, tree, git } = await two();
    const marked = { marks: { tree, parts: new Set(['b.txt#1']) } };
    const hand = await handOn(troupe, { plan: plan.id, state: marked, answers: [false, true] });
    expect(await apply(hand, 'branch part')).toBe('not applied');
    expect(hand.told[0]).toMatch(/^Apply 1 part to branch part\?.*Left behind: a\.txt/s);
    expect(await apply(hand, 'branch part')).toBe('"Play" lands on branch part');
    expect((await plan.settled()).state).toBe('applied');
    expect(git('diff', '--name-only', 'main', 'part').trim()).toBe('b.txt');
  });

  test('lands nothing by marks of another result', async () => {
    const { troupe, plan } = await two();
    const marks = { tree: 'another', parts: new Set(['b.txt']) };
    const hand = await handOn(troupe, { plan: plan.id, state: { marks } });
    await expect(approve(hand, '')).rejects.toMatchObject({ code: 'LOCK_CONFLICT' });
    const nowhere = await handOn(troupe, { plan: plan.id });
    await expect(apply(nowhere, 'branch')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(reject(nowhere, 'why')).rejects.toThrow('No part of a diff is selected');
  });

  test('changes a strategy as a person writes it, who may correct a slip', async () => {
    const house = await playhouse({
      think: async ({ call }) => {
        await call('decide', { question: 'How?', chosenOption: 'in one', rationale: 'short' });
      },
    });
    await house.troupe.actions.create({
      ...{ name: 'thought', description: 'Think', strategyActor: 'think', executionActor: 'player' },
    });
    const plan = await house.troupe.use({ action: 'thought', start: true });
    await plan.settled();
    const written: string[] = [];
    const outside = (...edits: ((text: string) => string)[]) => ({
      rewrite: async (_: string, text: string) => {
        written.push(text);
        return edits.shift()?.(text) ?? text;
      },
    });
    const by = async (answers: boolean[], ...edits: ((text: string) => string)[]) => {
      const hand = await handOn(house.troupe, { plan: plan.id, answers, outside: outside(...edits) });
      return { said: await revise(hand, ''), told: hand.told };
    };
    expect((await by([])).said).toBe('nothing was changed');
    const slip = (text: string) => `a: [\n${text}`;
    const mend = (text: string) => text.replace('a: [\n', '').replace('choose: in one', 'choose: in two');
    expect((await by([false], slip)).said).toBe('not changed');
    expect((await by([true, false], slip, mend)).said).toBe('not changed');
    const done = await by([true, true], slip, mend);
    expect(done.said).toBe('a new revision; a goes on with it');
    expect(written.at(-1)).toMatch(/^a: \[\n#/);
    expect(done.told).toEqual([
      expect.stringContaining('Change it again?\nThe strategy cannot be read'),
      'Record a new revision with 1 change?\nchanged    in one → in two',
    ]);
    expect((await plan.decisions()).map(({ chosenOption }) => chosenOption)).toContain('in two');
  });

  test('makes a plan from an action in a file, in whose folder its programs are found', async () => {
    const house = await playhouse();
    const source = { name: 'filed', description: 'From a file', executionActor: 'player' };
    const action = async (file: string) => ({ action: parseAction(source, file), actionDir: house.folder });
    for (const [words, answers] of [
      ['./filed.yaml Do it', []],
      ['', ['', 'filed.yaml', 'Do it']],
    ] as const) {
      const hand = await handOn(house.troupe, { answers, outside: { action } });
      const said = await make(hand, words);
      const plan = await house.troupe.plan(said?.replace('plan ', '') ?? '');
      expect((await plan.settled()).description).toBe('Do it');
      expect(hand.told).toContain(`shows ${plan.id}`);
    }
    for (const answers of [[null], ['', null], ['', ' ']]) {
      expect(await make(await handOn(house.troupe, { answers, outside: { action } }), '')).toBeNull();
    }
  });

  test('opens the inspector, whose address is copied; and needs a plan to be about', async () => {
    const house = await playhouse();
    const hand = await handOn(house.troupe);
    expect(await inspect(hand, '')).toBe('copied http://127.0.0.1:1/?once (it opens once)');
    expect(await interrupt(hand, '')).toBeNull();
    expect(hand.told).toEqual(['copies http://127.0.0.1:1/?once', 'leaves']);
    await expect(approve(hand, '')).rejects.toThrow('No plan is selected');
  });
});
