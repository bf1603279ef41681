import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Requirement, readRequirements } from './read-requirements.ts';
import { taggedScenarios } from './scenarios.ts';
import { type TaggedTest, taggedTitles } from './titles.ts';

/** A row and the tests that show it, each as `file: title`. */
export interface RequirementTests extends Requirement {
  tests: string[];
}

export interface RequirementCoverage {
  entries: RequirementTests[];
  /** Tags that name no row, each with where it stands. */
  unknownIds: string[];
}

const testFolders: { folder: string; ending: string; read: (text: string) => TaggedTest[] }[] = [
  { folder: 'test', ending: '.test.ts', read: taggedTitles },
  { folder: 'src/testing', ending: '.ts', read: taggedTitles },
  { folder: 'features', ending: '.feature', read: taggedScenarios },
];

/** Brings the rows of docs/requirements.md together with the tests of the tree under `root`. */
export function readCoverage(root: string): RequirementCoverage {
  const rows = readRequirements(readFileSync(join(root, 'docs/requirements.md'), 'utf8'));
  return matchTests(
    rows,
    testFolders.flatMap(place => readTestFolder(root, place)),
  );
}

/** Pure half of the ledger. Tests of a row count for the rows that say the same. */
export function matchTests(rows: readonly Requirement[], tests: readonly TaggedTest[]): RequirementCoverage {
  const known = new Set(rows.map(({ id }) => id));
  const showing = (id: string) => tests.filter(({ ids }) => ids.includes(id)).map(({ title }) => title);
  const unknownIds = tests.flatMap(({ title, ids }) => ids.filter(id => !known.has(id)).map(id => `${id} in ${title}`));
  const entries = rows.map(row => ({
    ...row,
    tests: [...new Set([...showing(row.id), ...(row.sameAs === null ? [] : showing(row.sameAs))])],
  }));
  return { entries, unknownIds: unknownIds };
}

function readTestFolder(root: string, { folder, ending, read }: (typeof testFolders)[number]): TaggedTest[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter(path =>
    path.endsWith(ending),
  );
  return files.sort().flatMap(path => {
    const where = `${folder}/${path.replaceAll('\\', '/')}`;
    return read(readFileSync(join(root, where), 'utf8')).map(test => ({ ...test, title: `${where}: ${test.title}` }));
  });
}
