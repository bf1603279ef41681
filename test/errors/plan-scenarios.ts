/** Errors of plans: rejected commands, and problems with decisions. */

import { runTroupe, runTroupeJson } from '../cli/run-command.ts';
import type { TestRepository } from '../cli/test-repository.ts';
import {
  action,
  completedState,
  conflictedState,
  conflictingAction,
  errorOfRun,
  profiles,
  steps,
  strategizedState,
  subplan,
  write,
} from './project-states.ts';
import { type ErrorScenarios, errorAtTerminal, errorOfCommand } from './scenario.ts';

const nested = (depth: number): string =>
  depth === 0 ? steps(write('deep.txt', 'x')) : steps(subplan(`level ${depth}`).replace(steps(), nested(depth - 1)));

export const planErrors: ErrorScenarios = {
  UNKNOWN_AGENT: {
    when: 'the action of the plan names an agent that is not registered',
    raise: project => errorOfRun(project, action('absent')),
  },
  UNKNOWN_TOOL: {
    when: 'the profile of the plan names a tool that does not exist',
    initialState: profiles,
    raise: project => errorOfRun(project, action(steps()), '--profile', 'odd'),
  },
  PREFLIGHT_FAILED: {
    when: 'an agent and a budget are both missing',
    raise: project => errorOfRun(project, action('absent', 'budget: { seconds: 0 }\n')),
  },
  PHASE_GUARD: {
    when: 'a plan without a result is applied',
    initialState: strategizedState,
    raise: project => errorOfCommand(project, ['plan', 'apply', '--yes']),
  },
  REVERSION_LIMIT: {
    when: 'a plan was reverted three times',
    initialState: strategizedState,
    raise: async project => {
      for (const _ of [1, 2, 3]) {
        await runTroupe(project, ['plan', 'execute']);
        await runTroupe(project, ['plan', 'revert']);
      }
      await runTroupe(project, ['plan', 'execute']);
      return errorOfCommand(project, ['plan', 'revert']);
    },
  },
  DEPTH_LIMIT: {
    when: 'subplans are nested deeper than six levels',
    initialState: profiles,
    raise: project => errorOfRun(project, action(nested(6)), '--profile', 'once'),
  },
  DEPENDENCY_CYCLE: {
    when: 'two subplans wait for each other',
    raise: project => {
      const waits = (key: string, other: string) =>
        `{ subplan: { key: ${key}, goal: ${key}, resourceScopes: [${key}], dependsOn: [${other}], executionActor: ${steps()} } }`;
      const more = 'subplans: { executionMode: dependencyOrdered }\n';
      return errorOfRun(project, action(steps(), more, steps(waits('a', 'b'), waits('b', 'a'))));
    },
  },
  INVALID_DECISION: {
    when: 'an edited strategy is not valid',
    initialState: strategizedState,
    raise: project => {
      project.write('strategy.yaml', 'decisions: 7\n');
      return errorOfCommand(project, ['plan', 'edit', '--with', 'strategy.yaml']);
    },
  },
  INVARIANT_VIOLATED: {
    when: 'a plan changes more files than an invariant allows',
    raise: project =>
      errorOfRun(
        project,
        action(
          steps(write('b.txt', 'x')),
          'invariants: [{ text: change nothing, check: { kind: maxFilesChanged, max: 0 } }]\n',
        ),
      ),
  },
  NOT_CORRECTABLE: {
    when: 'the root decision is corrected',
    initialState: completedState,
    raise: async project => errorOfCommand(project, ['plan', 'correct', await goalOf(project), '--guidance', 'x']),
  },
  CONFLICT_RESOLVED: {
    when: 'a conflict is resolved a second time',
    initialState: conflictedState,
    raise: async project => {
      await runTroupe(project, ['plan', 'resolve', 'a.txt', '--take', 'ours']);
      return errorOfCommand(project, ['plan', 'resolve', 'a.txt', '--take', 'theirs']);
    },
  },
  MERGE_CONFLICT: {
    when: 'two subplans write the same line of a file whose name begins with a dash',
    raise: async project => {
      const raised = await errorOfRun(project, conflictingAction('-a.txt', '-a.txt').replaceAll('-a.txt', '"-a.txt"'));
      if (!raised.hints[0]?.startsWith('troupe plan conflicts')) throw new Error('begins with something else');
      return raised;
    },
  },
  CONFLICT_LEFT: {
    when: 'a conflict is resolved with markers left in the file',
    initialState: conflictedState,
    raise: project => errorAtTerminal(project, ['plan', 'resolve', 'a.txt', '--edit'], { env: { EDITOR: 'true' } }),
    env: () => ({ EDITOR: "sed -i '/^[<|=>]/d'" }),
  },
  SUBPLANS_FAILED: {
    when: 'one of two subplans fails',
    initialState: profiles,
    raise: project =>
      errorOfRun(
        project,
        action(
          steps(),
          '',
          steps(
            subplan('fails', '{ run: { argv: [sh, -c, \'test -e "$HOME/ok"\'] } }'),
            subplan('writes', write('b.txt', 'x')),
          ),
        ),
        '--profile',
        'once',
      ),
  },
  OUT_OF_SCOPE: {
    when: 'a subplan changes a file outside its scope',
    initialState: profiles,
    raise: project =>
      errorOfRun(
        project,
        action(
          steps(),
          '',
          steps(subplan('stray', write('b.txt', 'x')).replace('resourceScopes: [.]', 'resourceScopes: [docs]')),
        ),
        '--profile',
        'once',
      ),
  },
  APPROVAL_NEEDED: {
    when: 'a result is applied without a terminal for the confirmation',
    initialState: completedState,
    raise: project => errorOfCommand(project, ['plan', 'apply']),
  },
};

/** The root decision of the newest plan. */
async function goalOf(project: TestRepository): Promise<string> {
  const { data } = await runTroupeJson(project, ['plan', 'explain']);
  const decisions = data.decisions as { decision_id: string; type: string }[];
  return decisions.find(({ type }) => type === 'prompt_definition')?.decision_id ?? '';
}
