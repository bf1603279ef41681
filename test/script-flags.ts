import { type ParseArgsConfig, parseArgs } from 'node:util';

/**
 * The flags of a script of package.json. Prints the usage and ends the process for `--help`, and with exit code 2 for a flag that
 * it does not have.
 */
export function parseScriptFlags<Config extends ParseArgsConfig>(
  usage: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  if (process.argv.includes('--help')) {
    console.log(usage);
    process.exit(0);
  }
  try {
    return parseArgs(config);
  } catch (thrown) {
    console.error(`${thrown instanceof Error ? thrown.message : thrown}\n\n${usage}`);
    process.exit(2);
  }
}
