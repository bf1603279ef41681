import { AgentRef } from '../../agents.ts';
import { commandHint, TroupeError } from '../../index.ts';
import type { OwnAgents } from '../project/config.ts';

/**
 * The agent of a name, with the model of `--model`, if any. Of an agent of yours, everything else stays as you describe it, but
 * for the price of the other model.
 * @throws {TroupeError} USAGE where the agent of yours is of a kind that takes no model
 */
export function agentWithModel(name: string, model: string | undefined, own: OwnAgents): AgentRef {
  if (model === undefined) return name;
  const described = own[name];
  if (described === undefined) return AgentRef.parse({ kind: 'preset', agent: name, model });
  if (described.kind === 'preset' || described.kind === 'acp') return { ...described, model };
  if (described.kind === 'llm') {
    const { price, ...kept } = described;
    return model === described.model ? name : { ...kept, model };
  }
  throw new TroupeError(
    'USAGE',
    `Your agent "${name}" is of kind ${described.kind}, which takes no model: leave --model out, or change the agent in config.yaml`,
    { where: `--model ${model}`, hints: [commandHint('help action')] },
  );
}
