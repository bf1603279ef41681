/** Rules that every file of the tree follows. A rule is a pattern, and each is shown to find its own violation. */
import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import ts from 'typescript';
import { describe, expect, test } from 'vitest';
import { everything, root, type Source, shipped, sources } from './sources.ts';

const linesMax = 300;

/** This file contains a sample of each violation. */
const self = 'test/tidy.test.ts';

const isText = (node: ts.Node): boolean =>
  ts.isStringLiteralLike(node) ||
  node.kind === ts.SyntaxKind.TemplateHead ||
  node.kind === ts.SyntaxKind.TemplateMiddle ||
  node.kind === ts.SyntaxKind.TemplateTail;

const codeByText = new Map<string, string>();

/** The file with comments and the text of strings blanked, so that only code is judged. Each is parsed once for all rules. */
function code(text: string): string {
  const parsed = codeByText.get(text) ?? parse(text);
  codeByText.set(text, parsed);
  return parsed;
}

function parse(text: string): string {
  const file = ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, false);
  let out = '';
  let at = 0;
  const add = (node: ts.Node, shown: (source: string) => string): void => {
    const start = node.getStart(file);
    out += withoutComments(text.slice(at, start)) + shown(text.slice(start, node.end));
    at = node.end;
  };
  const visit = (node: ts.Node): void => {
    if (isText(node)) add(node, blank);
    // What looks like a comment in these is none.
    else if (ts.isRegularExpressionLiteral(node) || ts.isJsxText(node)) add(node, source => source);
    else ts.forEachChild(node, visit);
  };
  visit(file);
  return out + withoutComments(text.slice(at));
}

const blank = (source: string): string => source.replace(/[^\n]/g, ' ');

