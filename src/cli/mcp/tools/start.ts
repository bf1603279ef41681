import * as z from 'zod';
import { shellQuote } from '../../../index.ts';
import { planRequestFromFlags, resolveStoredBase } from '../../action-input.ts';
import { goalRequest, namesAction } from '../../agents/goal-request.ts';
import type { CommandContext, ParsedArgs } from '../../command.ts';
import { planResult } from '../plan-result.ts';
import { defineTool, working } from '../tool.ts';

const input = z.strictObject({
  goal: z.string().min(1).optional().describe('What to do. With an action: in place of its description.'),
  action: z.string().min(1).optional().describe('Name of a stored action.'),
  file: z.string().min(1).optional().describe('Action file, relative to the project.'),
  agent: z.string().min(1).optional().describe('Agent for the goal. Default: as configured, or the only one there is.'),
  model: z.string().min(1).optional().describe('Model of the agent.'),
  split: z.boolean().optional().describe('Let the agent first split the goal into subplans that run in parallel.'),
  check: z.array(z.string().min(1)).optional().describe('Commands that must succeed on the result.'),
  arguments: z.record(z.string(), z.string()).optional().describe('Arguments of the action.'),
  profile: z.string().min(1).optional().describe('Automation profile.'),
  base: z.string().min(1).optional().describe('Commit, branch or tag to start from. Default: HEAD.'),
});

/** Starts what `troupe run` would start. */
export const start = defineTool({
  name: 'plan_start',
  description:
    'Start a plan: agents work on a goal, or as an action says, in sandboxes. Returns at once; follow it with plan_wait. Nothing in the project changes until the result is applied.',
  input,
  ...working,
  async run(wish, { session }) {
    const opened = await session.open();
    const context = contextOf(session.context, wish);
    const request = namesAction(context)
      ? await planRequestFromFlags(context)
      : (await goalRequest(context, opened)).request;
    const options = await resolveStoredBase(opened.troupe, request);
    const plan = await opened.troupe.use({ ...options, from: opened.location.root, execute: 'unlessReviewed' });
    return planResult(session, plan);
  },
});

/** The context of `troupe run` with these arguments. */
function contextOf(context: CommandContext, wish: z.output<typeof input>): CommandContext {
  const { arguments: values = {}, ...given } = wish;
  const lists: Record<string, string[]> = {
    check: wish.check ?? [],
    arg: Object.entries(values).map(([name, value]) => `${name}=${value}`),
  };
  const value = (name: string) => Object.entries(given).find(([key]) => key === name)?.[1];
  const args: ParsedArgs = {
    text: name => {
      const found = value(name);
      return typeof found === 'string' ? found : undefined;
    },
    has: name => value(name) === true,
    list: name => lists[name] ?? [],
  };
  const commandLine = ['troupe run', ...(wish.goal === undefined ? [] : [shellQuote(wish.goal)])].join(' ');
  return { ...context, args, commandLine };
}
