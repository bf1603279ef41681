/**
 * Determines whether a folder would show or capture a file differently than the tree: git converts files as
 * attributes say, and excludes ignored ones. Conservative: when that is possible, a folder is created, and git
 * decides.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectRepository } from '../repository.ts';
import { mightBeIgnored } from './gitignore.ts';
import type { TreeOverlay } from './overlay.ts';

export interface CheckoutFilters {
  /** Returns whether the file at a path reads the same. */
  readsUnchanged(overlay: TreeOverlay, parts: readonly string[]): Promise<boolean>;
  /** Returns whether new content of a path would be captured unchanged. */
  capturesUnchanged(overlay: TreeOverlay, parts: readonly string[], content: Buffer): Promise<boolean>;
}

/** Rules of the user and of the repository, in addition to those in the tree. */
interface FilterSettings {
  /** Settings under which all files may differ from the tree. */
  different: boolean;
  attributes: string[];
  ignoring: string[];
}

const nameBytesMax = 255;

export function openCheckoutFilters(
  ground: ProjectRepository,
  env: Readonly<Record<string, string | undefined>>,
): CheckoutFilters {
  let found: Promise<FilterSettings> | null = null;
  const loaded = () => {
    found ??= readFilterSettings(ground, env);
    return found;
  };

  /** Returns the rule files of one name along a path, with the path relative to each. */
  const rulesTo = async (overlay: TreeOverlay, parts: readonly string[], name: string) => {
    const rules: { text: string; path: readonly string[] }[] = [];
    for (let depth = 0; depth < parts.length; depth++) {
      const node = await overlay.at([...parts.slice(0, depth), name]);
      if (node === null) continue;
      const text = (await overlay.content(node)).toString('utf8');
      rules.push({ text, path: parts.slice(depth) });
    }
    return rules;
  };

  /** Returns what attributes may do to a file: nothing, change line ends, or anything. */
  const conversion = async (overlay: TreeOverlay, parts: readonly string[]) => {
    const { different, attributes } = await loaded();
    if (different) return 'any';
    // Without a git folder no conversion is expected: the private repository disables it.
    if (ground.kind === 'directory') return 'none';
    const inTree = await rulesTo(overlay, parts, '.gitattributes');
    const words = [...attributes, ...inTree.map(({ text }) => text)].flatMap(wordsOf);
    if (words.some(word => !harmless.test(word))) return 'any';
    return words.some(word => lineEnds.test(word)) ? 'lineEnds' : 'none';
  };

  return {
    readsUnchanged: async (overlay, parts) => (await conversion(overlay, parts)) !== 'any',
    async capturesUnchanged(overlay, parts, content) {
      const converted = await conversion(overlay, parts);
      if (converted === 'any' || (converted === 'lineEnds' && content.includes(13))) return false;
      if (parts.some(part => Buffer.byteLength(part) > nameBytesMax)) return false;
      // git captures tracked files, ignored or not.
      if ((await overlay.at(parts)) !== null) return true;
      const { ignoring } = await loaded();
      const rules = [
        ...ignoring.map(text => ({ text, path: parts })),
        ...(await rulesTo(overlay, parts, '.gitignore')),
      ];
      return !rules.some(({ text, path }) => mightBeIgnored(text, path));
    },
  };
}

/** Attributes without conversion, and those that at most change line ends. */
const lineEnds = /^(?:text(?:=auto)?|eol=lf)$/;
const harmless =
  /^(?:[-!].*|text(?:=auto)?|eol=lf|binary|diff(?:=.*)?|merge(?:=.*)?|linguist-.*|export-.*|whitespace(?:=.*)?|delta|conflict-marker-size=.*)$/;

/** Returns all attributes in a rule file; macros count as themselves. */
function wordsOf(text: string): string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'))
    .flatMap(line => (line.startsWith('"') ? ['quoted'] : line.split(/[ \t\r]+/).slice(1)));
}

async function readFilterSettings(
  { kind, objects, commonDir }: ProjectRepository,
  env: Readonly<Record<string, string | undefined>>,
): Promise<FilterSettings> {
  const setting = async (name: string, type?: 'bool' | 'path') => {
    const typed = type === undefined ? [] : [`--type=${type}`];
    const { code, stdout } = await objects.tryRun(['config', ...typed, '--get', name]);
    return code === 0 ? stdout.toString().trimEnd() : code === 1 ? null : 'unreadable';
  };
  const [autocrlf, eol, links, modes, attributesFile, ignoringFile] = await Promise.all([
    setting('core.autocrlf', 'bool'),
    setting('core.eol'),
    setting('core.symlinks', 'bool'),
    setting('core.fileMode', 'bool'),
    setting('core.attributesFile', 'path'),
    setting('core.excludesFile', 'path'),
  ]);
  const usual: [string | null, string][] = [
    // `input` is not a boolean, and converts.
    [autocrlf, 'false'],
    [eol, 'lf'],
    [links, 'true'],
    [modes, 'true'],
  ];
  const users = join(env.XDG_CONFIG_HOME || join(env.HOME || '/', '.config'), 'git');
  const texts = async (...files: string[]) =>
    (await Promise.all(files.map(file => readFile(file, 'utf8').catch(() => '')))).filter(text => text !== '');
  return {
    different: usual.some(([value, expected]) => (value ?? expected) !== expected),
    attributes:
      kind === 'directory'
        ? []
        : await texts(
            '/etc/gitattributes',
            attributesFile ?? join(users, 'attributes'),
            join(commonDir, 'info/attributes'),
          ),
    ignoring: await texts(ignoringFile ?? join(users, 'ignore'), join(commonDir, 'info/exclude')),
  };
}
