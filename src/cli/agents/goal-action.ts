/** The action that is made of a goal on the command line. */

export interface GoalRequest {
  /** Its first line is the goal, the rest more about it. */
  goal: string;
  agent: string;
  model: string | undefined;
  /** Whether the agent is asked for subplans first. */
  split: boolean;
  /** Commands that must succeed on the result. */
  checks: readonly string[];
}

/** An action as its file would say it. */
export type ActionDraft = Record<string, unknown> & { description: string };

export function goalAction({ goal, agent, model, split, checks }: GoalRequest): ActionDraft {
  const [first = '', ...more] = goal.trim().split('\n');
  const description = first.trim();
  const rest = more.join('\n').trim();
  const actor = model === undefined ? agent : { kind: 'preset', agent, model };
  return {
    name: 'local/goal',
    description,
    ...(rest === '' ? {} : { longDescription: rest }),
    // Work that changes nothing has not reached it.
    definitionOfDone: description,
    ...(split ? { strategyActor: actor } : {}),
    executionActor: actor,
    ...(checks.length === 0 ? {} : { validations: [...new Set(checks)].map(validationOf) }),
  };
}

/** What only a shell understands: quotes, variables, pipes, redirections, patterns, assignments. */
const shellSyntax = /[|&;<>()$`"'*?[\]{}~#=%!\\\n]/;

function validationOf(check: string): { name: string; argv: string[] } {
  const command = check.trim();
  const argv = shellSyntax.test(command) ? ['sh', '-c', command] : command.split(/\s+/);
  return { name: command, argv };
}
