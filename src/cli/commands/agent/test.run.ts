import {
  type AgentPreset,
  passedModelKeys,
  passedServerVariables,
  passedVariables,
  presets,
  resolveAgents,
  tryAgent,
} from '../../../agents.ts';
import { TroupeError } from '../../../index.ts';
import { omitUndefined } from '../../../model/optional-keys.ts';
import { formatDuration } from '../../../presentation/duration.ts';
import { sanitizeLine } from '../../../presentation/sanitize.ts';
import { agentWithModel } from '../../agents/agent-with-model.ts';
import { requireInstalled } from '../../agents/choose-agent.ts';
import type { RunCommand } from '../../command.ts';
import { loadOwnAgents } from '../../project/config.ts';
import { inheritedEnvironment, environmentFlags as namedVariables } from '../../project/environment.ts';
import { requiredArgument } from '../../required-argument.ts';

/** Asks an agent one small question, to show whether it starts, is signed in and answers. */
export const run: RunCommand = async context => {
  const { args, io, interrupts } = context;
  const name = requiredArgument(args, 'name');
  const own = await loadOwnAgents(io.env);
  const described = own[name];
  const preset =
    described === undefined
      ? (await requireInstalled(name, { env: io.env, where: name, own })).preset
      : described.kind === 'preset'
        ? presets[described.agent]
        : undefined;
  const agent = agentWithModel(name, args.text('model'), own);
  const env = { ...inheritedEnvironment(io.env), ...Object.fromEntries(namedVariables(context)) };
  const stop = new AbortController();
  const release = interrupts.handle(() => stop.abort());
  context.log(`Asking ${preset?.title ?? name} for one word`);
  try {
    const { answer, usage, seconds } = await tryAgent({
      agents: resolveAgents({
        registered: own,
        env,
        agentEnv: {
          ...passedModelKeys(described === undefined ? [] : [described], io.env),
          ...passedServerVariables(described === undefined ? [] : [described], io.env),
          ...(preset === undefined ? {} : passedVariables(preset, io.env)),
        },
      }),
      agent,
      signal: stop.signal,
      now: () => io.now(),
    });
    const { tokens, usd } = usage;
    const used = [...(tokens === null ? [] : [`${tokens} tokens`]), ...(usd === null ? [] : [`${usd.toFixed(4)} USD`])];
    return {
      data: { name, answer, seconds, tokens, usd },
      text: [
        `${name} answered in ${formatDuration(seconds * 1000, { tenths: true })}${used.map(each => ` · ${each}`).join('')}: ${sanitizeLine(answer)}`,
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
function withSignIn(thrown: unknown, preset: AgentPreset | undefined): unknown {
  if (!TroupeError.is(thrown)) return thrown;
  const { code, message, where, details, hints } = thrown;
  return new TroupeError(code, message, {
    ...omitUndefined({ where, details }),
    hints: [
      ...(code === 'AGENT_UNAVAILABLE' && preset !== undefined ? [preset.signIn.command] : []),
      ...hints.filter(hint => typeof hint === 'string'),
      'troupe agent list',
    ],
    cause: thrown,
  });
}
