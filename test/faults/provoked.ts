import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import type { FaultCode } from '../../src/index.ts';
import { repository } from '../cli/repository.ts';
import type { Scenario, Scenarios } from './scenario.ts';
import { groundFor, trial } from './trial.ts';

/** Tests of all scenarios of one area. They share one folder, which is put back before each and before each hint. */
export function provoked(area: string, scenarios: Scenarios): void {
  describe(`A fault of ${area}`, () => {
    const shared = groundFor(repository());
    afterAll(() => shared.remove());

    test.each(Object.entries(scenarios) as [FaultCode, Scenario][])(
      '%s is told under its name, and each of its hints works when typed [R195]',
      async (code, scenario) => {
        const own = scenario.project === undefined ? null : groundFor(scenario.project());
        onTestFinished(async () => {
          await scenario.release?.();
          own?.remove();
        });
        if (own === null) await shared.begin(scenario.begin);
        expect(await trial(code, scenario, own ?? shared), scenario.when).toEqual([]);
      },
      120_000,
    );
  });
}
