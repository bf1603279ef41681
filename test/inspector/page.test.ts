/** The page in a real browser. Without Chromium these tests are skipped, which is reported. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { assign, setup } from 'xstate';
import { type DurableSystem, memoryStore, openDurable } from '../../src/durable.ts';
import { type Inspector, type InspectorOptions, serveInspector } from '../../src/inspector.ts';
import { createClientFixture, testAction } from '../host/client-fixture.ts';
import { createTestProject, spawnSubplan } from '../runtime/test-project.ts';
import { accessibilityViolations } from './accessibility.ts';
import { chromiumPath, hasChromium, openBrowser } from './browser.ts';
import { manyActors } from './many-actors.ts';
import { pageCoverage } from './page-coverage.ts';
import { startShopExample } from './shop-example.ts';

const waitMs = 60_000;
vi.setConfig({ testTimeout: 120_000 });
const seen = pageCoverage();
let browser: Browser;
const open: { close(): Promise<unknown> }[] = [];

beforeAll(async () => {
  if (hasChromium) browser = await openBrowser();
}, waitMs);
afterEach(async () => {
  for (const thing of open.splice(0).reverse()) await thing.close();
});
afterAll(() => browser?.close());

async function served(options: InspectorOptions): Promise<Inspector> {
  const inspector = await serveInspector(options);
  open.push(inspector);
  return inspector;
}

/** A separate browser for one user; every error that the page reports fails the test. */
async function person(): Promise<{ page: Page; context: BrowserContext; complaints: string[] }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  open.push(context);
  context.setDefaultTimeout(waitMs);
  const page = await context.newPage();
  await seen.start(page);
  open.push({ close: async () => page.isClosed() || (await seen.stop(page)) });
  const complaints: string[] = [];
  page.on('pageerror', ({ message }) => complaints.push(message));
  page.on('console', message => message.type() === 'error' && complaints.push(message.text()));
  return { page, context, complaints };
}

const order = setup({ types: {} as { context: { paid: number } } }).createMachine({
  id: 'order',
  context: { paid: 0 },
  initial: 'open',
  states: {
    open: { on: { PAY: { target: 'packed', actions: assign({ paid: 12 }) }, CANCEL: 'cancelled' } },
    packed: { on: { SHIP: 'shipped' } },
    shipped: {},
    cancelled: {},
  },
});

async function shop() {
  const system = (await openDurable({ store: memoryStore(), machine: order })) as unknown as DurableSystem;
  open.push(system);
  return { system, send: (type: string) => system.command(type, root => root.send({ type })) };
}

const active = (page: Page, state: string) => page.locator(`.leaf.active[data-state="order.${state}"]`).waitFor();

