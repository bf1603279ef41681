/** Asks a model for its next answer. Short waits and broken connections are handled here; what lasts longer is an error. */
import type { LanguageModelV3, LanguageModelV3CallOptions } from '../../../libraries/anthropic.ts';
import { TroupeError } from '../../../model/errors.ts';
import type { AgentTask } from '../../../ports/agent.ts';
import type { Clock } from '../../../ports/clock.ts';
import { type ModelIdentity, modelFailure } from './model-failure.ts';
import { type Overflow, readTurn, type Turn } from './turn.ts';

export interface ModelRequest {
  model: LanguageModelV3;
  identity: ModelIdentity;
  options: LanguageModelV3CallOptions;
  task: Pick<AgentTask, 'log' | 'signal'>;
  clock: Clock;
}

const triesMax = 4;
/** For a longer wait the plan is delayed, and others that ask the same model with it. */
const waitSecondsMax = 30;

/**
 * @returns the answer, or that the request is too long for the model
 * @throws {TroupeError} RATE_LIMITED, AGENT_UNAVAILABLE, AGENT_FAILED, CANCELLED
 */
export async function askModel(request: ModelRequest): Promise<Turn | Overflow> {
  const { identity, task, clock } = request;
  for (let tries = 1; ; tries++) {
    try {
      return await askOnce(request);
    } catch (thrown) {
      if (task.signal.aborted) throw stoppedError(identity, thrown);
      const { error, isTransient, afterSeconds, overflow } = modelFailure(identity, thrown, clock.now());
      if (overflow !== null) return { overflow };
      const seconds = afterSeconds ?? 2 ** (tries - 1);
      if (!isTransient || tries === triesMax || seconds > waitSecondsMax) throw error;
      const what = error.code === 'RATE_LIMITED' ? 'rate limited' : error.message;
      task.log(`${what}, tries again in ${Math.ceil(seconds)} s`);
      await pause(clock, seconds * 1000, task.signal);
      if (task.signal.aborted) throw stoppedError(identity, thrown);
    }
  }
}

async function askOnce({ model, options, task }: ModelRequest): Promise<Turn> {
  let line = '';
  const onText = (text: string) => {
    const lines = `${line}${text}`.split('\n');
    line = lines.pop() ?? '';
    for (const each of lines) if (each.trim() !== '') task.log(each);
  };
  const { stream } = await model.doStream({ ...options, abortSignal: task.signal });
  try {
    return await readTurn(stream, onText);
  } finally {
    onText('\n');
  }
}

export function stoppedError({ name }: Pick<ModelIdentity, 'name'>, cause?: unknown): TroupeError {
  return new TroupeError('CANCELLED', `${name} was stopped`, { where: name, cause });
}

async function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  let cancelTimer = () => {};
  const over = new Promise<void>(resolve => {
    cancelTimer = clock.at(clock.now() + ms, resolve);
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  await over;
  cancelTimer();
}
