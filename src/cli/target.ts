import { resolve } from 'node:path';
import { type ApplyTarget, Fault } from '../index.ts';
import type { Context } from './verb.ts';
import { quoted } from './view/ways.ts';

/** Where `--branch` and `--patch` say that the result lands; the checkout when they say nothing. */
export function targetOf({ given, globals }: Pick<Context, 'given' | 'globals'>): ApplyTarget {
  const branch = given.text('branch');
  const file = given.text('patch');
  if (branch !== undefined && file !== undefined) {
    throw new Fault('USAGE', 'A result lands in one place', { hints: ['give --branch or --patch, not both'] });
  }
  if (branch !== undefined) return { kind: 'branch', branch };
  return file === undefined ? { kind: 'checkout' } : { kind: 'patch', file: resolve(globals.directory, file) };
}

/** The flags that name a target, as they are typed. */
export function flagsOf(target: ApplyTarget): string {
  if (target.kind === 'branch') return ` --branch ${quoted(target.branch)}`;
  return target.kind === 'patch' ? ` --patch ${quoted(target.file)}` : '';
}

export function targetName(target: ApplyTarget, current: string | null): string {
  if (target.kind === 'branch') return `branch ${target.branch}`;
  if (target.kind === 'patch') return `the file ${target.file}`;
  return current === null ? 'your checkout' : `your checkout (branch ${current})`;
}
