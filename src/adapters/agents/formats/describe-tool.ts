import { relative } from 'node:path';
import { truncateEnd } from '../../../model/truncate.ts';
import { isObject } from './json-line.ts';

/** Names of tools by kind, in lower case without `_`; the first kind that has the name applies. */
const verbs: readonly { verb: string; names: ReadonlySet<string>; input: readonly string[] }[] = [
  {
    verb: 'runs',
    names: new Set([
      'bash',
      'shell',
      'runshellcommand',
      'execcommand',
      'shellcommand',
      'runcommands',
      'executecommand',
      'developershell',
    ]),
    input: ['command', 'cmd', 'commands'],
  },
  {
    verb: 'writes',
    names: new Set(['write', 'writefile', 'writetofile', 'create', 'createfile']),
    input: ['file_path', 'filePath', 'path', 'absolutePath', 'absolute_path'],
  },
  {
    verb: 'edits',
    names: new Set([
      'edit',
      'multiedit',
      'notebookedit',
      'editfile',
      'replace',
      'replaceinfile',
      'strreplace',
      'editor',
      'applypatch',
      'patch',
      'developertexteditor',
      'developeredit',
    ]),
    input: ['file_path', 'filePath', 'notebook_path', 'path', 'absolutePath'],
  },
  { verb: 'deletes', names: new Set(['delete', 'deletefile']), input: ['file_path', 'filePath', 'path'] },
  { verb: 'moves', names: new Set(['move', 'movefile', 'rename']), input: ['path', 'source'] },
  {
    verb: 'reads',
    names: new Set([
      'read',
      'readfile',
      'readmanyfiles',
      'readfiles',
      'view',
      'ls',
      'list',
      'listdirectory',
      'listfiles',
      'developertree',
    ]),
    input: ['file_path', 'filePath', 'absolute_path', 'path', 'dir_path', 'paths'],
  },
  {
    verb: 'searches',
    names: new Set([
      'grep',
      'glob',
      'find',
      'search',
      'searchfiles',
      'searchfilecontent',
      'grepsearch',
      'searchcodebase',
      'toolsearch',
    ]),
    input: ['pattern', 'query', 'regex', 'queries'],
  },
  { verb: 'fetches', names: new Set(['webfetch', 'fetch', 'fetchwebcontent']), input: ['url', 'prompt', 'requests'] },
  { verb: 'searches the web for', names: new Set(['websearch', 'googlewebsearch']), input: ['query'] },
  { verb: 'asks an agent of its own:', names: new Set(['task', 'agent']), input: ['description', 'prompt'] },
  {
    verb: 'plans',
    names: new Set([
      'todowrite',
      'todo',
      'updateplan',
      'writetodos',
      'taskcreate',
      'taskupdate',
      'exitplanmode',
      'updatetopic',
    ]),
    input: ['subject', 'title'],
  },
];

const charactersMax = 160;

/** Describes a tool call in one line, such as "edits src/a.ts". */
export function describeTool(name: string, input: unknown, directory: string): string {
  const foreign = /^mcp__(.+?)__(.+)$/.exec(name);
  if (foreign !== null) return `calls ${foreign[1]}/${foreign[2]}`;
  const plain = name.toLowerCase().replace(/[^a-z]/g, '');
  const known = verbs.find(({ names }) => names.has(plain));
  if (known === undefined) return truncateEnd(`uses ${name}`, charactersMax);
  const what = wordIn(input, known.input);
  const line =
    what === null
      ? known.verb
      : `${known.verb} ${known.verb === 'runs' ? commandOf(what) : fromFolder(what, directory)}`;
  return truncateEnd(line.replace(/\s+/g, ' ').replace(/:$/, ''), charactersMax);
}

function wordIn(input: unknown, keys: readonly string[]): string | null {
  if (!isObject(input)) return null;
  for (const key of keys) {
    const value = input[key];
    if (typeof value === 'string' && value !== '') return value;
    if (Array.isArray(value) && value.every(each => typeof each === 'string')) {
      return key === 'command' ? value.join(' ') : value.join(key === 'commands' ? ' && ' : ', ');
    }
  }
  return null;
}

/** Removes the shell that some agents put around every command. */
function commandOf(command: string): string {
  const wrapped = /^(?:\/\S*\/)?(?:ba|z|)sh -l?c (?:(["'])([\s\S]*)\1|([\s\S]*))$/.exec(command);
  return wrapped?.[2] ?? wrapped?.[3] ?? command;
}

function fromFolder(path: string, directory: string): string {
  return path.startsWith(`${directory}/`) ? relative(directory, path) : path;
}