describe.runIf(hasChromium)('the page', () => {
  test('shows your own machine with its active state, and the changes of each event', async () => {
    const { system, send } = await shop();
    const inspector = await served({ system, title: 'Shop' });
    const { page, complaints } = await person();
    await page.goto(inspector.invite());
    expect(page.url()).not.toContain('token');
    await active(page, 'open');
    expect(await page.locator('.allowed').textContent()).toContain('PAY');
    await send('PAY');
    await active(page, 'packed');
    expect(await page.locator('[data-state="order.open"].active').count()).toBe(0);
    await page.locator('.events .row', { hasText: '{paid}' }).click();
    const row = page.locator('.changes tr', { hasText: 'paid' });
    expect(await row.locator('td').allTextContents()).toEqual(['0', '12']);
    await send('SHIP');
    await active(page, 'packed');
    await page.getByRole('button', { name: 'Present' }).click();
    await active(page, 'shipped');
    expect(complaints).toEqual([]);
  });

  test('shows the machines of the example: an order, its events, and their results', async () => {
    const shop = await startShopExample();
    open.push(shop);
    expect(await shop.enter()).toBe('order 1 came in');
    const { page, complaints } = await person();
    await page.goto(shop.address);
    await page.getByText('Shop', { exact: true }).waitFor();
    await page.locator('.row', { hasText: 'order-1' }).click();
    await active(page, 'open');
    expect(await shop.enter()).toBe('order 1 was paid for');
    await active(page, 'shipped');
    const receipt = page.locator('.changes tr', { hasText: 'receipt' });
    await page.locator('.events .row', { hasText: '{receipt}' }).click();
    await active(page, 'packing');
    expect(await receipt.locator('td').allTextContents()).toEqual(['null', 'receipt for 10']);
    const width = async () => (await page.locator('.chart-frame svg').boundingBox())?.width ?? 0;
    const before = await width();
    await page.getByRole('button', { name: 'Smaller' }).click();
    await expect.poll(width).toBeLessThan(before);
    await page.getByRole('button', { name: 'Fit' }).click();
    await expect.poll(width).toBe(before);
    await page.getByRole('button', { name: 'Find' }).click();
    const chart = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save the chart as SVG' }).click();
    expect((await chart).suggestedFilename()).toBe('order.svg');
    await page.keyboard.press('2');
    const messageRows = page.locator('.messages .row');
    await messageRows.filter({ hasText: /pay$/ }).first().waitFor();
    await messageRows.filter({ hasText: /shipped$/ }).click();
    await page.locator('.side', { hasText: 'from order-1 to' }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });

  test('is the same when opened late, and continues by itself when its connection breaks', async () => {
    const { system, send } = await shop();
    const inspector = await served({ system });
    await send('PAY');
    const { page } = await person();
    let cut = async () => {};
    await page.routeWebSocket(/live$/, socket => {
      socket.connectToServer();
      cut = () => socket.close();
    });
    await page.goto(inspector.invite());
    await active(page, 'packed');
    const lost = page.locator('.link-state.lost', { hasText: 'reconnecting' }).waitFor();
    await cut();
    await lost;
    await send('SHIP');
    await page.locator('.link-state.live').waitFor();
    await active(page, 'shipped');
    await page.reload();
    await active(page, 'shipped');
  });

  test('requires an invitation, and rejects pages of another origin', async () => {
    const { system } = await shop();
    const inspector = await served({ system });
    const { page } = await person();
    expect((await page.goto(inspector.address))?.status()).toBe(401);
    expect((await page.goto(`${inspector.address}?token=guess`))?.status()).toBe(401);
    const invited = await person();
    await invited.page.goto(inspector.invite());
    await active(invited.page, 'open');
    const other = await served({});
    const stranger = await invited.context.newPage();
    await stranger.goto(other.invite());
    const outcome = await stranger.evaluate(
      `new Promise(done => { const s = new WebSocket(${JSON.stringify(`${inspector.address.replace('http', 'ws')}live`)}); s.onopen = () => done('open'); s.onerror = () => done('refused'); })`,
    );
    expect(outcome).toBe('refused');
  });

  test('can be used with the keyboard alone, and has no serious accessibility violation', async () => {
    const { system, send } = await shop();
    const inspector = await served({ system });
    const { page } = await person();
    await page.goto(inspector.invite());
    await active(page, 'open');
    await send('PAY');
    await active(page, 'packed');
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.keyboard.press('2');
    await page.locator('.messages .row').first().waitFor();
    expect(await page.evaluate('document.activeElement.getAttribute("aria-label")')).toBe('Messages');
    await page.keyboard.press('Home');
    await page.locator('.side pre', { hasText: 'PAY' }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.keyboard.press('/');
    await page.keyboard.type('nothing');
    await page.locator('.small', { hasText: '0 messages' }).waitFor();
  });

  test('shows plans: their needs, their timeline, their decisions, and their conflicts', async () => {
    const writing = (goal: string, content: string) => ({
      subplan: { goal, executionActor: { kind: 'steps', steps: [{ write: { path: 'a.txt', content } }] } },
    });
    const { troupe, run } = await createTestProject({}, { files: { 'a.txt': 'one\n' } });
    const inspector = await served({ troupe, control: true });
    const { page, complaints } = await person();
    await page.goto(inspector.invite());
    await page.getByText('There are no plans yet.').waitFor();
    const steps = [writing('be loud', 'ONE\n'), writing('be brief', '1\n')];
    await run(() => {}, { strategyActor: { kind: 'steps', steps } });
    await page.locator('.need', { hasText: '1 conflict is open' }).waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('button', { name: /^Timeline/ }).click();
    await page.locator('.track .span.conflict').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('button', { name: /^Decisions/ }).click();
    await page.locator('.row', { hasText: 'be brief' }).click();
    await page.locator('.side h2', { hasText: 'be brief' }).waitFor();
    await page.getByRole('button', { name: /^Checkpoints/ }).click();
    await page.locator('.checkpoint h2').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.getByRole('button', { name: /^Conflicts/ }).click();
    await page.locator('.three pre').nth(2).waitFor();
    expect(await page.locator('.three pre').allTextContents()).toEqual(['ONE\n', 'one\n', '1\n']);
    await page.getByRole('button', { name: 'Take theirs' }).click();
    expect(await accessibilityViolations(page)).toEqual([]);
    await page.locator('dialog').getByRole('button', { name: 'Leave it' }).click();
    await page.getByRole('button', { name: 'Take theirs' }).click();
    await page.locator('dialog button.primary').click();
    await page.locator('#announcement', { hasText: 'Done' }).waitFor();
    const plan = await troupe.get();
    await vi.waitFor(async () => expect((await plan.record()).state).toBe('complete'), { timeout: waitMs });
    // A command that another client has run since is reported, not run twice.
    await page.getByRole('button', { name: /^Now/ }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await plan.cancel('elsewhere');
    await plan.waitUntilIdle();
    await page.locator('dialog button.primary').click();
    await page.locator('#announcement', { hasText: 'cancelled' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('names a pending call, marks every plan above it, and accepts the answer; a report ends at its own time [R288, R289, R290]', async () => {
    const { troupe, run } = await createTestProject();
    const inspector = await served({ troupe, control: true });
    const { page, complaints } = await person();
    await page.goto(inspector.invite());
    const running = run(
      async task => {
        if (task.plan.depth > 0) await task.call('builtin/write', { path: 'b.txt', content: 'b' });
        else await spawnSubplan(task, 'child');
      },
      { description: 'Do it in parts', approvals: { execute: { writeFiles: 'ask' } } },
    );
    const card = page.locator('.need.tool-approval');
    await card.getByText('It asks to write b.txt, in /').waitFor();
    await card.getByText('part of “Do it in parts”').waitFor();
    await page.locator('.row', { hasText: 'execute: 1 below asks you' }).waitFor();
    await page.locator('.row', { hasText: 'execute: asks you' }).waitFor();
    const report = await inspector.report();
    await page.getByRole('button', { name: /^Timeline/ }).click();
    await page.locator('.track .span.asking').waitFor();
    expect(await page.locator('.label', { hasText: 'asks you' }).count()).toBe(2);
    expect(await accessibilityViolations(page)).toEqual([]);

    // An hour after the last event.
    const folder = await mkdtemp(join(tmpdir(), 'troupe-report-'));
    open.push({ close: () => rm(folder, { recursive: true }) });
    const later = report.replace(
      /("version":"[^"]*","at":)(\d+)/,
      (_, before, at) => `${before}${Number(at) + 3_600_000}`,
    );
    expect(later).not.toBe(report);
    await writeFile(join(folder, 'report.html'), later);
    const reader = await person();
    await reader.page.goto(`${pathToFileURL(join(folder, 'report.html')).href}#timeline`);
    await reader.page
      .locator('.steps li', { hasText: 'execute: at work' })
      .last()
      .locator('time', { hasText: /^(1 h|60 m|1:00)/ })
      .waitFor();

    await page.getByRole('button', { name: /^Now/ }).click();
    await page.getByRole('button', { name: 'Approve: write b.txt' }).click();
    const dialog = page.locator('dialog');
    await dialog.getByText(/^in \//).waitFor();
    expect(await dialog.locator('li').allTextContents()).toEqual([
      expect.stringContaining('“child” ('),
      'write b.txt',
      expect.stringContaining('in /'),
    ]);
    expect(await dialog.locator('button:focus').textContent()).toBe('Leave it');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    expect((await running).record.state).toBe('complete');
    expect(complaints).toEqual([]);
  });

  test('denies a pending call after a confirmation, and the agent gets the reason [R289]', async () => {
    const { troupe, run } = await createTestProject();
    const inspector = await served({ troupe, control: true });
    const { page, complaints } = await person();
    await page.goto(inspector.invite());
    const running = run(task => task.call('builtin/write', { path: 'b.txt', content: 'b' }), {
      description: 'Ask first',
      approvals: { execute: { writeFiles: 'ask' } },
    });
    const deny = page.locator('.need.tool-approval').getByRole('button', { name: 'Deny: write b.txt' });
    await deny.click();
    const dialog = page.locator('dialog');
    await dialog.getByText('Deny this call?').waitFor();
    expect(await dialog.locator('button:focus').textContent()).toBe('Leave it');
    expect(await dialog.locator('li').allTextContents()).toEqual([
      expect.stringContaining('“Ask first” ('),
      'write b.txt',
      expect.stringContaining('in /'),
    ]);
    // Enter alone has no effect.
    await page.keyboard.press('Enter');
    await dialog.waitFor({ state: 'detached' });
    const plan = await troupe.get();
    expect((await plan.approvals()).map(({ answer }) => answer)).toEqual([null]);
    await deny.click();
    await dialog.getByRole('button', { name: 'Deny' }).click();
    await page.locator('#announcement', { hasText: 'Done' }).waitFor();
    await running;
    const record = await plan.waitUntilIdle();
    expect([record.state, record.error?.code]).toEqual(['errored', 'TOOL_REFUSED']);
    expect((await plan.approvals()).map(({ answer }) => answer?.verdict)).toEqual(['denied']);
    await page.locator('.need.failed', { hasText: 'Ask first' }).waitFor();
    expect(await page.locator('.need.tool-approval').count()).toBe(0);
    expect(complaints).toEqual([]);
  });

  test('answers the question of an agent with a choice, and the next one with a text [R345]', async () => {
    const { troupe, run } = await createTestProject();
    const inspector = await served({ troupe, control: true });
    const { page, complaints } = await person();
    await page.goto(inspector.invite());
    const received: unknown[] = [];
    const asked = [{ question: 'Which store?', choices: ['LevelDB', 'PostgreSQL'] }, { question: 'And its folder?' }];
    await run(async task => {
      for (const input of asked) received.push(await task.call('builtin/ask-person', input));
    });
    const dialog = page.locator('dialog');
    const first = page.getByRole('button', { name: 'Answer: Which store?' });
    await first.click();
    await dialog.getByText('asks', { exact: false }).first().waitFor();
    // Neither an empty answer nor leaving it open answers.
    await dialog.getByRole('button', { name: 'Answer', exact: true }).click();
    await dialog.getByRole('button', { name: 'Leave it open' }).click();
    await dialog.waitFor({ state: 'detached' });
    await first.click();
    await dialog.getByRole('button', { name: 'PostgreSQL' }).click();
    await page.getByRole('button', { name: 'Answer: And its folder?' }).click();
    await dialog.getByLabel('Your answer').fill('beside the repository');
    await page.keyboard.press('Enter');
    const plan = await troupe.get();
    await expect
      .poll(() => received)
      .toEqual([
        { answered: true, answer: 'PostgreSQL' },
        { answered: true, answer: 'beside the repository' },
      ]);
    expect((await plan.waitUntilIdle()).state).toBe('complete');
    expect(complaints).toEqual([]);
  });

  test('shows the resolution of each hunk, the last one too, once the merge has continued', async () => {
    const writing = (goal: string, ends: string) => ({
      subplan: {
        goal,
        executionActor: {
          kind: 'steps',
          steps: [{ write: { path: 'h.txt', content: `${ends}\nb\nc\nd\ne\nf\n${ends}\n` } }],
        },
      },
    });
    const { troupe, run } = await createTestProject({}, { files: { 'h.txt': 'a\nb\nc\nd\ne\nf\ng\n' } });
    const inspector = await served({ troupe, control: true });
    const { page, complaints } = await person();
    await page.goto(inspector.invite());
    await run(() => {}, {
      strategyActor: { kind: 'steps', steps: [writing('left', 'LEFT'), writing('right', 'RIGHT')] },
    });
    await page.getByRole('button', { name: /^Conflicts/ }).click();
    for (const [hunk, side] of [
      [1, 'ours'],
      [2, 'theirs'],
    ] as const) {
      const place = page.locator('section.hunk', { hasText: `Hunk ${hunk} of 2` });
      await place.getByRole('button', { name: `Take ${side}` }).click();
      await page.locator('dialog button.primary').click();
      await page.locator('section.hunk h3', { hasText: `Hunk ${hunk} of 2: took ${side}` }).waitFor();
    }
    const plan = await troupe.get();
    await vi.waitFor(async () => expect((await plan.record()).state).toBe('complete'), { timeout: waitMs });
    expect(await page.locator('section.hunk h3').allTextContents()).toEqual([
      'Hunk 1 of 2: took ours',
      'Hunk 2 of 2: took theirs',
    ]);
    expect(await page.getByRole('button', { name: /^Take/ }).count()).toBe(0);
    // A page that is opened later shows the same.
    const later = await person();
    await later.page.goto(inspector.invite());
    await later.page.getByRole('button', { name: /^Conflicts/ }).click();
    await later.page.locator('section.hunk h3', { hasText: 'Hunk 2 of 2: took theirs' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('shows the last output of failed subplans, sanitized [R193]', async () => {
    const { troupe, run } = await createTestProject();
    const inspector = await served({ troupe });
    const { page, complaints } = await person();
    await page.goto(inspector.invite());
    const script = 'echo reading; printf "\\033[2J<b>cannot</b> find it\\n" >&2; exit 3';
    const breaking = { subplan: { goal: 'break', executionActor: { kind: 'command', argv: ['sh', '-c', script] } } };
    const { record } = await run(() => {}, {
      description: 'Split it',
      strategyActor: { kind: 'steps', steps: [breaking] },
    });
    expect(record.error?.code).toBe('SUBPLANS_FAILED');
    const card = page.locator('.need.failed', { hasText: 'Split it' });
    await card.locator('figcaption', { hasText: '“break” printed last:' }).waitFor();
    const printed = await card.locator('.last-output pre').innerText();
    expect(printed.split('\n')).toEqual(expect.arrayContaining(['reading', '<b>cannot</b> find it']));
    expect(await accessibilityViolations(page)).toEqual([]);
    await card.getByRole('button', { name: 'See when and why' }).click();
    await page.locator('.side .last-output pre', { hasText: 'cannot' }).waitFor();
    expect(complaints).toEqual([]);
  });

  test('keeps the selection while its server is restarted, and says that it reconnects', async () => {
    const { troupe, run } = await createTestProject();
    await run(task => task.call('write', { path: 'b.txt', content: 'b' }), { description: 'first' });
    const first = await troupe.get();
    await troupe.use({ action: 'play', goal: 'The second', start: false });
    const inspector = await serveInspector({ troupe });
    const { page } = await person();
    await page.goto(inspector.invite());
    await page.locator('.roots').selectOption(first.id);
    await inspector.close();
    await page.locator('.link-state', { hasText: 'reconnecting' }).waitFor();
    await page.locator('.need', { hasText: 'Its result is there' }).waitFor();
    expect(await page.getByText('There are no plans yet.').count()).toBe(0);
    expect(await page.locator('.roots').inputValue()).toBe(first.id);
  });

  test('is exported as one file that shows the same when it is opened from a disk', async () => {
    const { troupe, run } = await createTestProject();
    await run(task => task.call('write', { path: 'b.txt', content: 'b' }));
    const inspector = await served({ troupe });
    const folder = await mkdtemp(join(tmpdir(), 'troupe-report-'));
    open.push({ close: () => rm(folder, { recursive: true }) });
    await writeFile(join(folder, 'report.html'), await inspector.report());
    await inspector.close();
    const { page, complaints } = await person();
    await page.goto(pathToFileURL(join(folder, 'report.html')).href);
    await page.locator('.need', { hasText: 'Its result is there' }).waitFor();
    for (const name of [/^Timeline/, /^Actors/, /^Messages/, /^Decisions/, /^Checkpoints/]) {
      await page.getByRole('button', { name }).click();
      expect(await page.locator('main, [role=tabpanel], .part').first().isVisible()).toBe(true);
    }
    await page.locator('.checkpoint-state').getByText('State at checkpoint pre execute').waitFor();
    await page
      .locator('.checkpoint-state .leaf.active[data-state="plan.active.lifecycle.execute.processing.working"]')
      .waitFor();
    await page.getByRole('button', { name: 'Show the state now' }).click();
    await page.getByText(/when the report was made/).waitFor();
    expect(complaints).toEqual([]);
  });

  test('rolls back to a checkpoint, forks from one, and zooms into a range of time', async () => {
    const { troupe, run } = await createTestProject();
    const { plan } = await run(
      async task => {
        if (task.plan.depth > 0) return;
        await task.call('write', { path: 'b.txt', content: 'b' });
        await spawnSubplan(task, 'beside', {
          executionActor: { kind: 'steps', steps: [{ write: { path: 'c', content: 'c' } }] },
        });
      },
      { checkpoints: { autoCreateOn: [] } },
    );
    const inspector = await served({ troupe, control: true });
    const { page, complaints } = await person();
    await page.goto(inspector.invite());
    const press = (name: string | RegExp) => page.getByRole('button', { name }).click();
    await press(/^Timeline/);
    await page.locator('.row', { hasText: 'beside' }).click();
    await page.locator('.side h2', { hasText: 'beside' }).waitFor();
    await press('See less of the time');
    await press('See more of the time');
    const ruler = (await page.locator('.ruler').boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
    const times = () => page.locator('.ruler time').allTextContents();
    const whole = await times();
    await page.mouse.move(ruler.x + 20, ruler.y + 5);
    await page.mouse.down();
    await page.mouse.move(ruler.x + ruler.width / 4, ruler.y + 5);
    await page.locator('.brush').waitFor();
    await page.mouse.up();
    await vi.waitFor(async () => expect(await times()).not.toEqual(whole), { timeout: waitMs });
    await press('All');
    const download = page.waitForEvent('download');
    await press('Save the timeline as SVG');
    expect((await download).suggestedFilename()).toBe('troupe-timeline.svg');
    await page.locator('.row', { hasText: 'Play' }).click();
    await page.keyboard.press('ArrowLeft');
    await page.locator('.row', { hasText: 'beside' }).waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowRight');
    await page.locator('.row', { hasText: 'beside' }).waitFor();
    await press(/^Checkpoints/);
    await page.locator('.checkpoint h2', { hasText: 'pre execute' }).waitFor();
    await page.getByRole('slider').press('End');
    await page.locator('.checkpoint h2', { hasText: 'post execute' }).waitFor();
    await page.getByText('Nothing changed since.').waitFor();
    // The plan's chart as it was there, and as it is now.
    const states = page.locator('.checkpoint-state');
    await states.getByText('State at checkpoint post execute').waitFor();
    const leaf = (state: string) => states.locator(`.leaf.active[data-state="plan.active.lifecycle.execute.${state}"]`);
    await leaf('processing.reconciling').waitFor();
    expect(await accessibilityViolations(page)).toEqual([]);
    await press('Show the state now');
    await states.getByText('State now: execute complete').waitFor();
    await states.locator('.active[data-state="plan.active.lifecycle.execute.complete"]').waitFor();
    await press('Show the state at post execute');
    await leaf('processing.reconciling').waitFor();
    await press('Fork from here');
    await page.locator('#announcement', { hasText: 'Done' }).waitFor();
    await page.getByRole('slider').press('Home');
    await page.locator('.diff-line', { hasText: 'b.txt' }).waitFor();
    await press('Roll back…');
    await page.locator('dialog li', { hasText: 'b.txt removed' }).waitFor();
    await page.locator('dialog button.primary').click();
    await vi.waitFor(async () => expect((await plan.record()).changeSet?.files ?? []).toEqual([]), { timeout: waitMs });
    expect(await troupe.list()).toHaveLength(2);
    expect(complaints).toEqual([]);
  });

  test('continues when the owner of the store ends and another one starts', async () => {
    await using clients = createClientFixture();
    const owner = await clients.openClient();
    const window = await clients.openClient();
    await owner.troupe.actions.create(testAction);
    const inspector = await serveInspector({ troupe: window.troupe });
    const { page, context } = await person();
    await page.goto(inspector.invite());
    await owner.troupe.use({ action: 'local/play', goal: 'the first', start: false });
    await page.locator('.row', { hasText: 'the first' }).waitFor();
    await owner.close();
    await window.troupe.use({ action: 'local/play', goal: 'the second', start: false });
    await page.locator('.row', { hasText: 'the second' }).waitFor();
    await context.close();
    await inspector.close();
  });

  test('stays responsive with 10,000 actors and 100,000 events', async ({ annotate }) => {
    const inspector = await served({ system: manyActors(10_000, 100_000) });
    await inspector.waitUntilQuiet();
    const { page, complaints } = await person();
    await page.addInitScript(
      'window.longest = 0; new PerformanceObserver(list => { for (const { duration } of list.getEntries()) window.longest = Math.max(window.longest, duration); }).observe({ entryTypes: ["longtask"] });',
    );
    await page.goto(inspector.invite());
    await page.getByText('10001 actors, 100000 events').waitFor();
    expect(await page.locator('.actors .row').count()).toBeLessThan(60);
    await page.keyboard.press('2');
    await page.getByText(/messages, \d+ not shown/).waitFor();
    expect(await page.locator('.messages .row').count()).toBeLessThan(60);
    const longest = Number(await page.evaluate('window.longest'));
    await annotate(`longest task: ${Math.round(longest)} ms`);
    expect(longest).toBeLessThan(2_000);
    expect(complaints).toEqual([]);
  });

  test('has nearly all of its code covered by these tests', async ({ annotate }) => {
    const lines = [...seen.lines()].sort(([a], [b]) => (a < b ? -1 : 1));
    const sum = (of: 'ran' | 'all') => lines.reduce((total, [, count]) => total + count[of], 0);
    await annotate(lines.map(([file, { ran, all }]) => `${file} ${ran}/${all}`).join(', '));
    expect(sum('ran') / sum('all')).toBeGreaterThan(0.93);
  });
});

test.skipIf(hasChromium)(`the page was not tested: there is no browser at ${chromiumPath}`, () => {
  expect(hasChromium).toBe(false);
});
