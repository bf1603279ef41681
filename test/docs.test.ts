import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { errorCodes } from '../src/model/errors.ts';
import { ExecutionMode, MergeStrategy, SubplanConfig } from '../src/model/subplan.ts';
import { describeUnknown, findCommands } from './documented-commands.ts';
import { documents, root } from './sources.ts';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

/** GitHub's anchor of a heading. */
const anchor = (heading: string) =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .trim()
    .replaceAll(' ', '-');

const anchors = (markdown: string) => [...markdown.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchor(heading));

/** Links in prose; code blocks show other people's text. */
const links = (markdown: string) =>
  [...markdown.replace(/^```.*?^```/gms, '').matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);

/** What is wrong with a link in the file `from`; null when its target exists. */
function broken(from: string, target: string): string | null {
  if (/^[a-z]+:/.test(target)) return null;
  const [path = '', fragment] = target.split('#');
  const file = path === '' ? from : join(dirname(from), path);
  if (!existsSync(join(root, file))) return `${from}: ${target} is not there`;
  if (fragment === undefined || statSync(join(root, file)).isDirectory()) return null;
  return anchors(read(file)).includes(fragment) ? null : `${from}: ${target} has no such heading`;
}

/** Files and folders of this repository that a page names in code spans; a name with a pattern or a placeholder in it is none. */
const namedPaths = (markdown: string) =>
  [
    ...markdown
      .replace(/^```.*?^```/gms, '')
      .matchAll(/`((?:src|machines|actors|test|features|docs|examples)\/[\w./-]+)`/g),
  ].map(([, path = '']) => path);

describe('documents', () => {
  test('name only files and folders that exist', () => {
    const named = documents().flatMap(from => namedPaths(read(from)).map(path => ({ from, path })));
    expect(named.length).toBeGreaterThan(40);
    expect(named.filter(({ path }) => !existsSync(join(root, path)))).toEqual([]);
    expect(namedPaths('see `src/index.ts`, `src/{a,b}.ts` and\n```\n`src/nowhere.ts`\n```\n')).toEqual([
      'src/index.ts',
    ]);
  });

  test('link only to existing targets', () => {
    const all = documents();
    expect(all).toContain('docs/errors.md');
    expect(all.flatMap(from => links(read(from)).map(target => broken(from, target))).filter(Boolean)).toEqual([]);
  });

  test('a link to a missing file or heading is found', () => {
    expect(broken('docs/errors.md', 'nowhere.md')).toMatch(/is not there/);
    expect(broken('docs/errors.md', 'glossary.md#nowhere')).toMatch(/no such heading/);
    expect(broken('docs/errors.md', 'glossary.md#machines-and-storage')).toBeNull();
    expect(links('see [a](b.md)\n```\n[c](d.md)\n```\n')).toEqual(['b.md']);
  });

  test('contain only commands that the command line accepts', () => {
    const commands = documents().flatMap(from => findCommands(read(from)).map(command => ({ from, command })));
    expect(commands.length).toBeGreaterThan(40);
    const wrong = commands.flatMap(({ from, command }) => describeUnknown(command)?.replace(/^/, `${from}: `) ?? []);
    expect(wrong).toEqual([]);
  });

  test('an unknown command or flag is found', () => {
    expect(findCommands('type `troupe plan apply`\n```\n$ troupe init   begin\n```\n')).toEqual([
      'troupe init   begin',
      'troupe plan apply',
    ]);
    expect(describeUnknown('troupe plan aply')).toMatch(/no such command/);
    expect(describeUnknown('troupe plan apply --banch x')).toMatch(/plan apply has no --banch/);
    expect(describeUnknown('troupe plan apply 7Q3K --branch x --yes -q   applies it')).toBeNull();
  });

  test('docs/errors.md explains every error, and no other', () => {
    const rows = [...read('docs/errors.md').matchAll(/^\| `([A-Z_]+)` \| (\d+) \| (yes|no) \| (.+) \| (.+) \|$/gm)];
    const documented = Object.fromEntries(
      rows.map(([, code = '', exitCode, retried]) => [
        code,
        { exitCode: Number(exitCode), retriable: retried === 'yes' },
      ]),
    );
    const known = Object.fromEntries(
      Object.entries(errorCodes).map(([code, { exitCode, retriable }]) => [code, { exitCode, retriable }]),
    );
    expect(documented).toEqual(known);
    expect(rows.length).toBe(Object.keys(errorCodes).length);
  });

  test('docs/reference/plan-execute.md documents every execution mode and merge strategy with its default [R17]', () => {
    const page = read('docs/reference/plan-execute.md');
    const defaults = SubplanConfig.parse({});
    for (const word of [...ExecutionMode.options, ...MergeStrategy.options]) {
      const marked = word === defaults.executionMode || word === defaults.mergeStrategy ? ' (default)' : '';
      expect(page).toContain(`| \`${word}\`${marked} |`);
    }
  });

  test('every example is listed in examples/README.md, and every listed one exists [R59]', () => {
    const folders = readdirSync(join(root, 'examples'), { withFileTypes: true })
      .filter(entry => entry.isDirectory())
      .map(entry => entry.name);
    const listed = links(read('examples/README.md'))
      .map(target => /^(?:\.\/)?([\w.-]+)\/?/.exec(target)?.[1] ?? '')
      .filter(name => !['', '..'].includes(name));
    expect(folders.length).toBeGreaterThan(0);
    expect([...new Set(listed)].sort()).toEqual(folders.sort());
  });

  test('decision records are numbered without a gap and dated', () => {
    const records = readdirSync(join(root, 'docs/decisions')).sort();
    expect(records.map(name => Number(name.slice(0, 4)))).toEqual(records.map((_, index) => index + 1));
    for (const record of records) {
      expect(read(`docs/decisions/${record}`).split('\n', 6).join('\n')).toMatch(/\b20\d\d-\d\d-\d\d\b/);
    }
  });
});
