import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { ErrorCode } from '../../src/index.ts';
import { createRepository } from '../cli/test-repository.ts';
import { checkScenario, createSnapshots } from './check-scenario.ts';
import type { ErrorScenario, ErrorScenarios } from './scenario.ts';

/** Tests all scenarios of one area. They share one folder, which is restored before each scenario and each hint. */
export function testScenarios(area: string, scenarios: ErrorScenarios): void {
  describe(`An error of ${area}`, () => {
    const shared = createSnapshots(createRepository());
    afterAll(() => shared.remove());

    test.each(Object.entries(scenarios) as [ErrorCode, ErrorScenario][])(
      '%s is reported with its code, and each of its hints works when typed [R195]',
      async (code, scenario) => {
        const own = scenario.project === undefined ? null : createSnapshots(scenario.project());
        onTestFinished(async () => {
          await scenario.release?.();
          own?.remove();
        });
        if (own === null) await shared.begin(scenario.initialState);
        expect(await checkScenario(code, scenario, own ?? shared), scenario.when).toEqual([]);
      },
      120_000,
    );
  });
}
