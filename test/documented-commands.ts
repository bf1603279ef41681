import { commandDefinitions, commandGroups, globalFlags } from '../src/cli/commands/index.ts';

/** Our commands in a document: in code blocks, and between backticks. */
export function findCommands(markdown: string): string[] {
  const blocks = [...markdown.matchAll(/^```(?:sh|bash|console|text)?\n(.*?)^```/gms)].flatMap(([, body = '']) =>
    body.split('\n'),
  );
  const prose = markdown.replace(/^```.*?^```/gms, '');
  const spans = [...prose.matchAll(/`([^`\n]+)`/g)].map(([, words = '']) => words);
  return [...blocks, ...spans]
    .map(line => line.replace(/^\s*\$ /, '').trim())
    .filter(line => /^troupe( |$)/.test(line));
}

const flagNames = (flags: string): string[] => flags.split(/[ ,]+/).filter(word => word.startsWith('-'));
const globalNames = globalFlags.flatMap(([flags]) => flagNames(flags));

/** What the command line would reject in a command; null when it accepts all of it. `VERB` stands for any. */
export function describeUnknown(command: string): string | null {
  const words = command
    .replace(/\s{2,}.*$|\s#.*$/, '')
    .split(' ')
    .slice(1);
  const verb = [3, 2, 1]
    .map(count => words.slice(0, count).join(' '))
    .flatMap(path => commandDefinitions.filter(known => known.path === path))[0];
  if (words.slice(0, 2).includes('VERB')) return null;
  if (verb === undefined) {
    const isGroup = commandGroups.some(({ name }) => name === words.join(' '));
    return isGroup || words.length === 0 || globalNames.includes(words[0] ?? '') ? null : `${command}: no such command`;
  }
  const own = [...(verb.flags ?? []).flatMap(({ flags }) => flagNames(flags)), ...globalNames];
  const strange = words.filter(word => /^--?[a-zA-Z]/.test(word)).map(word => word.split('=')[0] ?? '');
  const unknown = strange.filter(flag => !own.includes(flag));
  return unknown.length === 0 ? null : `${command}: ${verb.path} has no ${unknown.join(', ')}`;
}

/** The words of a command as a shell passes them, without what follows `#` or `>`. */
export function splitCommand(command: string): string[] {
  const words = command.replace(/\s+[#>].*$/, '').match(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g) ?? [];
  return words.map(word => word.replace(/"([^"]*)"|'([^']*)'/g, (_, double = '', single = '') => `${double}${single}`));
}

/** A command with alternatives, `a|b`, as each of the commands it means. */
export function expandChoices(command: string): string[] {
  const open = /(?<= )[\w-]+(?:\|[\w-]+)+/.exec(command)?.[0];
  return open === undefined ? [command] : open.split('|').flatMap(word => expandChoices(command.replace(open, word)));
}
