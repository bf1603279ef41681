import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { meetsThreshold, thresholdNames } from '../../../src/model/profile.ts';
import {
  createProfile,
  findProfile,
  profileDescriptions,
  profileNames,
} from '../../../src/runtime/profiles/profiles.ts';

const page = readFileSync(new URL('../../../docs/reference/profiles.md', import.meta.url), 'utf8');

/** The cells of a row of the table in the page, by its first cell. */
function row(first: string): string[] {
  const line = page.split('\n').find(each => each.startsWith(`| ${first} |`)) ?? '';
  return line
    .split('|')
    .map(cell => cell.trim())
    .slice(2, -1);
}

describe('The eight profiles', () => {
  test('are listed in the reference, each with its eleven thresholds [R108]', () => {
    expect(thresholdNames).toHaveLength(11);
    expect(row('threshold')).toEqual(profileNames.map(name => `\`${name}\``));
    for (const threshold of thresholdNames) {
      expect([threshold, ...row(`\`${threshold}\``)]).toEqual([
        threshold,
        ...profileNames.map(name => String(findProfile(name).thresholds[threshold])),
      ]);
    }
    for (const name of profileNames) expect(page).toContain(profileDescriptions[name]);
  });

  test.each(
    thresholdNames,
  )('compare %s with the confidence: 0.7 is met by 0.7 and 0.8, and not by 0.6 [R108]', name => {
    const profile = createProfile('mine', { thresholds: { [name]: 0.7 } });
    expect([0.6, 0.7, 0.8, 1].map(confidence => meetsThreshold(profile, name, confidence))).toEqual([
      false,
      true,
      true,
      true,
    ]);
  });

  test('never act automatically in manual, at any confidence [R108]', () => {
    for (const name of thresholdNames) expect(meetsThreshold(findProfile('manual'), name, 1)).toBe(false);
  });

  test('require a person to apply, except for auto and full-auto', () => {
    const applying = profileNames.filter(name => meetsThreshold(findProfile(name), 'startApply', 1));
    expect(applying).toEqual(['auto', 'full-auto']);
  });

  test('are found by name; an unknown name is refused, with the known ones listed [R109]', () => {
    expect(() => findProfile('supervized')).toThrow(
      `There is no profile "supervized"; known are ${profileNames.join(', ')}`,
    );
  });
});

describe('A custom profile', () => {
  test('overrides what it sets of its base, and inherits the rest', () => {
    const strict = createProfile('strict', {
      thresholds: { writeFiles: 1 },
      guards: { denyTools: ['builtin/run'] },
      retriesMax: 0,
    });
    const { thresholds, guards, ...rest } = findProfile('supervised');
    expect(strict).toEqual({
      ...rest,
      name: 'strict',
      thresholds: { ...thresholds, writeFiles: 1 },
      guards: { ...guards, denyTools: ['builtin/run'] },
      retriesMax: 0,
    });
    const stricter = createProfile('stricter', { extends: 'strict', fixesMax: 0 }, [strict]);
    expect(stricter).toMatchObject({ thresholds: { writeFiles: 1 }, retriesMax: 0, fixesMax: 0 });
  });

  test('may replace a built-in one, and even extend it', () => {
    const own = createProfile('auto', { extends: 'auto', retriesMax: 5 });
    expect(findProfile('auto', [own])).toMatchObject({ retriesMax: 5, thresholds: findProfile('auto').thresholds });
    expect(() => findProfile('absent', [own])).toThrow('known are auto, manual, review');
  });

  test('cannot extend a missing profile or itself', () => {
    expect(() => createProfile('mine', { extends: 'mine' })).toThrow('There is no profile "mine"');
  });
});
