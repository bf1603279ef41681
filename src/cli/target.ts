import { resolve } from 'node:path';
import { type ApplyOptions, type ApplyTarget, CommitNote, Fault, type PlanRecord, patchOf } from '../index.ts';
import type { Context } from './verb.ts';
import { quoted } from './view/ways.ts';

/** Where `--branch` and `--patch` say that the result lands; the checkout when they say nothing. */
export function targetOf({ given, globals }: Pick<Context, 'given' | 'globals'>): ApplyTarget {
  const branch = given.text('branch');
  const file = given.text('patch');
  if (branch !== undefined && file !== undefined) {
    throw new Fault('USAGE', 'A result lands in one place', { hints: ['give --branch or --patch, not both'] });
  }
  const overwrite = given.has('force');
  if (overwrite && file === undefined) {
    throw new Fault('USAGE', 'Only a patch file is written over', {
      hints: ['troupe plan apply --patch FILE --force'],
    });
  }
  if (branch !== undefined) return { kind: 'branch', branch };
  if (file === undefined) return { kind: 'checkout' };
  return { kind: 'patch', file: resolve(globals.directory, file), ...(overwrite ? { overwrite } : {}) };
}

/** What `plan apply` was told of the landing. @throws {Fault} USAGE */
export function applyOptionsOf(context: Pick<Context, 'given' | 'globals'>): ApplyOptions {
  const { given } = context;
  const only = given.list('only');
  if (given.has('drop-rest') && only.length === 0) {
    throw new Fault('USAGE', 'What is let go of is the rest of what --only names', {
      hints: ['troupe plan review', 'troupe plan apply --only PATH --drop-rest'],
    });
  }
  const then = given.text('then');
  const note = {
    ...optional('assistedBy', given.text('assisted-by')),
    ...optional('coAuthoredBy', given.text('co-authored-by')),
    ...(given.has('plan-trailer') ? { planId: true } : {}),
  };
  const commit = CommitNote.safeParse(note);
  if (!commit.success) {
    throw new Fault('USAGE', commit.error.issues.map(({ message }) => message).join('; '), {
      hints: ['troupe plan apply --co-authored-by "Name <mail>"'],
    });
  }
  const subplans = given.list('part');
  const target = targetOf(context);
  return {
    // Unnamed it is where parts of the plan landed before, if any did.
    ...(target.kind === 'checkout' ? {} : { target }),
    ...(only.length === 0 ? {} : { only }),
    ...(given.has('drop-rest') ? { dropRest: true } : {}),
    ...(given.has('finished') ? { finished: true } : {}),
    ...(subplans.length === 0 ? {} : { subplans }),
    ...(Object.keys(note).length === 0 ? {} : { commit: commit.data }),
    ...(then === undefined ? {} : { after: { argv: ['sh', '-c', then], timeoutSeconds: 300 } }),
  };
}

const optional = <Key extends string>(key: Key, value: string | undefined) =>
  value === undefined ? {} : { [key]: value };

/** The flags that name a target, as they are typed. */
export function flagsOf(target: ApplyTarget): string {
  if (target.kind === 'branch') return ` --branch ${quoted(target.branch)}`;
  if (target.kind === 'checkout') return '';
  return ` --patch ${quoted(target.file)}${target.overwrite === true ? ' --force' : ''}`;
}

export function targetName(target: ApplyTarget, { projectLinks: links }: Pick<PlanRecord, 'projectLinks'>): string {
  if (target.kind === 'branch') return `branch ${target.branch}`;
  const aliases = links.map(({ alias }) => alias);
  if (target.kind === 'patch') {
    return aliases.length === 1
      ? `the file ${target.file}`
      : `the files ${aliases.map(alias => patchOf(target.file, alias)).join(', ')}`;
  }
  if (aliases.length > 1) return `the checkouts of ${aliases.join(', ')}`;
  const branch = links[0]?.branch ?? null;
  return branch === null ? 'your checkout' : `your checkout (branch ${branch})`;
}
