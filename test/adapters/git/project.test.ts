import { describe, test } from 'vitest';
import { projectSuite } from '../../../src/testing/project-suite.ts';
import { newTrial } from './trial.ts';

describe('a git project', () => {
  projectSuite({
    test,
    open: async files => {
      const trial = await newTrial(files);
      return { project: trial.project(), root: trial.root, dispose: trial.dispose };
    },
  });
});