/** Where there are no texts, whatever looks like a comment is one. */
const withoutComments = (source: string): string => source.replace(/^#!.*|\/\/.*|\/\*[\s\S]*?\*\//g, blank);

interface Rule {
  title: string;
  folders: string[];
  /** Files that the rule does not apply to. */
  except?: RegExp;
  pattern: RegExp;
  /** Whether the rule also applies to comments and strings. */
  whole?: boolean;
  /** A line that breaks the rule, and a similar one that does not. */
  breaks: string;
  keeps: string;
}

const cliModules = /^src\/cli(\.ts$|\/)/;

/** What would hide a type error from the compiler or a mistake from the linter. */
const silencers: Rule[] = [
  {
    title: 'no type is `any`',
    folders: everything,
    pattern: /(?<![.\w])any\b|\bz\.any\(/,
    breaks: 'const a = b as any;',
    keeps: 'const anyone = AbortSignal.any(list); // any',
  },
  {
    title: 'no type error is silenced',
    folders: everything,
    pattern: /@ts-(?:ignore|expect-error|nocheck)/,
    whole: true,
    breaks: '// @ts-expect-error',
    keeps: '// ts ignores this',
  },
  {
    title: 'no lint rule is switched off',
    folders: everything,
    pattern: /\b(?:biome-ignore|eslint-disable|v8 ignore|istanbul ignore|c8 ignore)/,
    whole: true,
    breaks: '/* v8 ignore next */',
    keeps: '// biome checks this',
  },
];

const rules: Rule[] = [
  {
    title: 'only code at the limits of the types of XState and LevelDB casts through unknown',
    folders: shipped,
    except:
      /^src\/(?:durable\/|adapters\/stores\/level-store\.ts$)|^machines\/(?:retry\.machine|subplans\/bind-plan-machine)\.ts$/,
    pattern: /\bas\s+unknown\s+as\b/,
    breaks: 'const a = b as unknown as C;',
    keeps: 'const a = b as unknown;',
  },
  {
    title: 'no work is left for later',
    folders: everything,
    pattern: /\b(?:TODO|FIXME|XXX|HACK)\b/,
    whole: true,
    breaks: '// TODO: write this',
    keeps: '// to do this, write',
  },
  {
    title: 'only the command line prints',
    folders: shipped,
    except: cliModules,
    pattern: /\bconsole\.|\bprocess\.(?:stdout|stderr)\b/,
    breaks: 'console.log(1);',
    keeps: 'const consoleLike = 1;',
  },
  {
    title: 'only the command line and the entry points read the environment',
    folders: shipped,
    except: /^src\/(?:cli\/.+|[^/]+)\.ts$/,
    pattern: /\bprocess\.env\b|\bhomedir\(/,
    breaks: 'const a = process.env.HOME;',
    keeps: 'const environment = process.version;',
  },
  {
    title: 'only the command line ends the process or listens to its signals',
    folders: shipped,
    except: cliModules,
    pattern: /\bprocess\.(?:exit|exitCode|on|once)\b/,
    breaks: 'process.exit(1);',
    keeps: 'child.once(1);',
  },
  {
    title: 'charts and the durable runtime use no clock and no randomness',
    folders: ['machines', 'actors', 'src/durable'],
    pattern: /\bDate\.now\(|\bnew Date\(\s*\)|\bMath\.random\(|\bsetTimeout\(|\bsetInterval\(|\brandomUUID\(/,
    breaks: 'const now = Date.now();',
    keeps: 'const at = new Date(now).toISOString();',
  },
  {
    title: 'no file has a default export',
    folders: [...shipped, 'features/support', 'features/step_definitions'],
    pattern: /\bexport\s+default\b/,
    breaks: 'export default 1;',
    keeps: 'export const byDefault = 1;',
  },
  {
    title: 'no test waits for time to pass',
    folders: ['test', 'features'],
    except: /^test\/(?:bench|crash)\//,
    pattern: /\bsleep\(\s*\d|await\s+(?:delay|setTimeout|wait)\(\s*\d|=>\s*setTimeout\(\s*\w+\s*,\s*\d/,
    breaks: 'await new Promise(resolve => setTimeout(resolve, 50));',
    keeps: 'clock.advance(50);',
  },
  {
    title: 'no module of the project is mocked',
    folders: ['test', 'features'],
    pattern: /\b(?:vi|jest)\.(?:mock|doMock|spyOn|stubGlobal)\(/,
    breaks: "vi.mock('a');",
    keeps: 'const mocked = 1;',
  },
  {
    title: 'no absolute path of a machine is in a file',
    folders: everything,
    pattern: /(?:^|['"`\s])\/(?:home|Users|root|work|mnt)\/[\w.-]+/,
    whole: true,
    breaks: "const a = '/home/user/a';",
    keeps: "const a = 'src/home/user';",
  },
];

const offenders = (rule: Rule, files: readonly Source[]): string[] =>
  files.flatMap(({ path, text }) =>
    (rule.whole === true ? text : code(text))
      .split('\n')
      .flatMap((line, index) =>
        rule.pattern.test(line) ? [`${path}:${index + 1}: ${text.split('\n')[index]?.trim()}`] : [],
      ),
  );

// The first test reads and strips every file.
describe('every file', { timeout: 120_000 }, () => {
  const judge = (rule: Rule) => {
    const files = sources(...rule.folders).filter(({ path }) => path !== self && rule.except?.test(path) !== true);
    expect(offenders(rule, files)).toEqual([]);
  };
  for (const rule of silencers) test(`silences no error: ${rule.title} [R42]`, () => judge(rule));
  for (const rule of rules) test(`is tidy: ${rule.title}`, () => judge(rule));

  for (const rule of [...silencers, ...rules]) {
    test(`finds a violation of: ${rule.title}`, () => {
      expect(offenders(rule, [{ path: 'a.ts', text: `\n${rule.breaks}\n` }])).toEqual([`a.ts:2: ${rule.breaks}`]);
      expect(offenders(rule, [{ path: 'a.ts', text: `\n${rule.keeps}\n` }])).toEqual([]);
    });
  }

  /** A chart is data, written out in one file however many states it has. */
  test(`of the shipped code has at most ${linesMax} lines, except a chart`, () => {
    const code = sources(...shipped).filter(({ path }) => !path.endsWith('.machine.ts'));
    const long = code.filter(({ text }) => text.trimEnd().split('\n').length > linesMax);
    expect(long.map(({ path }) => path)).toEqual([]);
  });

  test('is named after one thing, never utils, helpers, common or misc', () => {
    const names = sources(...everything).map(({ path }) => path);
    const vague = /(?:^|[/-])(?:utils?|helpers?|common|misc|stuff)(?:[/.-]|$)/i;
    expect(names.filter(path => vague.test(path))).toEqual([]);
    expect(['src/utils.ts', 'test/helpers/a.ts', 'src/git-common.ts'].every(path => vague.test(path))).toBe(true);
  });

  test('is named in lower case with hyphens', () => {
    const names = sources(...everything).map(({ path }) => basename(path));
    expect(names.length).toBeGreaterThan(30);
    expect(names.filter(name => !/^[a-z0-9]+(?:[-_.][a-z0-9]+)*\.[cm]?[jt]sx?$/.test(name))).toEqual([]);
  });
});

/** Layers below the clients, where a hint is data and not a command line. */
const belowClients = [
  'src/model',
  'machines',
  'actors',
  'src/ports',
  'src/durable',
  'src/runtime',
  'src/host',
  'src/adapters',
];

/** Strings and templates that begin like a command line. */
function typedLines({ path, text }: Source): string[] {
  const file = ts.createSourceFile('a.ts', text, ts.ScriptTarget.Latest, false);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const isStart = ts.isStringLiteralLike(node) || ts.isTemplateHead(node);
    if (isStart && node.text.startsWith('troupe ')) found.push(`${path}: ${node.text}`);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

describe('A command of Troupe below the clients', () => {
  test('is data, not a command line: `commandHint`, which clients format [R204]', () => {
    const files = sources(...belowClients);
    expect(files.length).toBeGreaterThan(300);
    expect(files.flatMap(typedLines)).toEqual([]);
  });

  test('written as a command line is found, as a string and as a template', () => {
    const text = `a(['troupe plan logs', \`troupe plan diff --plan \${id}\`, \`troupe help\`, 'troupe:key', 'see troupe help']);`;
    expect(typedLines({ path: 'a.ts', text })).toEqual([
      'a.ts: troupe plan logs',
      'a.ts: troupe plan diff --plan ',
      'a.ts: troupe help',
    ]);
  });
});

describe('the layer', () => {
  test.each(['machines', 'actors'])('%s has a README with paragraphs, the first of which is short', folder => {
    const paragraphs = readFileSync(join(root, folder, 'README.md'), 'utf8')
      .replace(/^```.*?^```/gms, '')
      .split(/\n\s*\n/)
      .filter(text => text.trim() !== '' && !text.startsWith('#'));
    expect(paragraphs.length).toBeGreaterThan(0);
    expect(paragraphs[0]?.length).toBeLessThan(1200);
  });
});
