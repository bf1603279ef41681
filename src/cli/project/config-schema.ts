/** What may be in configuration files. */
import * as z from 'zod';
import {
  AgentSpec,
  CheckoutGuard,
  createProfile,
  describeIssue,
  describeIssues,
  Name,
  PriceTable,
  ProfileDraft,
} from '../../index.ts';
import { NotifySettings } from './notify.ts';

// What reads a file needs these too, and they load zod: it gets them here, with the schemas.
export { createProfile, describeIssue, describeIssues };

/** A configuration file, of a project or of a user. Unknown keys are rejected by name. */
const Config = z.strictObject({
  /** Profile of plans whose action and caller name none. */
  profile: z.string().optional(),
  /** The agent that works on the goal of `troupe run "GOAL"` where `--agent` names none. */
  agent: z.string().min(1).optional(),
  actor: z
    .strictObject({
      /** What reconciles invariants when the action does not say; null: nothing. */
      default: z.strictObject({ reconciliation: z.literal('builtin').nullable().optional() }).optional(),
    })
    .optional(),
  apply: z
    .strictObject({
      /** Timeout of git hooks and signing together, in seconds. @default 600 */
      hookTimeoutSeconds: z.number().positive().max(86_400).optional(),
    })
    .optional(),
  /** What plans do when files of the checkout change while an agent works, without evidence of who changed them. */
  checkoutGuard: CheckoutGuard.optional(),
  /** MiB of one plan's log to keep, over all attempts. @default 256 */
  logMiB: z.int().min(1).max(1_000_000).optional(),
  /** Prices of models, by the name of the model as the agent calls it, for agents that report tokens and no cost. */
  prices: PriceTable.optional(),
  /** Custom profiles, by name. */
  profiles: z.record(Name, ProfileDraft).optional(),
});

/** Only a project's file says where its plans are: two projects in one store would mix their plans. */
export const ProjectConfig = Config.extend({
  /** The store: the address of a PostgreSQL database, as for `--store`. @default a folder */
  store: z
    .string()
    .regex(/^postgres(?:ql)?:\/\//, 'must be the address of a PostgreSQL database: postgres://…')
    .optional(),
});

/** Only the user's own file may name programs to run: a project's file may come from elsewhere. */
export const SharedConfig = Config.extend({
  /** A program that is notified when a plan needs you. */
  notify: NotifySettings.optional(),
  /** Your own agents, by name, described as in an action. A name of a preset replaces the preset. */
  agents: z.record(Name, AgentSpec).optional(),
  /** Workers do the work of all your projects. */
  workers: z
    .strictObject({
      /** `redis://`, `rediss://` or `postgres://` address. */
      queue: z.string().min(1),
      /** The bare git repository through which files travel. */
      exchange: z.string().min(1).optional(),
      namespace: z.string().min(1).optional(),
      /** Only workers with these labels. */
      labels: z.array(z.string().min(1)).optional(),
    })
    .optional(),
});
