/** The worker thread: runs jobs one after the other until it is terminated. */
import { type MessagePort, parentPort } from 'node:worker_threads';
import { type JobName, type Jobs, jobs } from './jobs.ts';

/** One job; the answer goes to its own port. */
export interface Question<Name extends JobName = JobName> {
  name: Name;
  input: Jobs[Name]['input'];
  port: MessagePort;
}

/** The output of a job, or its error. */
export type Answer<Name extends JobName> = { output: Jobs[Name]['output'] } | { error: string };

function answer<Name extends JobName>({ name, input, port }: Question<Name>): void {
  port.postMessage(answerOf(name, input));
  port.close();
}

function answerOf<Name extends JobName>(name: Name, input: Jobs[Name]['input']): Answer<Name> {
  try {
    return { output: jobs[name](input) };
  } catch (error) {
    return { error: String(error) };
  }
}

parentPort?.on('message', answer);
