import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAction } from '../../src/index.ts';
import { apply } from '../../src/tui/commands/apply.ts';
import { deny, nextApproval } from '../../src/tui/commands/approvals.ts';
import { theirs } from '../../src/tui/commands/conflicts.ts';
import { fork, newPlan } from '../../src/tui/commands/create.ts';
import { editPlanStrategy } from '../../src/tui/commands/edit-strategy.ts';
import { copy, openSandbox, shell } from '../../src/tui/commands/files.ts';
import { inspect } from '../../src/tui/commands/inspector.ts';
import { approve, cancel, guide, interrupt, retry, revert } from '../../src/tui/commands/lifecycle.ts';
import { append, checkpoint, correct, reject, rollback, undo } from '../../src/tui/commands/rollback.ts';
import { createPane } from '../../src/tui/panes/create-pane.ts';
import { rowText } from '../../src/tui/styled-row.ts';
import { createTestProject } from '../runtime/test-project.ts';
import { createScriptedContext, type InputScript, viewModelOf } from './scripted-context.ts';

const two = async () => {
  const testProject = await createTestProject();
  const { plan, record } = await testProject.run(async ({ call }) => {
    await call('write', { path: 'a.txt', content: 'ONE\ntwo\nthree\nfour\nfive\n' });
    await call('write', { path: 'b.txt', content: 'b\n' });
  });
  return { ...testProject, plan, tree: record.resultTree ?? '' };
};

/** A plan that no machine can start: its agent does not exist. */
const unstartable = async () => {
  const testProject = await createTestProject();
  await testProject.troupe.actions.create({ name: 'gone', description: 'Gone', executionActor: 'absent' });
  return testProject;
};

