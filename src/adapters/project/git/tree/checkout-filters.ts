/**
 * Whether a folder would show or capture a file otherwise than the tree does: git converts files on the way in and out as
 * attributes say, and leaves out what is ignored. Where that is possible, the answer is that it is so: a folder is then
 * made, and git itself decides.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ProjectRepository } from '../repository.ts';
import { mightBeIgnored } from './gitignore.ts';
import type { Overlay } from './overlay.ts';

export interface CheckoutFilters {
  /** Whether the file at a path reads the same. */
  readsUnchanged(overlay: Overlay, parts: readonly string[]): Promise<boolean>;
  /** Whether new content of a path would be captured, and captured as it is. */
  capturesUnchanged(overlay: Overlay, parts: readonly string[], content: Buffer): Promise<boolean>;
}

/** Rules of the user and of the repository, which hold beside those in the tree. */
interface FilterSettings {
  /** Settings under which files differ from the tree throughout. */
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
  const standing = () => {
    found ??= readFilterSettings(ground, env);
    return found;
  };

  /** The rule files of one name on the way to a path, with the path as each of them sees it. */
  const rulesTo = async (overlay: Overlay, parts: readonly string[], name: string) => {
    const rules: { text: string; path: readonly string[] }[] = [];
    for (let depth = 0; depth < parts.length; depth++) {
      const node = await overlay.at([...parts.slice(0, depth), name]);
      if (node === null) continue;
      const text = (await overlay.content(node)).toString('utf8');
      rules.push({ text, path: parts.slice(depth) });
    }
    return rules;
  };

  /** What attributes may do to a file: nothing, something with its line ends, or anything. */
  const conversion = async (overlay: Overlay, parts: readonly string[]) => {
    const { different, attributes } = await standing();
    if (different) return 'any';
    // Without git's own folder nobody expects conversions: the private repository turns them off.
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
      // What git knows already it captures, ignored or not.
      if ((await overlay.at(parts)) !== null) return true;
      const { ignoring } = await standing();
      const rules = [
        ...ignoring.map(text => ({ text, path: parts })),
        ...(await rulesTo(overlay, parts, '.gitignore')),
      ];
      return !rules.some(({ text, path }) => mightBeIgnored(text, path));
    },
  };
}

/** Attributes that change no file on its way, and those that at most change how its lines end. */
const lineEnds = /^(?:text(?:=auto)?|eol=lf)$/;
const harmless =
  /^(?:[-!].*|text(?:=auto)?|eol=lf|binary|diff(?:=.*)?|merge(?:=.*)?|linguist-.*|export-.*|whitespace(?:=.*)?|delta|conflict-marker-size=.*)$/;

/** The attributes that a file of rules gives, wherever it gives them; macros count as themselves. */
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
    // `input` is no boolean, and converts.
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
