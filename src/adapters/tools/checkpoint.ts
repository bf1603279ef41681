import * as z from 'zod';
import type { Tool } from '../../ports/tool.ts';

export const CheckpointInput = z.strictObject({ label: z.string().min(1).max(200) });
const Output = z.strictObject({ checkpointId: z.string(), label: z.string(), treeOid: z.string() });

/** Creates a checkpoint of the current sandbox. */
export const createCheckpointTool: Tool<z.output<typeof CheckpointInput>, z.output<typeof Output>> = {
  name: 'system/create_checkpoint',
  aliases: ['checkpoint', 'create_checkpoint'],
  description: 'Make a checkpoint of the work so far, under a label.',
  input: CheckpointInput,
  output: Output,
  sideEffects: ['create_checkpoint'],
  async run({ label }, { checkpoint }) {
    const { checkpointId, treeOid } = await checkpoint('manual', label);
    return { checkpointId, label, treeOid };
  },
};