describe('a command', () => {
  test('[R181] reports that a start was rejected, and panes keep showing why', async () => {
    const { troupe } = await unstartable();
    const plan = await troupe.use({ action: 'gone', start: false });
    const hand = await createScriptedContext(troupe, { plan: plan.id });
    for (const command of [approve, retry]) {
      await expect(command(hand, '')).rejects.toMatchObject({ code: 'UNKNOWN_AGENT' });
    }
    const maker = await createScriptedContext(troupe, { answers: ['Gone again'] });
    await expect(newPlan(maker, 'gone')).rejects.toMatchObject({ code: 'UNKNOWN_AGENT' });
    for (const view of ['plans', 'tree'] as const) {
      const pane = createPane(view, await viewModelOf(troupe, plan.id, { view }));
      const at = pane.items.findIndex((item, index) => pane.id(item, index) === plan.id);
      expect(rowText(pane.row(pane.items[at]))).toContain('strategize refused');
      const foot = (pane.foot?.(pane.items[at]) ?? []).map(rowText).join(' ');
      expect(foot).toMatch(/could not start.*There is no agent absent/);
    }
  });

  test('applies only the marked parts, and lists the others', async () => {
    const { troupe, plan, tree, git } = await two();
    const marked = { marks: { tree, parts: new Set(['b.txt#1']) } };
    const hand = await createScriptedContext(troupe, { plan: plan.id, state: marked, answers: [false, true] });
    expect(await apply(hand, 'branch part')).toBe('not applied');
    expect(hand.log[0]).toMatch(/^Apply 1 part to branch part\?.*Not selected: a\.txt/s);
    expect(await apply(hand, 'branch part')).toBe('"Play" is applied to branch part');
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'complete', appliedParts: [{ files: ['b.txt'] }] });
    expect(git('diff', '--name-only', 'main', 'part').trim()).toBe('b.txt');
  });

  test('applies nothing with marks of another result', async () => {
    const { troupe, plan } = await two();
    const marks = { tree: 'another', parts: new Set(['b.txt']) };
    const hand = await createScriptedContext(troupe, { plan: plan.id, state: { marks } });
    await expect(approve(hand, '')).rejects.toMatchObject({ code: 'LOCK_CONFLICT' });
    const nowhere = await createScriptedContext(troupe, { plan: plan.id });
    await expect(apply(nowhere, 'branch')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(reject(nowhere, 'why')).rejects.toThrow('No part of a diff is selected');
  });

  test('changes a strategy as edited, and lets the user fix a typo', async () => {
    const testProject = await createTestProject({
      think: async ({ call }) => {
        await call('decide', { question: 'How?', chosenOption: 'in one', rationale: 'short' });
      },
    });
    await testProject.troupe.actions.create({
      ...{ name: 'thought', description: 'Think', strategyActor: 'think', executionActor: 'player' },
    });
    const plan = await testProject.troupe.use({ action: 'thought', start: true });
    await plan.waitUntilIdle();
    const written: string[] = [];
    const services = (...edits: ((text: string) => string)[]) => ({
      editText: async (_: string, text: string) => {
        written.push(text);
        return edits.shift()?.(text) ?? text;
      },
    });
    const by = async (answers: boolean[], ...edits: ((text: string) => string)[]) => {
      const hand = await createScriptedContext(testProject.troupe, {
        plan: plan.id,
        answers,
        services: services(...edits),
      });
      return { reply: await editPlanStrategy(hand, ''), log: hand.log };
    };
    expect((await by([])).reply).toBe('nothing was changed');
    const slip = (text: string) => `a: [\n${text}`;
    const mend = (text: string) => text.replace('a: [\n', '').replace('choose: in one', 'choose: in two');
    expect((await by([false], slip)).reply).toBe('not changed');
    expect((await by([true, false], slip, mend)).reply).toBe('not changed');
    const done = await by([true, true], slip, mend);
    expect(done.reply).toBe('a new revision; a continues with it');
    expect(written.at(-1)).toMatch(/^a: \[\n#/);
    expect(done.log).toEqual([
      expect.stringContaining('Change it again?\nThe strategy is not YAML'),
      'Record a new revision with 1 change?\nchanged    in one → in two',
    ]);
    expect((await plan.decisions()).map(({ chosenOption }) => chosenOption)).toContain('in two');
  });

  test('creates a plan from an action file, whose folder contains its programs', async () => {
    const testProject = await createTestProject();
    const source = { name: 'filed', description: 'From a file', executionActor: 'player' };
    const action = async (file: string) => ({ action: parseAction(source, file), actionDir: testProject.folder });
    for (const [words, answers] of [
      ['./filed.yaml Do it', []],
      ['', ['', 'filed.yaml', 'Do it']],
    ] as const) {
      const hand = await createScriptedContext(testProject.troupe, { answers, services: { loadAction: action } });
      const reply = await newPlan(hand, words);
      const plan = await testProject.troupe.get(reply?.replace('plan ', '') ?? '');
      expect((await plan.waitUntilIdle()).description).toBe('Do it');
      expect(hand.log).toContain(`shows ${plan.id}`);
    }
    for (const answers of [[null], ['', null], ['', ' ']]) {
      expect(
        await newPlan(
          await createScriptedContext(testProject.troupe, { answers, services: { loadAction: action } }),
          '',
        ),
      ).toBeNull();
    }
  });

  test('opens the inspector and copies its address; requires a selected plan', async () => {
    const testProject = await createTestProject();
    const hand = await createScriptedContext(testProject.troupe);
    expect(await inspect(hand, '')).toBe('copied http://127.0.0.1:1/?once (it opens once)');
    expect(await interrupt(hand, '')).toBeNull();
    expect(hand.log).toEqual(['copies http://127.0.0.1:1/?once', 'leaves']);
    await expect(approve(hand, '')).rejects.toThrow('No plan is selected');
  });
});

describe('a command on a plan that waits, failed or has no result', () => {
  test('denies a call of a tool, with a reason', async () => {
    const testProject = await createTestProject({
      writes: ({ call }) => call('write', { path: 'b.txt', content: 'b\n' }),
    });
    await testProject.troupe.actions.create({
      ...{ name: 'asks', description: 'Ask', executionActor: 'writes', approvals: { execute: { writeFiles: 'ask' } } },
    });
    const asking = async () => {
      const plan = await testProject.troupe.use({ action: 'asks' });
      const asked = (async () => {
        for await (const { type } of plan.events()) if (type === 'approval.requested') return;
      })();
      await plan.execute();
      await asked;
      return plan;
    };
    for (const [answer, reason] of [
      ['not here', 'not here'],
      ['', ''],
    ] as const) {
      const plan = await asking();
      const hand = await createScriptedContext(testProject.troupe, { plan: plan.id, answers: ['no', answer] });
      expect(await approve(hand, '')).toBe('denied: write b.txt');
      const [approval] = await plan.approvals();
      expect(approval?.answer).toMatchObject({ verdict: 'denied', reason });
      await plan.waitUntilIdle();
    }
    const plan = await asking();
    const by = (...answers: (string | null)[]) => createScriptedContext(testProject.troupe, { plan: plan.id, answers });
    expect(await approve(await by('later'), '')).toBe('it still waits');
    expect(await approve(await by('no', null), '')).toBe('it still waits');
    const going = await by();
    expect(await nextApproval(going, '')).toBe('"Ask" asks to write b.txt; a approves, D denies');
    expect(going.log).toEqual([`shows ${plan.id}`]);
    expect(await approve(await by('once'), '')).toBe('approved: write b.txt');
    await plan.waitUntilIdle();
    expect(await nextApproval(await by(), '')).toBe('nothing asks you anything');
    await expect(deny(await by(), '')).rejects.toThrow('Nothing waits for approval');
    const last = await asking();
    expect(await deny(await createScriptedContext(testProject.troupe, { plan: last.id }), 'not now')).toBe(
      'denied: write b.txt',
    );
    expect((await last.approvals())[0]?.answer).toMatchObject({ verdict: 'denied', reason: 'not now' });
  });

  test('does nothing when cancelled, and rejects what is not allowed', async () => {
    const { troupe, plan } = await two();
    const by = (script: InputScript = {}) => createScriptedContext(troupe, { plan: plan.id, ...script });
    for (const command of [revert, guide, checkpoint])
      expect(await command(await by({ answers: [null] }), '')).toBeNull();
    expect(await guide(await by({ answers: [' '] }), '')).toBeNull();
    const forking = { state: { view: 'checkpoints' as const } };
    expect(await fork(await by({ ...forking, answers: [null] }), '')).toBeNull();
    await expect(rollback(await by(), '')).rejects.toThrow('No checkpoint is selected');
    await expect(undo(await by(), '')).rejects.toThrow('This plan was neither rolled back');
    await expect(correct(await by(), '')).rejects.toThrow('No decision is selected');
    await expect(openSandbox(await by(), '')).rejects.toThrow('There is no editor');
    await expect(theirs(await by(), '')).rejects.toThrow('There is no conflict');
    expect(await copy(await by({ state: { view: 'conflicts' } }), '')).toBeNull();
    const diff = { state: { view: 'diff' as const }, on: '+b' };
    expect(await reject(await by({ ...diff, answers: [null] }), '')).toBeNull();
    expect(await reject(await by({ ...diff, answers: [false] }), 'why')).toBe('not taken out');
    const copying = await by(diff);
    expect([await copy(copying, ''), copying.log]).toEqual(['copied +b', ['copies +b']]);
    expect(await checkpoint(await by({ answers: [' '] }), '')).toMatch(/^checkpoint /);
    expect(await guide(await by(), 'mind it')).toMatch(/^sent to/);
    const root = (await plan.decisions())[0]?.question ?? '';
    const deciding = { state: { view: 'decisions' as const }, on: root };
    expect(await append(await by({ ...deciding, answers: [' '] }), '')).toBeNull();
    expect(await append(await by({ ...deciding, answers: [false] }), 'more')).toBe('not corrected');
    expect(await revert(await by(), 'otherwise')).toBe('"Play" was reverted');
    await expect(revert(await by(), 'again')).rejects.toThrow('it cannot be reverted');
  });

  test('rolls back a changed sandbox only after one more question', async () => {
    const { troupe, plan } = await two();
    const [first] = await plan.checkpoints.list();
    const { sandbox } = await plan.record();
    const spoil = () => writeFileSync(join(sandbox?.path ?? '', 'c.txt'), 'by hand\n');
    const on = { plan: plan.id, state: { view: 'checkpoints' as const }, on: 'preExecute' };
    expect(first?.trigger).toBe('preExecute');
    spoil();
    const not = await createScriptedContext(troupe, { ...on, answers: [true, false] });
    expect(await rollback(not, '')).toBe('not rolled back');
    expect(not.log[1]).toContain('Roll back anyway?');
    expect(await rollback(await createScriptedContext(troupe, { ...on, answers: [true, true] }), '')).toMatch(
      /^rolled back to preExecute/,
    );
    const fresh = await troupe.use({ action: 'play', start: false });
    await expect(shell(await createScriptedContext(troupe, { plan: fresh.id }), '')).rejects.toMatchObject({
      code: 'PHASE_GUARD',
    });
    const forked = await createScriptedContext(troupe, { ...on, answers: [''] });
    expect(await fork(forked, '')).toBe('forked from "Play"');
  });

  test('stops a working plan as the user chose', async () => {
    let begin = () => {};
    const started = new Promise<void>(resolve => {
      begin = resolve;
    });
    const testProject = await createTestProject({
      waits({ signal }) {
        begin();
        return new Promise(resolve => signal?.addEventListener('abort', resolve));
      },
    });
    await testProject.troupe.actions.create({ name: 'waits', description: 'Wait', executionActor: 'waits' });
    const plan = await testProject.troupe.use({ action: 'waits' });
    await plan.execute();
    await started;
    const choosing = async (choice: string | null) => {
      const hand = await createScriptedContext(testProject.troupe, { plan: plan.id, answers: [choice] });
      return [await interrupt(hand, ''), hand.log.slice(1)];
    };
    expect(await choosing('leave')).toEqual([null, ['leaves']]);
    expect(await choosing(null)).toEqual(['continuing', []]);
    expect(await cancel(await createScriptedContext(testProject.troupe, { plan: plan.id, answers: [false] }), '')).toBe(
      'not cancelled',
    );
    expect(
      await cancel(await createScriptedContext(testProject.troupe, { plan: plan.id, answers: [true] }), 'enough'),
    ).toMatch(/is cancelled/);
    expect(await plan.waitUntilIdle()).toMatchObject({ state: 'cancelled', cancelReason: 'enough' });
  });
});
