/** The part of `@opentelemetry/api` that is used. It is described here, so that nothing of it must be installed. */

export type TelemetryAttributes = Record<string, string | number | boolean>;

export interface TelemetrySpan {
  setAttributes(attributes: TelemetryAttributes): unknown;
  setStatus(status: { code: number; message?: string }): unknown;
  recordException(error: Error | string): void;
  end(): void;
}

interface Tracer {
  startActiveSpan<T>(
    name: string,
    options: { kind?: number; attributes?: TelemetryAttributes },
    work: (span: TelemetrySpan) => T,
  ): T;
}

interface InstrumentOptions {
  unit?: string;
  description?: string;
}

interface ObservableInstrument {
  addCallback(callback: (result: { observe(value: number, attributes?: TelemetryAttributes): void }) => void): void;
}

interface Meter {
  createHistogram(
    name: string,
    options: InstrumentOptions,
  ): { record(value: number, attributes?: TelemetryAttributes): void };
  createObservableUpDownCounter(name: string, options: InstrumentOptions): ObservableInstrument;
  createObservableGauge(name: string, options: InstrumentOptions): ObservableInstrument;
}

/** What `import * as openTelemetry from '@opentelemetry/api'` gives. */
export interface OpenTelemetry {
  trace: { getTracer(name: string): Tracer };
  metrics: { getMeter(name: string): Meter };
}
