/**
 * Vitest's global setup: tests do not see whether they run in CI, so they behave the same everywhere. In CI, Ink would draw only
 * the last frame in every worker that loads a component before the UI.
 */
export default function setup(): void {
  delete process.env.CI;
  delete process.env.CONTINUOUS_INTEGRATION;
}
