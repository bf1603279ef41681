/** Errors of agents, their programs and tools, and of what watches them. */
import { chmodSync } from 'node:fs';
import type { TestRepository } from '../cli/test-repository.ts';
import { action, allowAll, profiles, program, errorOfRun as raises, steps, write } from './project-states.ts';
import type { ErrorScenarios } from './scenario.ts';

const errorOfRun = (project: TestRepository, text: string, ...words: string[]) =>
  raises(project, text, '--profile', 'once', ...words);

/** Fails like that until it is allowed not to. */
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
    when: 'a service wants to be left alone for weeks',
    initialState: profiles,
    raise: project => errorOfRun(project, until('echo "rate limit exceeded, try again in 999 hours"; exit 1')),
    repair: allowAll,
  },
  TIMED_OUT: {
    when: 'an agent takes longer than it may',
    initialState: profiles,
    raise: project => errorOfRun(project, until('sleep 9', ', watchdogs: { totalSeconds: 0.2 }')),
    repair: allowAll,
    repeatsFor: /^plan execute/,
  },
  STALLED: {
    when: 'an agent prints nothing for too long',
    initialState: profiles,
    raise: project => errorOfRun(project, until('echo on; sleep 9', ', watchdogs: { idleSeconds: 0.2 }')),
    repair: allowAll,
    repeatsFor: /^plan execute/,
  },
  FLOODED: {
    when: 'an agent prints more than it may',
    initialState: profiles,
    raise: project => errorOfRun(project, until('head -c 3000000 /dev/zero; sleep 9', ', watchdogs: { outputMiB: 1 }')),
    repair: allowAll,
  },
  TOOL_REFUSED: {
    when: 'a strategist writes a file by its tool',
    initialState: profiles,
    raise: project => errorOfRun(project, action(steps(), '', steps(write('b.txt', 'x')))),
  },
  TOOL_FAILED: {
    when: 'text is to be replaced that is not in the file',
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
    when: 'an agent writes into the checkout of the person',
    initialState: profiles,
    raise: project => errorOfRun(project, action(program(`echo x | tee b.txt > '${project.folder}/b.txt'; cat b.txt`))),
  },
  NOTHING_DONE: {
    when: 'an agent ends well and has changed nothing',
    initialState: profiles,
    raise: project =>
      errorOfRun(
        project,
        `${action(program('test ! -e "$HOME/ok" || echo x > b.txt'))}definitionOfDone: there is a b.txt\n`,
      ),
    repair: allowAll,
  },
  BUDGET_EXHAUSTED: {
    when: 'a plan makes more tool calls than its budget has',
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
    when: 'the reviewer finds what must be fixed first',
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
    when: 'a command that sets the sandbox up fails',
    initialState: profiles,
    raise: project =>
      errorOfRun(project, action(program('echo x > b.txt'), 'setup: { run: [[sh, -c, \'test -e "$HOME/ok"\']] }\n')),
    repair: allowAll,
  },
};
