/** What the driver and the process with instances that it kills say to each other, a JSON object a line. */
import type { InstanceInfo } from '../../src/durable.ts';

export const instanceCount = 100;

/** A command to an instance. `bad` ones fail in the instance, which is resumed afterwards. */
export interface InstanceOrder {
  cmd: string;
  id: string;
  amount: number;
  delayMs: number;
  bad: boolean;
}

export interface InstanceTotals {
  id: string;
  cmds: string[];
  sum: number;
  done: number;
  ticks: number;
}

export interface InstancesReport {
  /** The states of the instances that run. */
  instances: InstanceTotals[];
  listed: InstanceInfo[];
  /** Instances whose row of the listing tells another state than the machine. */
  differing: string[];
  /** How many were not in memory when the report began. */
  asleep: number;
}

export type InstancesRequest = InstanceOrder | { report: true };
export type InstancesReply =
  | { ready: InstancesReport }
  | { ack: string }
  | { report: InstancesReport }
  | { trouble: string };
