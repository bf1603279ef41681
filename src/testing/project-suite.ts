/**
 * Contract tests of the port `Project`, for any test runner.
 */
import type { Project } from '../ports/project.ts';
import { testApply } from './apply-contract.ts';
import { testCleanup } from './cleanup-contract.ts';
import type { TestProject } from './project-files.ts';
import { testSandboxes } from './sandbox-contract.ts';
import { testTrees } from './tree-contract.ts';
import { testTreeSandboxes } from './tree-sandbox-contract.ts';

/** A project under test, with the user's folder at `root`. */
export interface ProjectUnderTest {
  project: Project;
  root: string;
  dispose(): Promise<void>;
}

/** Options of {@link projectSuite}. */
export interface ProjectSuiteOptions {
  test(title: string, body: () => Promise<void>): void;
  /** Opens a new project with these files, `.gitignore` among them. */
  open(files: Record<string, string>): Promise<ProjectUnderTest>;
}

const first = {
  'a.txt': 'one\ntwo\nthree\n',
  'dir/b.txt': 'b\n',
  'dir/deep/c.txt': 'c\n',
  'gone.txt': 'will be deleted\n',
  '.gitignore': 'ignored/\n*.log\n',
};

/**
 * Registers the contract tests of a project.
 *
 * @example
 * projectSuite({ test, open: async files => ({ project: await openWith(files), root, dispose }) });
 */
export function projectSuite({ test, open }: ProjectSuiteOptions): void {
  const testProject: TestProject = (title, body) =>
    test(title, async () => {
      const trial = await open(first);
      try {
        await body(trial);
      } finally {
        await trial.project.close();
        await trial.dispose();
      }
    });
  testSandboxes(testProject);
  testCleanup(testProject);
  testTreeSandboxes(testProject);
  testApply(testProject);
  testTrees(testProject);
}
