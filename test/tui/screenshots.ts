/** Makes the pictures of the terminal under docs/pictures: the built command in tmux. `npm run pictures` */
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRepository } from '../cli/test-repository.ts';
import { frameSvg } from './frame-svg.ts';
import { built, type Tmux, tmux } from './tmux.ts';

const pictures = fileURLToPath(new URL('../../docs/pictures', import.meta.url));

const parts = ['router', 'session', 'uploads', 'mailer', 'search', 'billing'];
const action = `name: local/move
description: Move every part to the new client
strategyActor:
  kind: steps
  steps:
    - decide: { question: One client or several?, choose: One client for all parts, rationale: Timeouts and retries stand in one place, alternatives: [{ description: A client for each part, reason: six places to change }] }
${parts
  .map(
    (part, at) => `    - subplan:
        goal: Move ${part} to the new client
        resourceScopes: [src/${part}.ts]
        parallel: true
        executionActor: { kind: command, argv: [sh, -c, "echo reads src/${part}.ts; sleep ${2 + 4 * at}; echo 'export const ${part} = client();' > src/${part}.ts"] }
`,
  )
  .join('')}executionActor: { kind: steps, steps: [] }
subplans: { maxParallel: 4 }
validations:
  - { name: every part has moved, argv: [sh, -c, "test $(grep -l client src/*.ts | wc -l) = ${parts.length}"] }
`;

/** A project whose shell finds the built command by its name. */
function prepareProject() {
  const files = parts.map(part => [`src/${part}.ts`, `export const ${part} = fetch;\n`]);
  const project = createRepository({ ...Object.fromEntries(files), 'move.yaml': action });
  const bin = join(dirname(project.folder), 'bin');
  mkdirSync(bin);
  writeFileSync(join(bin, 'troupe'), `#!/bin/sh\nexec ${process.execPath} ${built} "$@"\n`);
  chmodSync(join(bin, 'troupe'), 0o755);
  return { project, env: { PATH: `${bin}:${project.env.PATH}`, TERM: 'screen-256color' } };
}

async function picture(
  name: string,
  { line, columns, rows, title }: { line: string; columns: number; rows: number; title: string },
  ready: (screen: Tmux) => Promise<unknown>,
): Promise<void> {
  const { project, env } = prepareProject();
  const screen = tmux(project, '', { columns, rows, line: "PS1='$ '; clear", env });
  try {
    await screen.waitForNoText('clear');
    screen.type(line);
    screen.keys('Enter');
    await ready(screen);
    writeFileSync(join(pictures, `${name}.svg`), frameSvg(screen.painted(), { columns, title }));
    screen.keys('C-c');
    screen.keys('C-c');
    screen.type('troupe owner stop; exit');
    screen.keys('Enter');
  } finally {
    screen.close();
    project.remove();
  }
}

// Reading a terminal keeps no process alive.
const isRunning = setInterval(() => {}, 1_000);
await picture(
  'run',
  { line: 'troupe run -f move.yaml', columns: 100, rows: 30, title: 'troupe run: one line for each subplan at work' },
  screen => screen.waitForText('2 of 6 subplans done'),
);
await picture(
  'ui',
  {
    line: 'clear; troupe run -f move.yaml --detach && troupe ui',
    columns: 116,
    rows: 22,
    title: 'troupe ui: all plans, and the one that is looked at',
  },
  async screen => {
    await screen.waitForText('1/6');
    screen.keys('2');
    await screen.waitForText('Tree of', 'execute complete');
  },
);
clearInterval(isRunning);
