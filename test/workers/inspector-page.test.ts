/** The list of workers in the inspector's page, in a real browser, with a real Redis server. */
import type { Browser } from 'playwright-core';
import { expect, test } from 'vitest';
import { memoryStore } from '../../src/durable.ts';
import { gitProject } from '../../src/git.ts';
import { openTroupe } from '../../src/index.ts';
import { serveInspector } from '../../src/inspector.ts';
import { workerQueue } from '../../src/worker.ts';
import { spawnTroupe } from '../cli/spawn-troupe.ts';
import { createRepository } from '../cli/test-repository.ts';
import { accessibilityViolations } from '../inspector/accessibility.ts';
import { hasChromium, openBrowser } from '../inspector/browser.ts';
import { hasRedis, startRedis } from './redis-server.ts';

const canRun = hasChromium && hasRedis;

test.runIf(!canRun)('workers in the page were not tested: there is no Chromium or no Redis server', () => undefined);

test.skipIf(!canRun)('the page lists workers, and says which are lost', { timeout: 180_000 }, async () => {
  const server = await startRedis();
  const project = createRepository();
  const browser: Browser = await openBrowser();
  const words = ['worker', '--queue', server.url, '--agents', 'steps', '--concurrency', '3', '--lease', '1'];
  const worker = spawnTroupe(project, [...words, '--labels', 'gpu', '--allow-command', 'npm test']);
  const troupe = await openTroupe({
    store: memoryStore(),
    project: gitProject(project.folder),
    workers: workerQueue({ queue: server.url }),
  });
  const inspector = await serveInspector({ troupe });
  try {
    await expect.poll(worker.output, { timeout: 60_000 }).toContain('takes work from');
    const page = await browser.newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(inspector.invite());
    const section = page.locator('section.workers');
    await section.getByText('Workers (1)').waitFor();
    const line = section.locator('li');
    expect(await line.textContent()).toMatch(/ · 0 of 3 · steps · labels gpu · may run npm test · no exchange · /);
    expect(await accessibilityViolations(page)).toEqual([]);
    worker.child.kill('SIGKILL');
    await worker.exited;
    await section.locator('li', { hasText: / \(lost, last seen \d+ s ago\) · steps/ }).waitFor();
  } finally {
    worker.child.kill('SIGKILL');
    await inspector.close();
    await troupe.close();
    await browser.close();
    project.remove();
    await server.stop();
  }
});
