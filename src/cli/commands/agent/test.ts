import { type AgentPreset, AgentRef, passedVariables, resolveAgents, tryAgent } from '../../../agents.ts';
import { TroupeError } from '../../../index.ts';
import { sanitizeLine } from '../../../presentation/sanitize.ts';
import { findInstalledAgents } from '../../agents/agent-status.ts';
import { requireInstalled } from '../../agents/choose-agent.ts';
import type { RunCommand } from '../../command.ts';
import { inheritedEnvironment, passedVariables as namedVariables } from '../../project/environment.ts';

/** Asks an agent one small question, to show whether it starts, is signed in and answers. */
export const run: RunCommand = async context => {
  const { args, io, interrupts } = context;
  const name = args.text('name') ?? '';
  const model = args.text('model');
  const { preset } = requireInstalled(name, await findInstalledAgents(io.env), name);
  const env = {
    ...inheritedEnvironment(io.env),
    ...passedVariables(preset, io.env),
    ...Object.fromEntries(namedVariables(context)),
  };
  const stop = new AbortController();
  const release = interrupts.handle(() => stop.abort());
  context.log(`Asking ${preset.title} for one word`);
  try {
    const { answer, usage, seconds } = await tryAgent({
      agents: resolveAgents({ registered: {}, env }),
      agent: model === undefined ? name : AgentRef.parse({ kind: 'preset', agent: name, model }),
      signal: stop.signal,
      now: () => io.now(),
    });
    const { tokens = null, usd = null } = usage;
    const used = [...(tokens === null ? [] : [`${tokens} tokens`]), ...(usd === null ? [] : [`${usd.toFixed(4)} USD`])];
    return {
      data: { name, answer, seconds, tokens, usd },
      text: [
        `${name} answered in ${seconds.toFixed(1)} s${used.map(each => ` · ${each}`).join('')}: ${sanitizeLine(answer)}`,
        `  next: ${context.paint.cyan(`troupe run "…" --agent ${name}`)}`,
      ].join('\n'),
    };
  } catch (thrown) {
    throw withSignIn(thrown, preset);
  } finally {
    release();
  }
};

/** Adds the command to sign in, and leaves out hints that need a plan. */
function withSignIn(thrown: unknown, { signIn }: AgentPreset): unknown {
  if (!TroupeError.is(thrown)) return thrown;
  const { code, message, where, details } = thrown;
  return new TroupeError(code, message, {
    ...(where === undefined ? {} : { where }),
    ...(details === undefined ? {} : { details }),
    hints: [...(code === 'AGENT_UNAVAILABLE' ? [signIn.command] : []), 'troupe agent list'],
    cause: thrown,
  });
}
