import assert from 'node:assert/strict';
import { Given, Then, When } from '@cucumber/cucumber';
import { runInShell, type ShellResult } from '../support/drivers/shell.ts';
import { installStubAgents } from '../support/stub-agents/install.ts';
import type { TroupeWorld } from '../support/world.ts';

Given('the agent {string} is installed', function (this: TroupeWorld, name: string) {
  installStubAgents(this.programs, name);
});

When('I type {string}', async function (this: TroupeWorld, line: string) {
  // Words between single quotes are one, as in a shell.
  const [program, ...words] = (line.match(/'[^']*'|\S+/g) ?? []).map(word => word.replace(/^'(.*)'$/, '$1'));
  assert.equal(program, 'troupe');
  this.lastResult = await runInShell(this.shell, words);
});

Then('it exits with {int}', function (this: TroupeWorld, exitCode: number) {
  const { stdout, stderr, ...typed } = lastCommand(this);
  assert.equal(typed.exitCode, exitCode, stdout + stderr);
});

Then('its errors name {string}', function (this: TroupeWorld, words: string) {
  const { stderr } = lastCommand(this);
  assert.ok(stderr.includes(words), stderr);
});

Then('it printed nothing else', function (this: TroupeWorld) {
  assert.equal(lastCommand(this).stdout, '');
});

Then('its output matches {string}', function (this: TroupeWorld, pattern: string) {
  const { stdout } = lastCommand(this);
  assert.match(stdout, new RegExp(pattern.replaceAll('\\\\', '\\'), 'm'));
});

Then('its output names {string} before {string}', function (this: TroupeWorld, first: string, second: string) {
  const { stdout } = lastCommand(this);
  const [before, after] = [stdout.indexOf(first), stdout.indexOf(second.trim())];
  assert.ok(before >= 0 && after > before, stdout);
});

Then('it printed one document that says failed with code {word}', function (this: TroupeWorld, code: string) {
  const { stdout, exitCode } = lastCommand(this);
  const envelope = JSON.parse(stdout);
  assert.deepEqual([envelope.status, envelope.exit_code, envelope.data], ['failed', exitCode, null]);
  assert.deepEqual(
    envelope.messages
      .filter((message: { level: string }) => message.level === 'error')
      .map((message: { code: string }) => message.code),
    [code],
  );
});

Then('its first line is a hello and its last line a result', function (this: TroupeWorld) {
  const lines = lastCommand(this)
    .stdout.trimEnd()
    .split('\n')
    .map(line => JSON.parse(line));
  assert.equal(lines[0].type, 'hello');
  assert.equal(lines[0].schema_version, 1);
  assert.equal(lines.at(-1).type, 'result');
  assert.equal(lines.at(-1).exit_code, lastCommand(this).exitCode);
});

function lastCommand(world: TroupeWorld): ShellResult {
  assert.ok(world.lastResult, 'nothing was typed');
  return world.lastResult;
}
