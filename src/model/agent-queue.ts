import * as z from 'zod';

/** The agent waits for its turn: the maximum number of agents is already working. */
const SlotQueue = z.strictObject({
  /** Which limit applies: that of one kind of agent, or the machine's for all. */
  cap: z.enum(['agent', 'machine']),
  /** The waiting agent: its name, or its kind when it was described in place. */
  agent: z.string(),
  /** How many agents may work at the same time. */
  most: z.number().int().min(1),
  /** How many agents of this process are ahead in the queue. */
  ahead: z.number().int().min(0),
});

/** The agent waits for a worker that may do its work. */
const WorkerQueue = z.strictObject({
  cap: z.literal('workers'),
  agent: z.string(),
  /** What is missing, in one sentence. */
  reason: z.string(),
});

/** Why an agent that is ready has not started. */
export const AgentQueuePosition = z.discriminatedUnion('cap', [SlotQueue, WorkerQueue]);
export type AgentQueuePosition = z.infer<typeof AgentQueuePosition>;
