/**
 * Traces and metrics of a system of instances, by an OpenTelemetry API that the application passes. Names follow its semantic
 * conventions: a namespace with dots, seconds, units in braces, `error.type` for a failure.
 */

import type { AnyStateMachine } from 'xstate';
import { TroupeError } from '../../model/errors.ts';
import type { DurableOptions, TraceEffect } from '../api.ts';
import type { InstanceName } from './instance-row.ts';
import type { InstancesHealth } from './instances-api.ts';
import type { OpenTelemetry, TelemetryAttributes, TelemetrySpan } from './open-telemetry.ts';

/** What is measured of one instance. */
type Operation = 'start' | 'send' | 'command' | 'wake' | 'effect';

export interface Telemetry {
  /** Runs `work` in a span of its own, and records how long it takes and how it ends. */
  measure<T>(operation: Operation, name: InstanceName, work: () => Promise<T>, more?: TelemetryAttributes): Promise<T>;
  /** The option of the system of an instance. */
  traceEffects(name: InstanceName): Pick<DurableOptions<AnyStateMachine>, 'traceEffect'>;
  /** Records a batch. */
  batchWritten(seconds: number, operations: number): void;
}

const none: Telemetry = {
  measure: (_operation, _name, work) => work(),
  traceEffects: () => ({}),
  batchWritten: () => {},
};

/** Span kinds and status codes are numbers of the API's specification. */
const spanKindInternal = 0;
const statusError = 2;
const scope = 'troupe';

export function createTelemetry(api: OpenTelemetry | undefined, health: () => InstancesHealth): Telemetry {
  if (api === undefined) return none;
  const tracer = api.trace.getTracer(scope);
  const meter = api.metrics.getMeter(scope);
  const duration = meter.createHistogram('troupe.operation.duration', {
    unit: 's',
    description: 'Duration of an operation on an instance, until its changes are on disk.',
  });
  const batchDuration = meter.createHistogram('troupe.batch.duration', {
    unit: 's',
    description: 'Duration of writing a batch.',
  });
  const batchSize = meter.createHistogram('troupe.batch.size', {
    unit: '{operation}',
    description: 'Number of writes in a batch.',
  });
  observeHealth(meter, health);
  const measure: Telemetry['measure'] = (operation, { machine, id }, work, more = {}) => {
    const own = { 'troupe.operation': operation, 'troupe.machine': machine };
    const attributes = { ...own, 'troupe.instance.id': id, ...more };
    return tracer.startActiveSpan(`${operation} ${machine}`, { kind: spanKindInternal, attributes }, async span => {
      const startedAt = performance.now();
      const failure: TelemetryAttributes = {};
      try {
        return await work();
      } catch (error) {
        Object.assign(failure, recordError(span, error));
        throw error;
      } finally {
        span.end();
        duration.record((performance.now() - startedAt) / 1_000, { ...own, ...failure });
      }
    });
  };
  const traceEffectOf =
    (name: InstanceName): TraceEffect =>
    ({ src, key }, work) =>
      measure('effect', name, work, { 'troupe.effect.name': src, 'troupe.effect.key': key });
  return {
    measure,
    traceEffects: name => ({ traceEffect: traceEffectOf(name) }),
    batchWritten(seconds, operations) {
      batchDuration.record(seconds);
      batchSize.record(operations);
    },
  };
}

function recordError(span: TelemetrySpan, error: unknown): TelemetryAttributes {
  // A machine of the application may throw anything.
  const { exception, message, name } =
    error instanceof Error
      ? { exception: error, message: error.message, name: error.name }
      : { exception: String(error), message: String(error), name: '_OTHER' };
  const type = TroupeError.is(error) ? error.code : name;
  span.recordException(exception);
  span.setStatus({ code: statusError, message });
  span.setAttributes({ 'error.type': type });
  return { 'error.type': type };
}

function observeHealth(meter: ReturnType<OpenTelemetry['metrics']['getMeter']>, health: () => InstancesHealth): void {
  const count = meter.createObservableUpDownCounter('troupe.instance.count', {
    unit: '{instance}',
    description: 'Number of instances.',
  });
  count.addCallback(result => {
    for (const [state, value] of Object.entries(health().instances))
      result.observe(value, { 'troupe.instance.state': state });
  });
  const late = meter.createObservableGauge('troupe.timer.lag', {
    unit: 's',
    description: 'How long the oldest timer has been due.',
  });
  late.addCallback(result => result.observe(health().timers.lateMs / 1_000));
  const waiting = meter.createObservableGauge('troupe.batch.lag', {
    unit: 's',
    description: 'How long the oldest change has waited to be written.',
  });
  waiting.addCallback(result => result.observe(health().commits.waitingMs / 1_000));
}
