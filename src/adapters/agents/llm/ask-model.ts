/** Asks a model for its next answer. Short waits and broken connections are handled here; what lasts longer is an error. */
import type { LanguageModelV3, LanguageModelV3CallOptions } from '../../../libraries/anthropic.ts';
import { TroupeError } from '../../../model/errors.ts';
import type { AgentTask } from '../../../ports/agent.ts';
import type { Clock } from '../../../ports/clock.ts';
import { type ModelIdentity, modelFailure } from './model-failure.ts';
import { type Overflow, readTurn, SilentModelError, type Turn } from './turn.ts';

export interface ModelRequest {
  model: LanguageModelV3;
  identity: ModelIdentity;
  options: LanguageModelV3CallOptions;
  task: Pick<AgentTask, 'log' | 'signal'>;
  clock: Clock;
  /** Seconds without any part of the answer, after which the request is ended. @default 600 */
  idleSeconds: number | undefined;
}

const triesMax = 4;
/** As long as the libraries of the providers wait. */
const idleSecondsDefault = 600;
/** Each takes the whole idle time. */
const silentTriesMax = 2;
/** For a longer wait the plan is delayed, and others that ask the same model with it. */
const waitSecondsMax = 30;

/**
 * @returns the answer, or that the request is too long for the model
 * @throws {TroupeError} RATE_LIMITED, AGENT_UNAVAILABLE, AGENT_FAILED, STALLED, CANCELLED
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
      const most = error.code === 'STALLED' ? silentTriesMax : triesMax;
      if (!isTransient || tries >= most || seconds > waitSecondsMax) throw error;
      const what = error.code === 'RATE_LIMITED' ? 'rate limited' : error.message;
      task.log(`${what}, tries again in ${Math.ceil(seconds)} s`);
      await pause(clock, seconds * 1000, task.signal);
      if (task.signal.aborted) throw stoppedError(identity, thrown);
    }
  }
}

async function askOnce({ model, options, task, clock, idleSeconds }: ModelRequest): Promise<Turn> {
  let line = '';
  const onText = (text: string) => {
    const lines = `${line}${text}`.split('\n');
    line = lines.pop() ?? '';
    for (const each of lines) if (each.trim() !== '') task.log(each);
  };
  const silence = watchSilence(task.signal, { clock, idleSeconds });
  try {
    const { stream } = await model.doStream({ ...options, abortSignal: silence.signal });
    return await readTurn(stream, { onText, onPart: silence.receive });
  } catch (thrown) {
    throw silence.error ?? thrown;
  } finally {
    silence.close();
    onText('\n');
  }
}

/** Ends a request when the task is stopped, and when no part of an answer has come for that time. */
function watchSilence(
  stop: AbortSignal,
  { clock, idleSeconds = idleSecondsDefault }: Pick<ModelRequest, 'clock' | 'idleSeconds'>,
) {
  const ending = new AbortController();
  const onStop = () => ending.abort(stop.reason);
  stop.addEventListener('abort', onStop, { once: true });
  if (stop.aborted) onStop();
  let error: SilentModelError | null = null;
  let lastPartAt = clock.now();
  let cancelTimer = () => {};
  // Armed again when it is due, not at every part: an answer has thousands.
  const watch = () => {
    cancelTimer = clock.at(lastPartAt + idleSeconds * 1000, () => {
      if (clock.now() < lastPartAt + idleSeconds * 1000) return watch();
      error = new SilentModelError(`nothing came for ${idleSeconds} s`);
      ending.abort(error);
    });
  };
  watch();
  return {
    signal: ending.signal,
    get error() {
      return error;
    },
    receive() {
      lastPartAt = clock.now();
    },
    close() {
      cancelTimer();
      stop.removeEventListener('abort', onStop);
    },
  };
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
