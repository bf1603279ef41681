import { type Agent, TroupeError } from 'troupe';

/** An agent is two methods: whether it could work, and one piece of work. Tools are its only way to the world. */
export const greeter: Agent = {
  // All it does goes through `call`, so it needs no folder, and none is made for it.
  usesDirectory: false,
  async check() {},
  async run({ role, plan, call, signal }) {
    if (role === 'execution') {
      await call('write', { path: 'HELLO.md', content: `Hello, ${plan.arguments.name ?? 'you'}\n` });
    }
    // What is stopped says so, and never looks finished.
    if (signal.aborted) throw new TroupeError('CANCELLED', 'The greeter was stopped');
    return { decisions: [], summary: 'said hello' };
  },
};
