/** What the agent of a preset gets from the user's shell and configuration, and what it does not get. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stubPath } from '../agents/stub-programs.ts';
import { runTroupe, runTroupeJson } from './run-command.ts';
import { createRepository, type TestRepository } from './test-repository.ts';

let project: TestRepository;
beforeEach(() => {
  project = createRepository();
  project.env.PATH = stubPath(join(dirname(project.folder), 'bin'));
});
afterEach(() => project.remove());

const action = (agent: string) => `name: try\ndescription: Do it\nexecutionActor: ${agent}\n`;

/** An agent named `fast` in the user's configuration. */
const describeFast = (agent: string) => project.write('../.config/troupe/config.yaml', `agents:\n  fast: ${agent}\n`);

describe('The agent of a preset', () => {
  test('gets its own API key from the shell and no other key, and no key is in the log [R228] [R246]', async () => {
    project.env.ANTHROPIC_API_KEY = 'sk-ant-planted-secret';
    project.env.OPENAI_API_KEY = 'sk-openai-planted-secret';
    project.write('try.yaml', action('{ kind: preset, agent: claude, env: { STUB_AGENT: record } }'));
    const words = ['run', '-f', 'try.yaml', '--profile', 'trusted', '--apply', '--yes'];
    const { code, out, err } = await runTroupe(project, words);
    expect(code, out + err).toBe(0);
    const seen = JSON.parse(readFileSync(join(project.folder, 'env.json'), 'utf8'));
    expect(seen).toMatchObject({ ANTHROPIC_API_KEY: 'sk-ant-planted-secret', CLAUDE_CODE_MAX_RETRIES: '1' });
    expect(seen.OPENAI_API_KEY).toBeUndefined();
    const logs = await runTroupe(project, ['plan', 'logs', '--raw']);
    expect(out + err + logs.out).not.toContain('planted-secret');
  }, 60_000);

  test('can be defined once in the configuration, under a name of its own [R228]', async () => {
    describeFast('{ kind: preset, agent: claude, model: small, env: { STUB_AGENT: record } }');
    project.write('try.yaml', action('fast'));
    const { status } = await runTroupeJson(project, [
      'run',
      '-f',
      'try.yaml',
      '--profile',
      'trusted',
      '--apply',
      '--yes',
    ]);
    expect(status).toBe('ok');
    expect(JSON.parse(readFileSync(join(project.folder, 'argv.json'), 'utf8')).slice(-2)).toEqual(['--model', 'small']);
  }, 60_000);

  test('keeps the options from the configuration when a goal names it with another model [R228]', async () => {
    describeFast('{ kind: preset, agent: claude, model: small, env: { STUB_AGENT: record } }');
    const words = ['run', 'Do it', '--agent', 'fast', '--model', 'large', '--profile', 'trusted', '--apply', '--yes'];
    const { code, out, err } = await runTroupe(project, words);
    expect(code, out + err).toBe(0);
    const argv = JSON.parse(readFileSync(join(project.folder, 'argv.json'), 'utf8'));
    expect(argv.slice(-2)).toEqual(['--model', 'large']);
  }, 60_000);

  test('takes no model when its configuration is not of a preset [R228]', async () => {
    describeFast('{ kind: command, argv: ["true"] }');
    const { code, err } = await runTroupe(project, ['run', 'Do it', '--agent', 'fast', '--model', 'large']);
    expect(code, err).toBe(2);
    expect(err).toContain('Your agent "fast" is of kind command, which takes no model');
  });

  test('can be tested by its name in the configuration [R227] [R228]', async () => {
    describeFast('{ kind: preset, agent: claude, env: { STUB_AGENT: record } }');
    const { data } = await runTroupeJson(project, ['agent', 'test', 'fast']);
    expect(data).toMatchObject({ name: 'fast', answer: 'Recorded.' });
  }, 60_000);
});
