import { commandHint } from '../../model/command-hint.ts';
import { TroupeError } from '../../model/errors.ts';
import type { AgentTask } from '../../ports/agent.ts';

/** Maximum length of an argument on common systems; a longer prompt goes through standard input. */
const argumentBytesMax = 100_000;

/** Returns the environment variables of a program that works on a task. */
export function taskVariables({ plan, role, attempt, directory }: AgentTask): Record<string, string> {
  return {
    TROUPE_PLAN_ID: plan.planId,
    TROUPE_ROOT_PLAN_ID: plan.rootPlanId,
    TROUPE_ROLE: role,
    TROUPE_GOAL: plan.description.slice(0, argumentBytesMax / 4),
    TROUPE_DIRECTORY: directory,
    TROUPE_ATTEMPT: String(attempt),
    TROUPE_DEPTH: String(plan.depth),
    TROUPE_ARGUMENTS: JSON.stringify(plan.arguments).slice(0, argumentBytesMax / 4),
  };
}

/** @param otherwise what to do for a longer prompt @throws {TroupeError} AGENT_FAILED where an argument is too long */
export function assertArgumentsFit(argv: readonly string[], otherwise: string): void {
  if (argv.every(word => Buffer.byteLength(word) <= argumentBytesMax)) return;
  const [program = ''] = argv;
  throw new TroupeError('AGENT_FAILED', `The prompt is too long for an argument of ${program}; ${otherwise}`, {
    where: program,
    retriable: false,
    hints: [commandHint('help action')],
  });
}
