/** `troupe agent`, and what doctor and init report about agents. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { installStubAgents } from '../../features/support/stub-agents/install.ts';
import { runTroupe, runTroupeJson, startTroupe } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

let project: TestRepository;
let bin: string;
/** A shell that has git and these agents. */
const withAgents = (...names: string[]) => {
  installStubAgents(bin, ...names);
  project.env.PATH = `${bin}:/usr/bin:/bin`;
};

beforeEach(() => {
  project = createRepository();
  bin = join(dirname(project.folder), 'agents');
  withAgents();
});
afterEach(() => project.remove());

interface ListedAgent {
  name: string;
  program: string | null;
  signed_in: boolean | null;
}
const listed = async () => (await runTroupeJson(project, ['agent', 'list'])).data.agents as ListedAgent[];

describe('troupe agent list', () => {
  test('lists every known agent, how to install it and how to sign in [R227]', async () => {
    const { out, code } = await runTroupe(project, ['agent', 'list']);
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}claude +not installed · npm install -g @anthropic-ai\/claude-code$/m);
    expect(out).toContain('No agent is installed yet.');
    expect((await listed()).every(({ program }) => program === null)).toBe(true);
  });

  test('shows installed agents first, with their version and the version they were tested with [R227]', async () => {
    withAgents('codex', 'claude');
    const { out } = await runTroupe(project, ['agent', 'list']);
    expect(out.split('\n')[0]).toMatch(/^ {2}claude +2\.1\.197 · .* · tried with 2\.1\.197$/);
    expect(out.split('\n')[1]).toMatch(/^ {2}codex +1\.2\.3 · /);
    expect((await listed())[0]).toMatchObject({
      ...{ name: 'claude', program: join(bin, 'claude'), version: '2.1.197', tried_version: '2.1.197' },
    });
  });

  test('detects a sign-in by a variable or by a file, and reads no secret [R227]', async () => {
    withAgents('claude');
    const seen = async () => (await listed())[0];
    expect(await seen()).not.toMatchObject({ signed_in: true });
    const home = dirname(project.folder);
    const file = project.write('../.claude/.credentials.json', 'the-secret');
    chmodSync(file, 0o000);
    expect(await seen()).toMatchObject({ signed_in: true, signed_in_by: join(home, '.claude/.credentials.json') });
    project.env.ANTHROPIC_API_KEY = 'sk-the-secret';
    const { out } = await runTroupe(project, ['agent', 'list']);
    expect(out).toContain('signed in (ANTHROPIC_API_KEY)');
    expect(out).not.toContain('the-secret');
  });

  test('does not wait for a program that does not print its version', async () => {
    withAgents('claude');
    writeFileSync(join(bin, 'claude'), '#!/bin/sh\necho no\nexit 3\n');
    expect((await runTroupe(project, ['agent', 'list'])).out).toMatch(/^ {2}claude +unknown version · /);
  });
});

describe('troupe doctor', () => {
  test('shows the installed agents with version and sign-in [R227]', async () => {
    const agents = async () => {
      const { checks } = (await runTroupeJson(project, ['doctor'])).data as { checks: { name: string }[] };
      return checks.find(({ name }) => name === 'agents');
    };
    expect(await agents()).toMatchObject({ status: 'ok', text: expect.stringContaining('troupe agent list') });
    withAgents('claude');
    project.env.ANTHROPIC_API_KEY = 'sk-the-secret';
    expect(await agents()).toMatchObject({ text: 'claude 2.1.197, signed in (ANTHROPIC_API_KEY)' });
  });
});

describe('troupe init --agent', () => {
  test('writes an action for the agent, makes it the default for goals, and keeps the rest of the configuration', async () => {
    withAgents('claude', 'codex');
    const config = join(project.folder, '.git/troupe/config.yaml');
    project.write('.git/troupe/config.yaml', '# mine\nlogMiB: 64\n');
    const { data } = await runTroupeJson(project, ['init', '--agent', 'claude']);
    expect(data).toMatchObject({ created: true, agent: { name: 'claude', config } });
    expect(readFileSync(config, 'utf8')).toBe('# mine\nlogMiB: 64\nagent: claude\n');
    const action = parse(readFileSync(join(project.folder, 'troupe/claude.yaml'), 'utf8'));
    expect(action).toMatchObject({ name: 'local/claude', executionActor: 'claude' });
  });

  test('rejects an agent that is unknown or not installed, and writes nothing', async () => {
    const unknown = await runTroupe(project, ['init', '--agent', 'cluade']);
    expect(unknown).toMatchObject({ code: 2, err: expect.stringMatching(/UNKNOWN_AGENT.*did you mean claude/) });
    const absent = await runTroupe(project, ['init', '--agent', 'claude']);
    expect(absent).toMatchObject({ code: 4, err: expect.stringContaining('npm install -g @anthropic-ai/claude-code') });
    expect(existsSync(join(project.folder, 'troupe'))).toBe(false);
  });
});

describe('the agent for a goal', () => {
  const goal = ['run', 'write b.txt'];

  test('is required: without it the command lists the known agents and how to install them [R220]', async () => {
    const none = await runTroupe(project, goal);
    expect(none).toMatchObject({ code: 4, err: expect.stringMatching(/AGENT_UNAVAILABLE.*none of claude, codex/) });
    expect(none.err).toContain('try: troupe agent list');
    const named = await runTroupe(project, [...goal, '--agent', 'codex']);
    expect(named).toMatchObject({ code: 4, err: expect.stringContaining('Codex is not installed') });
    expect(await runTroupeJson(project, ['plan', 'list', '--all'])).toMatchObject({ data: { plans: [] } });
  });

  test('is warned that a check finds no node_modules in a sandbox [R220]', async () => {
    withAgents('claude');
    const words = [...goal, '--check', 'test -s b.txt'];
    expect((await runTroupe(project, words)).err).not.toContain('node_modules');
    project.write('node_modules/a/index.js', '');
    const warned = await runTroupe(project, words);
    expect(warned).toMatchObject({ code: 0, err: expect.stringContaining('Sandboxes have no node_modules') });
  });

  test('must be named when several are installed and there is no terminal [R220]', async () => {
    withAgents('claude', 'codex');
    const several = await runTroupe(project, goal);
    expect(several.code).toBe(2);
    expect(several.err).toContain("try: troupe run 'write b.txt' --agent claude");
    expect(several.err).toContain("try: troupe run 'write b.txt' --agent codex");
  });

  test('is asked for at a terminal, and no answer starts nothing [R220]', async () => {
    withAgents('claude', 'codex');
    const { io, done } = startTroupe(project, goal, { tty: true });
    await io.waitForError('A number or a name: ');
    expect(io.err()).toContain('1  claude  Claude Code');
    io.type('');
    expect(await done).toBe(130);
    expect(await runTroupeJson(project, ['plan', 'list', '--all'])).toMatchObject({ data: { plans: [] } });
  });

  test('is not asked for when a single word may be an action: both commands are suggested [R220]', async () => {
    const word = await runTroupe(project, ['run', 'greet']);
    expect(word.err).toMatch(/There is no stored action "greet", and it cannot be a goal either/);
    expect(word.err).toContain('try: troupe action list');
  });

  test.each([
    [['run', '-f', 'greet.yaml', '--agent', 'claude'], '--agent is for a goal'],
    [['run', '--action', 'greet', '--check', 'true'], '--check is for a goal'],
    [['run'], 'Say what to do'],
  ])('is rejected in %j', async (words, message) => {
    expect(await runTroupe(project, words)).toMatchObject({ code: 2, err: expect.stringContaining(message) });
  });
});
