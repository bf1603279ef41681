/** A start that preflight refuses: it is reported where it was started, and every view keeps showing it. */
import { chmodSync } from 'node:fs';
import { dirname } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { runTroupe, runTroupeJson, startTroupe } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

const missing = `name: local/missing
description: build the pages
executionActor: { kind: command, argv: [page-builder] }
`;
const why = 'The program page-builder is not on the PATH';

describe('a start that preflight refuses', () => {
  let project: TestRepository;
  beforeEach(() => {
    project = createRepository();
    project.write('missing.yaml', missing);
  });
  afterEach(() => project.remove());

  test('[R181] is shown by status, explain and list until a start succeeds', async () => {
    const run = await runTroupe(project, ['run', '-f', 'missing.yaml']);
    expect(run).toMatchObject({ code: 4, err: expect.stringContaining(why) });
    expect(run.out).toContain('strategize refused  build the pages');
    for (const words of [
      ['plan', 'status'],
      ['plan', 'explain'],
      ['plan', 'list'],
    ]) {
      const { out, code } = await runTroupe(project, words);
      expect([code, out]).toEqual([0, expect.stringMatching(/strategize refused/)]);
      expect(out).toContain(why);
      expect(out).not.toContain('Not started.');
    }
    const { data } = await runTroupeJson(project, ['plan', 'status']);
    expect(data.plan).toMatchObject({ state: 'queued', resting: true, error: { code: 'AGENT_UNAVAILABLE' } });

    chmodSync(project.write('../bin/page-builder', '#!/bin/sh\necho page > page.html\n'), 0o755);
    project.env.PATH = `${dirname(project.folder)}/bin:${project.env.PATH}`;
    expect(await runTroupe(project, ['plan', 'execute'])).toMatchObject({ code: 0 });
    const { out } = await runTroupe(project, ['plan', 'status']);
    expect(out).toContain('execute complete');
    expect(out).not.toContain(why);
  });

  test('[R181] is shown by plan use and by a plan that waits to be started', async () => {
    expect(await runTroupe(project, ['plan', 'use', '-f', 'missing.yaml', '--profile', 'manual'])).toMatchObject({
      code: 0,
    });
    expect((await runTroupe(project, ['plan', 'status'])).out).toContain('Not started.');
    expect(await runTroupe(project, ['plan', 'execute'])).toMatchObject({ code: 4 });
    expect((await runTroupe(project, ['plan', 'status'])).out).toContain(`Strategize was refused: ${why}`);
  });

  test('[R181] is reported by a detached run, before its terminal is released', async () => {
    const away = startTroupe(project, ['run', '-f', 'missing.yaml', '--detach']);
    expect(await away.done).toBe(4);
    expect(away.io.err()).toContain(why);
    for (const { io, done } of away.io.backgroundCommands) {
      io.signal('SIGTERM');
      await done;
    }
  });
});
