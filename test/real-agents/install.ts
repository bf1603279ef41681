/** Installs agents from the npm registry, each in a folder of its own. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RealAgent } from './agents.ts';

/** Returns the folder of its program; one that is there already is not installed again. */
export function install(folder: string, agent: RealAgent): string {
  const own = join(folder, agent.package.replace(/\W+/g, '-'));
  const programs = join(own, 'node_modules/.bin');
  if (existsSync(join(programs, agent.name))) return programs;
  mkdirSync(own, { recursive: true });
  writeFileSync(join(own, 'package.json'), '{"private": true}\n');
  execFileSync('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', agent.package], {
    cwd: own,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  return programs;
}

export function versionOf(program: string, env: Record<string, string>): string {
  const printed = execFileSync(program, ['--version'], { env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return /\d+\.\d+\.\d+[\w.-]*/.exec(printed)?.[0] ?? printed.trim();
}
