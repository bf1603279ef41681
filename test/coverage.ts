/**
 * Vitest's coverage by V8, merged and traced back to the sources once, at the end. Vitest does that again for each project, and merges
 * what it has with the report of every test file.
 */
import type { Profiler } from 'node:inspector';
import v8 from '@vitest/coverage-v8';
import type { CoverageProvider, CoverageProviderModule } from 'vitest/node';
import { coveredFolders } from './covered-folders.ts';

interface Reports {
  result: Profiler.ScriptCoverage[];
}

type AfterFile = Parameters<CoverageProvider['onAfterSuiteRun']>[0];

const coveredUrls = coveredFolders.map(folder => new URL(`../${folder}/`, import.meta.url).href);

/** Reports of so many test files are read at once: a megabyte each. */
const batchSize = 100;

async function getProvider(): Promise<CoverageProvider> {
  const provider: CoverageProvider = await v8.getProvider();
  const addReport = provider.onAfterSuiteRun.bind(provider);
  const generate = provider.generateCoverage.bind(provider);
  let reports: AfterFile[] = [];
  provider.onAfterSuiteRun = report => {
    reports.push(report);
  };
  provider.generateCoverage = async context => {
    const [first] = reports;
    for (let at = 0; first !== undefined && at < reports.length; at += batchSize) {
      const result = reports.slice(at, at + batchSize).flatMap(({ coverage }) => (coverage as Reports).result);
      // All projects transform the sources alike, so one of them traces back what all have covered.
      await addReport({ ...first, testFiles: [`batch ${at}`], coverage: { result } });
    }
    reports = [];
    return await generate(context);
  };
  return provider;
}

/** A worker also reports what tests and their helpers cover. */
const takeCoverage: CoverageProviderModule['takeCoverage'] = async options => {
  const { result } = (await v8.takeCoverage?.(options)) as Reports;
  return { result: result.filter(({ url }) => coveredUrls.some(folder => url.startsWith(folder))) };
};

export default { ...v8, takeCoverage, getProvider } satisfies CoverageProviderModule;
