import { PerformanceObserver, performance } from 'node:perf_hooks';
import { describe, expect, test } from 'vitest';
import { findSecrets } from '../../../src/adapters/secrets/secret-scan.ts';

// Split in two, so that this file itself contains no secret.
const github = `ghp_${'a1B2'.repeat(9)}`;
const mongo = ['mongodb://user:pass', '1234@host.example.org/db'].join('');
const aws = ['secret_access_key = "wJalrXUtnFEMI/K7MDENG', '/bPxRfiCYzzzzzzzKEY"'].join('');

describe('The secret scan', () => {
  test.each([
    ['with our own patterns', `token ${github}`, [{ name: 'GitHub token', text: github }]],
    ['by the rules of secretlint', `db: ${mongo}\n`, [{ name: 'database connection string', text: mongo }]],
    ['that only their context reveals', aws, [{ name: 'aws', text: expect.stringContaining('wJalr') }]],
    ['where there are none', 'const token = process.env.TOKEN;', []],
    ['in nothing', '', []],
  ])('finds those %s, each once [R147]', async (_, text, found) => {
    expect(await findSecrets('config.txt', Buffer.from(text))).toEqual(found);
  });

  test('searches binary files for our own patterns', async () => {
    const binary = Buffer.concat([Buffer.from([0, 1, 255, 254]), Buffer.from(`\0${github}\0${mongo}`)]);
    expect(await findSecrets('program.bin', binary)).toEqual([{ name: 'GitHub token', text: github }]);
  });

  test('searches a file whose name has a newline, and keeps no state between files [R189]', async () => {
    const before = performance.getEntriesByType('mark').length;
    const observed = new Promise<void>(resolve => {
      new PerformanceObserver((_, observer) => {
        observer.disconnect();
        resolve();
      }).observe({ entryTypes: ['mark'] });
    });
    const found = await findSecrets('a\nb\r\u2028c', Buffer.from(`db: ${mongo}\n`));
    expect(found).toEqual([{ name: 'database connection string', text: mongo }]);
    performance.mark('after the scan');
    // All observers are called together, so the scanner has already recorded its own entries.
    await observed;
    expect(performance.getEntriesByType('mark')).toHaveLength(before + 1);
    performance.clearMarks('after the scan');
  });

  test('finds secrets across chunk borders of a large file, up to its first 16 MiB', async () => {
    const mebibyte = 1024 * 1024;
    const large = Buffer.alloc(18 * mebibyte, 'x y\n');
    large.write(` ${github} `, mebibyte - 20);
    large.write(` ${mongo} `, 17 * mebibyte);
    const found = await findSecrets('large.txt', large);
    expect(found).toEqual([{ name: 'GitHub token', text: github }]);
  });
});
