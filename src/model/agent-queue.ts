import * as z from 'zod';

/** Why an agent that is ready has not started: the maximum number of agents is already working. */
export const AgentQueuePosition = z.strictObject({
  /** Which limit applies: that of one kind of agent, or the machine's for all. */
  cap: z.enum(['agent', 'machine']),
  /** The waiting agent: its name, or its kind when it was described in place. */
  agent: z.string(),
  /** How many agents may work at the same time. */
  most: z.number().int().min(1),
  /** How many agents of this process are ahead in the queue. */
  ahead: z.number().int().min(0),
});
export type AgentQueuePosition = z.infer<typeof AgentQueuePosition>;
