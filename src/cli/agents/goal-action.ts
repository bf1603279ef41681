/** Creates the action for a goal on the command line. */
import type { AgentRef } from '../../agents.ts';

export interface GoalRequest {
  /** The first line is the goal, the rest describes it. */
  goal: string;
  agent: AgentRef;
  /** Whether the agent is first asked for subplans. */
  split: boolean;
  /** Commands that must succeed on the result. */
  checks: readonly string[];
}

/** Returns the action as its file would hold it. */
export type ActionDraft = Record<string, unknown> & { description: string };

export function goalAction({ goal, agent, split, checks }: GoalRequest): ActionDraft {
  const [first = '', ...more] = goal.trim().split('\n');
  const description = first.trim();
  const rest = more.join('\n').trim();
  return {
    name: 'local/goal',
    description,
    ...(rest === '' ? {} : { longDescription: rest }),
    // Without a change the goal is not reached.
    definitionOfDone: description,
    ...(split ? { strategyActor: agent } : {}),
    executionActor: agent,
    ...(checks.length === 0 ? {} : { validations: [...new Set(checks)].map(validationOf) }),
  };
}

/** Matches shell syntax: quotes, variables, pipes, redirections, patterns, assignments. */
const shellSyntax = /[|&;<>()$`"'*?[\]{}~#=%!\\\n]/;

function validationOf(check: string): { name: string; argv: string[] } {
  const command = check.trim();
  const argv = shellSyntax.test(command) ? ['sh', '-c', command] : command.split(/\s+/);
  return { name: command, argv };
}
