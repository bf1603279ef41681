import { describe, expect, test } from 'vitest';
import { asDiskError } from '../../../src/adapters/fs/disk-error.ts';

const about = { where: '/srv/plans/log', what: 'The log cannot be written' };

describe('What a write threw', () => {
  test('because the disk is full becomes the error that says so, with its cause', () => {
    const thrown = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    expect(asDiskError(thrown, about)).toMatchObject({
      code: 'DISK_FULL',
      message: expect.stringMatching(/^The log cannot be written: /),
      where: '/srv/plans/log',
      cause: thrown,
    });
  });

  test('for another reason stays what it is', () => {
    const thrown = new TypeError('no text');
    expect(asDiskError(thrown, about)).toBe(thrown);
  });
});
