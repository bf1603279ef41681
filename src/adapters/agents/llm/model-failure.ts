/** What went wrong with a request to a model, and what follows from it. */
import type { AgentFailureCause } from '../../../model/agent-event.ts';
import { commandHint } from '../../../model/command-hint.ts';
import { type ErrorCode, TroupeError } from '../../../model/errors.ts';
import { omitUndefined } from '../../../model/optional-keys.ts';
import { truncateEnd } from '../../../model/truncate.ts';
import { limitEnd } from '../exit-reason.ts';
import { failureCause } from '../formats/failure-cause.ts';
import { isObject } from '../formats/json-line.ts';
import { CutStreamError, SilentModelError } from './turn.ts';

/** The model in errors. */
export interface ModelIdentity {
  /** `anthropic claude-sonnet-4-5`. */
  name: string;
  /** Its address, if it is not the provider's. */
  baseUrl: string | undefined;
  key: string | null;
  /** The variable that holds the key. */
  keyVariable: string | null;
}

export interface ModelFailure {
  error: TroupeError;
  /** Whether the same request may succeed later. */
  isTransient: boolean;
  /** The wait that the service asks for. */
  afterSeconds: number | null;
  /** What the provider says, if the request is too long for the model. */
  overflow: string | null;
}

interface FailureOptions {
  details?: Record<string, unknown>;
  isTransient?: boolean;
  hints?: string[];
}

/** How providers and local servers say that a request is too long for the model. */
const tooLong =
  /context.?(?:length|window|size|limit)|prompt is too long|input token count|too many (?:input |prompt )?tokens|request_too_large/i;

const messageMax = 600;
const refusedConnection = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH/;

export function modelFailure(model: ModelIdentity, thrown: unknown, now: number): ModelFailure {
  const status = statusOf(thrown);
  const message = redacted(model, messageOf(thrown));
  const cause = causeFrom(thrown, status, message);
  const afterSeconds = retryAfter(thrown, now) ?? limitEnd(message).retryAfterSeconds ?? null;
  const how = status === null ? '' : ` (${status})`;
  const fail = (code: ErrorCode, text: string, isTransient: boolean, { details, hints = [] }: FailureOptions = {}) => ({
    error: modelError(model, code, text, {
      ...{ isTransient, hints },
      details: { ...(status === null ? {} : { status }), ...details },
    }),
    isTransient,
    afterSeconds,
    overflow: cause === 'other' && isOverflow(status, message) ? message : null,
  });

  if (cause === 'rate_limit') {
    const resetAt = limitEnd(message).resetAt;
    return fail('RATE_LIMITED', `${model.name} is rate limited${how}: ${message}`, true, {
      details: afterSeconds !== null ? { retryAfterSeconds: afterSeconds } : omitUndefined({ resetAt }),
    });
  }
  if (cause === 'sign_in') {
    const how = model.keyVariable === null ? 'name a variable with a key in keyEnv' : `check ${model.keyVariable}`;
    return fail('AGENT_UNAVAILABLE', `${model.name} refused the key: ${how}: ${message}`, false, {
      hints: model.keyVariable === null ? [] : [`export ${model.keyVariable}=…`],
    });
  }
  if (status !== null) {
    const isTransient = status === 408 || status === 409 || status >= 500;
    return fail('AGENT_FAILED', `${model.name} refused the request${how}: ${message}`, isTransient);
  }
  if (thrown instanceof SilentModelError) {
    return fail('STALLED', `${model.name} stopped answering: ${message}; idleSeconds of the agent permits more`, true);
  }
  if (thrown instanceof CutStreamError) return fail('AGENT_FAILED', `${model.name} failed: ${message}`, true);
  if (thrown instanceof Error && refusedConnection.test(connectionError(thrown))) {
    const where = model.baseUrl ?? 'its address';
    return fail('AGENT_UNAVAILABLE', `${model.name} cannot be reached at ${where}: ${connectionError(thrown)}`, true);
  }
  return fail('AGENT_FAILED', `The connection to ${model.name} broke: ${message}`, true);
}

/** The status of a refusal. An answer that begins well, with 200, and cannot be read is a broken connection. */
function statusOf(thrown: unknown): number | null {
  const status = isObject(thrown) && typeof thrown.statusCode === 'number' ? thrown.statusCode : null;
  return status !== null && status >= 200 && status < 300 ? null : status;
}

/** A text that was quoted in another error must not count: only refusals of the request itself do. */
function isOverflow(status: number | null, message: string): boolean {
  if (status === 413) return true;
  return (status === null || status === 400 || status === 422) && tooLong.test(message);
}

/** An error of the connection says nothing about the service, and a refused request may quote any text. */
function causeFrom(thrown: unknown, status: number | null, message: string): AgentFailureCause {
  if (status === 400 && /api.?key not valid/i.test(message)) return 'sign_in';
  if (status !== null) return failureCause(status >= 500 ? message : '', status);
  return thrown instanceof Error ? 'other' : failureCause(message);
}

export function modelError(
  { name }: Pick<ModelIdentity, 'name'>,
  code: ErrorCode,
  message: string,
  { details = {}, isTransient = false, hints = [] }: FailureOptions = {},
): TroupeError {
  const next = commandHint(code === 'AGENT_UNAVAILABLE' ? 'doctor' : 'plan logs');
  // A refused connection is tried again here, not by the plan.
  const permanent = code === 'AGENT_UNAVAILABLE' || !isTransient;
  return new TroupeError(code, message, {
    ...{ where: name, hints: [...hints, next], details },
    ...(permanent && { retriable: false }),
  });
}

/** Some services repeat the key in their answer. */
function redacted({ key }: ModelIdentity, message: string): string {
  const text = key === null || key === '' ? message : message.replaceAll(key, '…');
  return truncateEnd(text.replace(/\s+/g, ' ').trim(), messageMax);
}

function messageOf(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  if (!isObject(thrown)) return String(thrown);
  const inner = isObject(thrown.error) ? thrown.error.message : undefined;
  const text = [thrown.message, inner].find(each => typeof each === 'string' && each !== '');
  const body = typeof thrown.responseBody === 'string' ? thrown.responseBody : '';
  if (typeof text !== 'string') return body || JSON.stringify(thrown);
  return thrown instanceof Error ? `${text}${causeOf(thrown)}` : text;
}

function causeOf({ cause }: Error): string {
  return cause instanceof Error && cause.message !== '' ? `: ${cause.message}` : '';
}

function connectionError(error: Error): string {
  const { cause } = error;
  const code = isObject(cause) && typeof cause.code === 'string' ? `${cause.code} ` : '';
  return `${code}${error.message}${causeOf(error)}`;
}

/** Seconds until the time in the headers of a response. */
function retryAfter(thrown: unknown, now: number): number | null {
  const headers = isObject(thrown) && isObject(thrown.responseHeaders) ? thrown.responseHeaders : {};
  const ms = Number(headers['retry-after-ms'] ?? Number.NaN);
  if (Number.isFinite(ms) && ms >= 0) return ms / 1000;
  const after = headers['retry-after'];
  if (typeof after !== 'string') return null;
  const seconds = /^\d+(?:\.\d+)?$/.test(after.trim()) ? Number(after) : (Date.parse(after) - now) / 1000;
  return Number.isFinite(seconds) ? Math.max(0, seconds) : null;
}
