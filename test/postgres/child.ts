/** A process that owns a store on PostgreSQL, to be killed or stopped: a line of its input is a value to write. */
import { createInterface } from 'node:readline';
import { postgresStore } from '../../src/adapters/stores/postgres-store.ts';

const [url = '', schema = '', leaseMs = ''] = process.argv.slice(2);
const say = (line: string) => process.stdout.write(`${line}\n`);
const store = await postgresStore(url, { schema, leaseMs: Number(leaseMs) })();
say('open');
createInterface({ input: process.stdin }).on('line', line => {
  store.batch([{ type: 'put', key: `child/${line}`, value: line }]).then(
    () => say(`written ${line}`),
    (error: { code?: string }) => say(`refused ${error.code}`),
  );
});
