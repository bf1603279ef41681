/** Faults of agents, their programs and tools, and of what watches them. */
import { chmodSync } from 'node:fs';
import type { Repository } from '../cli/repository.ts';
import type { Scenarios } from './scenario.ts';
import { action, allow, profiles, program, runRaises as raises, steps, write } from './states.ts';

const runRaises = (project: Repository, text: string, ...words: string[]) =>
  raises(project, text, '--profile', 'once', ...words);

/** Fails like that until it is allowed not to. */
const until = (failing: string, more = '') =>
  action(program(`test -e "$HOME/ok" || { ${failing}; }; echo done > b.txt`, more));

export const agentFaults: Scenarios = {
  AGENT_UNAVAILABLE: {
    when: 'the program of an agent is not installed',
    begin: profiles,
    raise: project => runRaises(project, action('{ kind: command, argv: [no-such-program] }')),
    repair: project => chmodSync(project.write('../bin/no-such-program', '#!/bin/sh\necho x > b.txt\n'), 0o755),
  },
  AGENT_FAILED: {
    when: 'the program of an agent exits with 3',
    begin: profiles,
    raise: project => runRaises(project, until('echo no luck; exit 3')),
    repair: allow,
  },
  RATE_LIMITED: {
    when: 'a service wants to be left alone for weeks',
    begin: profiles,
    raise: project => runRaises(project, until('echo "rate limit exceeded, try again in 999 hours"; exit 1')),
    repair: allow,
  },
  TIMED_OUT: {
    when: 'an agent takes longer than it may',
    begin: profiles,
    raise: project => runRaises(project, until('sleep 9', ', watchdogs: { totalSeconds: 0.2 }')),
    repair: allow,
    meets: /^plan execute/,
  },
  STALLED: {
    when: 'an agent prints nothing for too long',
    begin: profiles,
    raise: project => runRaises(project, until('echo on; sleep 9', ', watchdogs: { idleSeconds: 0.2 }')),
    repair: allow,
    meets: /^plan execute/,
  },
  FLOODED: {
    when: 'an agent prints more than it may',
    begin: profiles,
    raise: project => runRaises(project, until('head -c 3000000 /dev/zero; sleep 9', ', watchdogs: { outputMiB: 1 }')),
    repair: allow,
  },
  TOOL_REFUSED: {
    when: 'a strategist writes a file by its tool',
    begin: profiles,
    raise: project => runRaises(project, action(steps(), '', steps(write('b.txt', 'x')))),
  },
  TOOL_FAILED: {
    when: 'text is to be replaced that is not in the file',
    begin: profiles,
    raise: project => runRaises(project, action(steps('{ edit: { path: a.txt, find: two, replace: three } }'))),
  },
  READ_ONLY_BREACH: {
    when: 'the program of a strategist writes a file',
    begin: profiles,
    raise: project => runRaises(project, action(steps(), '', program('test -e "$HOME/ok" || echo x > b.txt'))),
    repair: allow,
  },
  CHECKOUT_TOUCHED: {
    when: 'an agent writes into the checkout of the person',
    begin: profiles,
    raise: project => runRaises(project, action(program(`echo x | tee b.txt > '${project.folder}/b.txt'; cat b.txt`))),
  },
  NOTHING_DONE: {
    when: 'an agent ends well and has changed nothing',
    begin: profiles,
    raise: project =>
      runRaises(
        project,
        `${action(program('test ! -e "$HOME/ok" || echo x > b.txt'))}definitionOfDone: there is a b.txt\n`,
      ),
    repair: allow,
  },
  BUDGET_EXHAUSTED: {
    when: 'a plan makes more tool calls than its budget has',
    begin: profiles,
    raise: project =>
      runRaises(project, action(steps(write('b.txt', 'x'), write('c.txt', 'x')), 'budget: { toolCalls: 1 }\n')),
  },
  VALIDATION_FAILED: {
    when: 'a required check fails',
    begin: profiles,
    raise: project =>
      runRaises(
        project,
        action(
          steps(write('b.txt', 'x')),
          'validations: [{ name: allowed, argv: [sh, -c, \'test -e "$HOME/ok"\'] }]\n',
        ),
      ),
    repair: allow,
  },
  REVIEW_BLOCKED: {
    when: 'the reviewer finds what must be fixed first',
    begin: profiles,
    raise: project =>
      runRaises(
        project,
        action(
          steps(write('b.txt', 'x')),
          `reviewActor: ${steps('{ finding: { severity: blocking, path: b.txt, line: 1, text: too short } }')}\n`,
        ),
      ),
  },
  SETUP_FAILED: {
    when: 'a command that sets the sandbox up fails',
    begin: profiles,
    raise: project =>
      runRaises(project, action(program('echo x > b.txt'), 'setup: { run: [[sh, -c, \'test -e "$HOME/ok"\']] }\n')),
    repair: allow,
  },
};
