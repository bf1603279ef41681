/** Makes the pictures of the inspector under docs/pictures: a real Troupe in a real browser. `npm run pictures` */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { memoryStore } from '../../src/durable.ts';
import { gitProject } from '../../src/git.ts';
import { type AgentTask, openTroupe, type Plan, parseAction, type Troupe, TroupeError } from '../../src/index.ts';
import { serveInspector } from '../../src/inspector.ts';
import { createRepository } from '../cli/test-repository.ts';
import { openBrowser } from './browser.ts';
import { startShopExample } from './shop-example.ts';

const size = { width: 1280, height: 800 };
const pictures = fileURLToPath(new URL('../../docs/pictures', import.meta.url));

const spend = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));
const write = (path: string, content: string) => ({ kind: 'steps' as const, steps: [{ write: { path, content } }] });

const parts = ['router', 'session', 'uploads', 'mailer', 'search', 'billing'];
let limited = false;

/** Six subplans, one of which has to wait for a rate limit; two of them conflict in one file. */
const strategy = async (task: AgentTask) => {
  if (task.plan.parentPlanId !== null) return;
  await Promise.all(
    parts.map(part =>
      task.call('builtin/plan-subplan', {
        planId: task.plan.planId,
        goal: `Move ${part} to the new client`,
        resourceScopes: ['.'],
        parallel: true,
        executionActor: 'mover',
      }),
    ),
  );
};

async function mover(task: AgentTask): Promise<void> {
  const part = parts.find(name => task.plan.description.includes(name)) ?? 'router';
  await spend(250 + 220 * parts.indexOf(part));
  if (part === 'search' && !limited) {
    limited = true;
    throw new TroupeError('RATE_LIMITED', 'The model asks to come back in 2 s', { details: { retryAfterSeconds: 2 } });
  }
  await task.call('builtin/write-file', {
    path: `src/${part}.ts`,
    content: `export const ${part} = client('${part}');\n`,
  });
  if (part === 'router' || part === 'billing') {
    const limit = part === 'router' ? 30 : 120;
    await task.call('builtin/write-file', {
      path: 'client.ts',
      content: `// the one client\nexport const timeoutSeconds = ${limit};\nexport const retries = ${part === 'router' ? 1 : 5};\n`,
    });
  }
}

/** A repository with Troupe, the inspector, and a browser that shows it. */
async function openInspectedTroupe() {
  const home = mkdtempSync(join(tmpdir(), 'troupe-pictures-'));
  const project = createRepository();
  project.write('client.ts', '// the one client\nexport const timeoutSeconds = 10;\nexport const retries = 3;\n');
  project.git('add', '.');
  project.git('commit', '--quiet', '--message=Begin');
  const act = (run: (task: AgentTask) => Promise<unknown>) => ({
    check: async () => {},
    run: async (task: AgentTask) => {
      await run(task);
      return { decisions: [], summary: 'done' };
    },
  });
  const troupe = await openTroupe({
    store: memoryStore(),
    project: gitProject(project.folder, { sandboxes: join(home, 'sandboxes') }),
    agents: { planner: act(strategy), mover: act(mover) },
  });
  const inspector = await serveInspector({
    troupe,
    control: true,
    onError: error => process.stderr.write(`${error.message}\n`),
  });
  const browser = await openBrowser();
  const page = await browser.newPage({ viewport: size });
  page.on('pageerror', error => process.stderr.write(`${error.message}\n`));
  return {
    troupe,
    inspector,
    page,
    async [Symbol.asyncDispose]() {
      await browser.close();
      await inspector.close();
      await troupe.close();
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** One plan that is finished, and one with subplans that is not started. */
async function createPlans(troupe: Troupe): Promise<Plan> {
  const readme = await troupe.use({
    action: parseAction({
      name: 'local/readme',
      description: 'Say in the README how to run it',
      executionActor: write('README.md', '# Run it\n\nnpm start\n'),
      automationProfile: 'trusted',
    }),
  });
  await readme.waitUntilIdle();
  return troupe.use({
    start: false,
    action: parseAction({
      name: 'local/move',
      description: 'Move every part to the new client',
      strategyActor: 'planner',
      executionActor: write('docs.md', 'One client.\n'),
      automationProfile: 'trusted',
    }),
  });
}

const save = (page: Page, name: string) => page.screenshot({ path: join(pictures, `${name}.png`) });

/** The actors of a durable system of an application. */
async function pictureOrders(page: Page): Promise<void> {
  const shop = await startShopExample();
  try {
    await page.emulateMedia({ colorScheme: 'light' });
    await shop.enter();
    await page.goto(shop.address);
    await page.locator('.row', { hasText: 'order-1' }).click();
    await shop.enter();
    await page.locator('.leaf.active[data-state="order.shipped"]').waitFor();
    await page.locator('.events .row', { hasText: '{receipt}' }).click();
    await spend(700);
    await save(page, 'inspector-orders');
  } finally {
    await shop.close();
  }
}

async function main(): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  await using opened = await openInspectedTroupe();
  const { troupe, inspector, page } = opened;
  const plan = await createPlans(troupe);
  await page.goto(inspector.invite());
  const picture = async (name: string, part: string) => {
    await page.getByRole('button', { name: part }).first().click();
    await spend(700);
    await save(page, name);
  };
  await plan.execute();
  await page.getByText('Move billing').first().waitFor({ timeout: 60_000 });
  await picture('inspector-now', 'Now');
  await picture('inspector-actors', 'Actors');
  await plan.waitUntilIdle();
  await spend(500);
  await picture('inspector-timeline', 'Timeline');
  await picture('inspector-messages', 'Messages');
  await picture('inspector-decisions', 'Decisions');
  await picture('inspector-conflicts', 'Conflicts');
  await picture('inspector-checkpoints', 'Checkpoints');
  await page.emulateMedia({ colorScheme: 'dark' });
  await picture('inspector-timeline-dark', 'Timeline');
  await pictureOrders(page);
}

await main();
