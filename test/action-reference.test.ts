/** The reference of action files matches the schema, as does every YAML block of the documents. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadSettings } from '../src/cli/project/config.ts';
import { type ActionKey, actionKeys, parseAction } from '../src/index.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const sections = Object.fromEntries(actionKeys().map(({ name, keys }) => [name, keys]));
const minimal = { name: 'local/example', description: 'An example', executionActor: 'worker' };

type Values = Record<string, unknown>;

/** A map at `at` with every key it can have as one kind of map, filled with the examples. */
function filled(keys: readonly ActionKey[], at: string, kind: string | null): Values {
  const prefix = at === '' ? '' : `${at}.`;
  const inside = keys.filter(({ key }) => key.startsWith(prefix) && !/[.[]/.test(key.slice(prefix.length)));
  const own = inside.filter(row => row.kinds.length === 0 || (kind !== null && row.kinds.includes(kind)));
  return Object.fromEntries(own.map(row => [row.key.slice(prefix.length), exampleValue(keys, row, kind)]));
}

function exampleValue(keys: readonly ActionKey[], { key, example }: ActionKey, kind: string | null): unknown {
  const has = (path: string) => keys.some(row => row.key.startsWith(`${path}.`));
  if (key.endsWith('kind') && kind !== null) return kind;
  if (has(`${key}[]`)) return kindsAt(keys, `${key}[]`).map(each => filled(keys, `${key}[]`, each));
  if (has(`${key}.*`) && example !== null) return JSON.parse(example);
  if (has(`${key}.*`)) return { example: filled(keys, `${key}.*`, null) };
  if (has(key)) return filled(keys, key, kind ?? kindsAt(keys, key)[0] ?? null);
  return example === null ? undefined : JSON.parse(example);
}

/** The kinds of map that can be somewhere inside `at`. */
function kindsAt(keys: readonly ActionKey[], at: string): (string | null)[] {
  const row = keys.find(({ key }) => key.startsWith(at) && /(^|\.)kind$/.test(key));
  const kinds = [...(row?.type.matchAll(/"(\w+)"/g) ?? [])].map(([, kind = '']) => kind);
  return kinds.length === 0 ? [null] : kinds;
}

/** Every action that the examples make: all keys at once, each kind of agent, each kind of step. */
const examples: [what: string, action: Values][] = [
  ['an action', filled(sections.action ?? [], '', null)],
  ...kindsAt(sections.agent ?? [], '').map((kind): [string, Values] => [
    `an agent of kind ${kind}`,
    { ...minimal, executionActor: filled(sections.agent ?? [], '', kind) },
  ]),
  ...Object.entries(filled(sections.step ?? [], '', null))
    .filter(([key]) => key !== 'if')
    .map(([key, value]): [string, Values] => [
      `a step with ${key}`,
      {
        ...minimal,
        executionActor: { kind: 'steps', steps: [{ [key]: value, if: filled(sections.step ?? [], 'if', null) }] },
      },
    ]),
];

function blocks(): { where: string; info: string; text: string }[] {
  const pages = ['README.md', ...below('docs'), ...below('examples')];
  return pages.flatMap(where =>
    [...readFileSync(join(root, where), 'utf8').matchAll(/^```yaml(.*)\n([\s\S]*?)^```/gm)].map(
      ([, info = '', text = '']) => ({
        where,
        info: info.trim(),
        text,
      }),
    ),
  );
}

const below = (folder: string) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter(path => path.endsWith('.md'))
    .map(path => join(folder, path));

describe('the reference of action keys', () => {
  test.each(
    Object.entries(sections),
  )('describes every key of an %s with a type, and an example or its own keys', (_, keys) => {
    expect(keys.length).toBeGreaterThan(5);
    for (const { key, type, description, example } of keys) {
      expect(description, key).toMatch(/\.$/);
      expect(type.endsWith('any'), key).toBe(false);
      const isMap = keys.some(row => row.key.startsWith(`${key}.`) || row.key.startsWith(`${key}[`));
      expect(example !== null || isMap, key).toBe(true);
    }
  });

  test.each(examples)('contains examples that make a valid %s', (_, action) => {
    expect(() => parseAction(stringify(action), 'example.yaml')).not.toThrow();
  });

  test.each(
    (sections.action ?? []).filter(({ key, example }) => !/[.[]/.test(key) && example !== null),
  )('contains a valid example of $key', ({ key, example }) => {
    expect(() => parseAction(stringify({ ...minimal, [key]: JSON.parse(example ?? 'null') }), 'a.yaml')).not.toThrow();
  });

  test('equals the page docs/reference/action-keys.md (run this file with -u to write it)', async () => {
    await expect(page()).toMatchFileSnapshot('../docs/reference/action-keys.md');
  });
});

const titles: Record<string, [string, string]> = {
  action: [
    'Keys of an action',
    'Everything an action file can say. See [actions](actions.md) for how they work together.',
  ],
  agent: [
    'Keys of an agent',
    'An agent is a name that the host registered, or is described in place with these keys. See [agents](agents.md).',
  ],
  step: ['Keys of a step', 'A step of a `steps` agent has one of these keys, and `if` where it does not always apply.'],
};

function page(): string {
  const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
  const code = (text: string | null) => (text === null ? '' : `\`${cell(text)}\``);
  const parts = Object.entries(sections).map(([name, keys]) => {
    const [title = name, lead = ''] = titles[name] ?? [];
    const rows = keys.map(({ key, type, required, default: standard, description, kinds, example }) => {
      const presence = required ? 'required' : standard === null ? '–' : code(standard);
      const only = kinds.length === 0 ? '' : `With \`kind: ${kinds.join('` or `')}\`. `;
      return `| \`${key}\` | ${cell(type)} | ${presence} | ${only}${cell(description)} | ${code(example)} |`;
    });
    return `## ${title}\n\n${lead}\n\n| key | type | default | meaning | example |\n|---|---|---|---|---|\n${rows.join('\n')}\n`;
  });
  const lead =
    'This page is generated from the schema that reads action files; `troupe help action` prints the same. `a[].b` is a key of each entry of the list `a`, `a.*.b` of each value of the map `a`.';
  return `# Keys of actions\n\n${lead}\n\n${parts.join('\n')}`;
}

describe('the YAML blocks of the documents', () => {
  test('show valid actions, parts of actions or configuration', async () => {
    const all = blocks();
    expect(all.length).toBeGreaterThan(8);
    for (const { where, info, text } of all) {
      const value = parse(text) as Values;
      // Agents are read by test/adapters/agents/docs.test.ts; a workflow is another program's file.
      if (info === 'agent' || info === 'workflow') continue;
      if (info === 'config') {
        await expect(readConfig(text), where).resolves.toBeDefined();
        continue;
      }
      const isWhole = 'name' in value && !('extends' in value);
      const { extends: _, ...own } = value;
      const action = isWhole ? text : stringify({ ...minimal, ...own });
      expect(() => parseAction(action, where)).not.toThrow();
    }
  });
});

async function readConfig(text: string): Promise<unknown> {
  const home = mkdtempSync(join(tmpdir(), 'troupe-config-'));
  try {
    // Only a project's file may name a store, and only yours may name agents and what to notify.
    const isOfProject = 'store' in (parse(text) as Values);
    const [project, own] = [join(home, 'project'), join(home, 'troupe')];
    for (const folder of [project, own]) mkdirSync(folder);
    writeFileSync(join(isOfProject ? project : own, 'config.yaml'), text);
    return await loadSettings({ home: project }, { XDG_CONFIG_HOME: home });
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
}
