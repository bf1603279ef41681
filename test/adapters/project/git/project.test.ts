import { describe, test } from 'vitest';
import { projectSuite } from '../../../../src/testing/project-suite.ts';
import { createGitFixture } from './git-fixture.ts';

describe('a git project', () => {
  projectSuite({
    test,
    open: async files => {
      const fixture = await createGitFixture(files);
      return { project: fixture.project(), root: fixture.root, dispose: fixture.dispose };
    },
  });
});
