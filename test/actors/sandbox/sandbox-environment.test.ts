import { expect, test } from 'vitest';
import { openSandboxEnvironment } from '../../../actors/sandbox/sandbox-environment.ts';
import type { PlanSpec } from '../../../src/model/plan.ts';
import type { Setup } from '../../../src/model/setup.ts';
import type { RunOutcome } from '../../../src/model/validation.ts';
import type { Project } from '../../../src/ports/project.ts';
import { planSpec } from '../../fixtures.ts';
import { servicesWith } from '../services.ts';

const setup: Setup = { include: ['.env'], link: ['vendor'], run: [['make', 'deps']], timeout: 5, env: { A: 'b' } };

/** A sandbox whose set-up command ends as given, and the calls it received. */
function sandboxThat(outcome: RunOutcome, ready = false) {
  const asked: string[] = [];
  const project = {
    provision: async ({ include, link }: Parameters<Project['provision']>[0]) => {
      asked.push(['equip', ...include, ...link].join(' '));
      return { path: '/w', ports: { start: 20_000, end: 20_009 }, ready };
    },
    capture: async () => ({ tree: 't1', ref: null }),
    markProvisioned: async (key: string, before?: string) => void asked.push(`equipped ${key} after ${before}`),
  } as Partial<Project> as Project;
  const world = servicesWith({
    project: () => project,
    env: { HOST: 'host' },
    log: () => {},
    run: async ({ argv, env, watchdogs }) => {
      asked.push(`${argv.join(' ')} A=${env.A} within ${watchdogs.totalSeconds} s`);
      if (env.HOST !== 'host') asked.push(`HOST=${env.HOST}`);
      return { outcome, exitCode: outcome === 'exited' ? 0 : null, durationMs: 1, digest: '', tail: 'waiting' };
    },
  });
  const at = { signal: new AbortController().signal, key: 'k' };
  return {
    asked,
    among: (more: Partial<PlanSpec>) => openSandboxEnvironment(world, planSpec({ setup, ...more }), { key: 'p1' }, at),
    ask: (onlyLooking = false) =>
      openSandboxEnvironment(world, planSpec({ setup }), { key: 'p1' }, { ...at, onlyLooking }),
  };
}

test('files changed by the set-up are restored before it is recorded as done', async () => {
  const { ask, asked } = sandboxThat('exited');
  expect((await ask()).variables).toMatchObject({ A: 'b', TROUPE_WORKTREE: '/w', TROUPE_PORT_END: '20009' });
  expect(asked).toEqual(['equip .env vendor', 'make deps A=b within 5 s', 'equipped p1 after t1']);
});

test('set-up gets the host’s or the plan’s environment first, as the plan says [R47]', async () => {
  const executionEnvironment = { HOST: 'plan' };
  const { among, asked } = sandboxThat('exited');
  await among({ executionEnvironment, executionEnvPriority: 'fallback' });
  expect(asked).not.toContain('HOST=plan');
  await among({ executionEnvironment, executionEnvPriority: 'override' });
  expect(asked).toContain('HOST=plan');
});

test('a sandbox that is set up is not set up again, and for a read-only agent not at all', async () => {
  const done = sandboxThat('exited', true);
  expect(await done.ask()).toMatchObject({ directory: '/w', variables: { A: 'b' } });
  expect(done.asked).toEqual(['equip .env vendor']);
  const looking = sandboxThat('exited');
  expect((await looking.ask(true)).directory).toBe('/w');
  expect(looking.asked).toEqual(['equip']);
});

test.each([
  ['timed_out', 'SETUP_FAILED', 'make deps: timed out'],
  ['not_found', 'SETUP_FAILED', 'make deps: not found'],
  ['aborted', 'CANCELLED', 'make deps was stopped'],
] as const)('a command that ends by %s leaves the sandbox not ready', async (outcome, code, message) => {
  const { ask, asked } = sandboxThat(outcome);
  await expect(ask()).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  expect(asked.some(line => line.startsWith('equipped'))).toBe(false);
});
