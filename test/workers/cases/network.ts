import { once } from 'node:events';
import { join } from 'node:path';
import { seededRandom } from '../../seed.ts';
import { differences } from '../../soak/soak.ts';
import { createNetwork, type Network, whyNoNetwork } from '../network.ts';
import { startServer } from '../queue-servers.ts';
import { type DisturbedParts, runPlan } from '../whole-plan.ts';
import { leftBehind, type WorkerCaseOptions, type WorkerVerdict } from './worker-case.ts';

const count = 3;
const leaseMs = 5000;
/** Some cuts are over before the lease is, and some are not. */
const cutMsMax = 3 * leaseMs;
const pauseMsMax = 4000;

/**
 * Owner, queue, exchange and three workers each have a network namespace of their own. The cables of two workers are cut at random
 * moments, for random times: the plan ends as if nothing was.
 */
export async function runNetwork(options: WorkerCaseOptions): Promise<WorkerVerdict> {
  const { server: name, programs, directory, subplans, kills, seed, report } = options;
  const problem = whyNoNetwork();
  if (problem !== null) {
    report(`Skipped: there can be no network namespaces here: ${problem}`);
    return Object.assign({ violations: [] }, { skipped: problem });
  }
  const workload = { subplans };
  const expected = await runPlan({ programs, folder: join(directory, 'one-machine'), workload, workers: null });
  const workerNames = Array.from({ length: count }, (_, at) => `worker-${at}`);
  const network = createNetwork(['owner', 'queue', 'exchange', ...workerNames]);
  const violations: string[] = [];
  const cuts: number[] = [];
  let plans = 0;
  try {
    const server = await startServer(name, network.machine('queue'));
    try {
      while (cuts.length < kills && violations.length === 0) {
        const round = `plan ${++plans} of the network`;
        const workers = { server, count, concurrency: 4, leaseMs };
        const folder = join(directory, `network-${plans}`);
        const disturb = ({ isOver }: DisturbedParts) =>
          cutCables(network, { random: seededRandom(seed + plans), most: kills, isOver, cuts, report });
        const found = await runPlan({ programs, folder, workload, workers, network, disturb });
        // A worker that is cut off says that the queue or the exchange gives no answer, or gives its work up later.
        const failures = found.failures.filter(
          line =>
            !/Another worker took the work|The work was stopped|did not serve|gives no answer|answers again/.test(line),
        );
        const undisturbed = { ...found, failures };
        violations.push(
          ...leftBehind(round, undisturbed),
          ...differences(round, expected.observations, found.observations),
        );
        report(`${round} is applied; lost attempts: ${found.failures.length}`);
      }
    } finally {
      await server.stop();
    }
  } finally {
    network.remove();
  }
  return Object.assign({ violations }, { seed, plans, subplans, cutsMs: cuts });
}

interface Cutting {
  random(): number;
  most: number;
  isOver(): boolean;
  cuts: number[];
  report(line: string): void;
}

async function cutCables(network: Network, { random, most, isOver, cuts, report }: Cutting): Promise<void> {
  const pause = async (ms: number) => {
    const until = performance.now() + ms;
    while (performance.now() < until && !isOver()) await once(AbortSignal.timeout(20), 'abort');
  };
  while (cuts.length < most) {
    await pause(random() * pauseMsMax);
    if (isOver()) return;
    const at = random() < 0.5 ? 0 : 1;
    const ms = Math.round(random() * cutMsMax);
    const worker = network.machine(`worker-${at}`);
    worker.cut();
    report(`worker ${at} is cut off for ${ms} ms`);
    await pause(ms);
    worker.mend();
    cuts.push(ms);
  }
}
