/** Errors of agents, their programs and tools, and of watchdogs. */
import { chmodSync } from 'node:fs';
import type { TestRepository } from '../cli/test-repository.ts';
import { action, allowAll, profiles, program, errorOfRun as raises, steps, write } from './project-states.ts';
import type { ErrorScenarios } from './scenario.ts';

const errorOfRun = (project: TestRepository, text: string, ...words: string[]) =>
  raises(project, text, '--profile', 'once', ...words);

/** Fails this way until it is allowed to succeed. */
const until = (failing: string, more = '') =>
  action(program(`test -e "$HOME/ok" || { ${failing}; }; echo done > b.txt`, more));

export const agentErrors: ErrorScenarios = {
  AGENT_UNAVAILABLE: {
    when: 'the program of an agent is not installed',
    initialState: profiles,
    raise: project => errorOfRun(project, action('{ kind: command, argv: [no-such-program] }')),
    repair: project => chmodSync(project.write('../bin/no-such-program', '#!/bin/sh\necho x > b.txt\n'), 0o755),
  },
  AGENT_FAILED: {
    when: 'the program of an agent exits with 3',
    initialState: profiles,
    raise: project => errorOfRun(project, until('echo no luck; exit 3')),
    repair: allowAll,
  },
  RATE_LIMITED: {
    when: 'a service reports a rate limit of several weeks',
    initialState: profiles,
    raise: project => errorOfRun(project, until('echo "rate limit exceeded, try again in 999 hours"; exit 1')),
    repair: allowAll,
  },
  TIMED_OUT: {
    when: 'an agent exceeds its time limit',
    initialState: profiles,
    raise: project => errorOfRun(project, until('sleep 9', ', watchdogs: { totalSeconds: 0.2 }')),
    repair: allowAll,
    repeatsFor: /^plan execute/,
  },
  STALLED: {
    when: 'an agent stops printing for too long',
    initialState: profiles,
    raise: project => errorOfRun(project, until('echo on; sleep 9', ', watchdogs: { idleSeconds: 0.2 }')),
    repair: allowAll,
    repeatsFor: /^plan execute/,
  },
  FLOODED: {
    when: 'an agent exceeds its output limit',
    initialState: profiles,
    raise: project => errorOfRun(project, until('head -c 3000000 /dev/zero; sleep 9', ', watchdogs: { outputMiB: 1 }')),
    repair: allowAll,
  },
  TOOL_REFUSED: {
    when: 'a strategist writes a file with a tool',
    initialState: profiles,
    raise: project => errorOfRun(project, action(steps(), '', steps(write('b.txt', 'x')))),
  },
  TOOL_FAILED: {
    when: 'an agent edits text that is not in the file',
    initialState: profiles,
    raise: project => errorOfRun(project, action(steps('{ edit: { path: a.txt, find: two, replace: three } }'))),
  },
  READ_ONLY_BREACH: {
    when: 'the program of a strategist writes a file',
    initialState: profiles,
    raise: project => errorOfRun(project, action(steps(), '', program('test -e "$HOME/ok" || echo x > b.txt'))),
    repair: allowAll,
  },
  CHECKOUT_TOUCHED: {
    when: 'an agent writes to the checkout of the user',
    initialState: profiles,
    raise: project => errorOfRun(project, action(program(`echo x | tee b.txt > '${project.folder}/b.txt'; cat b.txt`))),
  },
  NOTHING_DONE: {
    when: 'an agent succeeds without changing anything',
    initialState: profiles,
    raise: project =>
      errorOfRun(
        project,
        `${action(program('test ! -e "$HOME/ok" || echo x > b.txt'))}definitionOfDone: there is a b.txt\n`,
      ),
    repair: allowAll,
  },
  BUDGET_EXHAUSTED: {
    when: 'a plan exceeds its budget of tool calls',
    initialState: profiles,
    raise: project =>
      errorOfRun(project, action(steps(write('b.txt', 'x'), write('c.txt', 'x')), 'budget: { toolCalls: 1 }\n')),
  },
  VALIDATION_FAILED: {
    when: 'a required check fails',
    initialState: profiles,
    raise: project =>
      errorOfRun(
        project,
        action(
          steps(write('b.txt', 'x')),
          'validations: [{ name: allowed, argv: [sh, -c, \'test -e "$HOME/ok"\'] }]\n',
        ),
      ),
    repair: allowAll,
  },
  REVIEW_BLOCKED: {
    when: 'the reviewer reports a blocking finding',
    initialState: profiles,
    raise: project =>
      errorOfRun(
        project,
        action(
          steps(write('b.txt', 'x')),
          `reviewActor: ${steps('{ finding: { severity: blocking, path: b.txt, line: 1, text: too short } }')}\n`,
        ),
      ),
  },
  SETUP_FAILED: {
    when: 'a set-up command of the sandbox fails',
    initialState: profiles,
    raise: project =>
      errorOfRun(project, action(program('echo x > b.txt'), 'setup: { run: [[sh, -c, \'test -e "$HOME/ok"\']] }\n')),
    repair: allowAll,
  },
};
