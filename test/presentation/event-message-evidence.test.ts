/** What is ticked was measured: behind each tick is an exit code, the hash of a tree or commit, or the record of what ran. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { PlanEvent } from '../../src/index.ts';
import { formatEvent } from '../../src/presentation/event-message.ts';
import { type ActivityByPlan, applyEvent } from '../../src/presentation/plan-activity.ts';
import { createTestProject } from '../runtime/test-project.ts';

const hash = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

/** What the window ticks of a run, as it would be shown. */
function ticked(events: readonly PlanEvent[]): { event: PlanEvent; text: string }[] {
  const board: ActivityByPlan = new Map();
  return events.flatMap(event => {
    applyEvent(board, event);
    const sentence = formatEvent(event, board);
    return sentence?.mark === 'done' ? [{ event, text: sentence.text }] : [];
  });
}

test('every tick of a run leads to an exit code, a hash or a recorded step [R164]', async () => {
  const testProject = await createTestProject();
  const { plan } = await testProject.run(({ call }) => call('write', { path: 'b.txt', content: 'b\n' }), {
    validations: [
      { name: 'there', argv: ['test', '-f', 'b.txt'] },
      { name: 'short', argv: ['sh', '-c', 'test $(wc -c < b.txt) -lt 9'] },
    ],
  });
  await plan.apply();
  const { resultTree } = await plan.waitUntilIdle();
  const events: PlanEvent[] = [];
  for await (const event of plan.events({ rests: true })) events.push(event);
  const ticks = ticked(events);
  expect(ticks.map(({ text }) => text)).toEqual(
    expect.arrayContaining([
      'Play: execute complete',
      'Play: 2/2 checks passed',
      'Play: applied 1 file to the checkout',
    ]),
  );
  const decisions = await plan.decisions();
  for (const { event, text } of ticks) {
    switch (event.type) {
      case 'validation.finished':
        for (const { exitCode, passed, outputDigest, treeOid } of event.results)
          expect([exitCode, passed, outputDigest.length > 0, hash.test(treeOid)]).toEqual([0, true, true, true]);
        break;
      case 'plan.applied':
        expect(event.commits.length).toBeGreaterThan(0);
        for (const commit of event.commits) {
          const oid = commit.split(' ').at(-1) ?? '';
          expect(testProject.git('cat-file', '-t', oid).trim()).toBe('commit');
          expect(testProject.git('rev-parse', `${oid}^{tree}`).trim()).toBe(resultTree);
        }
        break;
      case 'plan.phase_changed':
        // The step that ended is in the journal, with what it decided or made.
        if (event.to.phase === 'strategize') expect(decisions.length).toBeGreaterThan(0);
        else expect(resultTree).toMatch(hash);
        break;
      default:
        throw new Error(`"${text}" is ticked by ${event.type}, and nothing here says what was measured`);
    }
  }
});

test('an agent that says it is done is not ticked for it: the check decides [R164]', async () => {
  const testProject = await createTestProject();
  const { plan, record } = await testProject.run(
    async task => {
      await task.call('write', { path: 'b.txt', content: 'b\n' });
      task.log('All checks passed ✓');
    },
    { validations: [{ name: 'there', argv: ['test', '-f', 'c.txt'] }], automationProfile: 'manual' },
  );
  expect(record.state).not.toBe('applied');
  await plan.execute().catch(() => undefined);
  await plan.waitUntilIdle();
  const events: PlanEvent[] = [];
  for await (const event of plan.events()) events.push(event);
  expect(ticked(events).filter(({ text }) => /check|execute/.test(text))).toEqual([]);
});

test('a tick in the README or the docs has the recorded run beside it [R164]', () => {
  const root = fileURLToPath(new URL('../../', import.meta.url));
  const pages = readdirSync(`${root}docs`, { recursive: true, encoding: 'utf8' })
    .filter(page => page.endsWith('.md') && !page.startsWith('api'))
    .map(page => `docs/${page}`);
  const bare = ['README.md', ...pages].flatMap(page => {
    const prose = readFileSync(root + page, 'utf8').replace(/```[\s\S]*?```/g, '');
    const lines = prose.split('\n').filter(line => /[✓✔✅☑]|- \[x\]/.test(line) && !/\]\([^)]+\)/.test(line));
    return lines.map(line => `${page}: ${line}`);
  });
  expect(bare).toEqual([]);
});
