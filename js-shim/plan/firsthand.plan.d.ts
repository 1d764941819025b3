// Types of firsthand/plan, dist/firsthand.plan.mjs: events held against a tracking plan,
// in a page or in Node. Kept by hand. docs/PLAN.md tells the format.

/** Who sends an event. */
export type Side = 'client' | 'server';

export type ValueType = 'string' | 'number' | 'integer' | 'boolean' | 'object' | 'array' | 'null';

/** What a property may be. */
export interface PlannedProperty {
  description?: string;
  /** One, or some; any if left out. */
  type?: ValueType | ValueType[];
  required?: boolean;
  /** The values that are allowed. */
  enum?: (string | number | boolean | null)[];
  minimum?: number;
  maximum?: number;
  /** Of an array: what each element has to be. */
  items?: PlannedProperty;
  /** Of an object. */
  properties?: Record<string, PlannedProperty>;
  additionalProperties?: boolean;
  /** It tells who somebody is. */
  pii?: boolean;
  meta?: Record<string, any>;
}

/** What an event may be; what is said of it besides is for people, and for `firsthand plan advise`. */
export interface PlannedEvent {
  description?: string;
  owner?: string;
  /** `both` if left out. */
  side?: Side | 'both';
  /** The category that the visitor must not have denied. */
  consent?: string;
  properties?: Record<string, PlannedProperty>;
  additionalProperties?: boolean;
  /** What it is for. */
  objective?: 'behaviour' | 'marketing' | 'revenue' | 'operations';
  /** Where what it tells is known. */
  source?: 'page' | 'server' | 'both';
  revenue?: boolean;
  /** It happens where no page of the site is: a renewal, a webhook, a shop floor. */
  offsite?: boolean;
  /** Something depends on each single one. */
  critical?: boolean;
  pii?: boolean;
  /** It is of little use without what only the page knows: campaign, referrer, device. */
  context?: boolean;
  meta?: Record<string, any>;
}

/** A tracking plan. */
export interface Plan {
  $schema?: string;
  format: 1;
  name?: string;
  /** The site's own. */
  version?: string | number;
  description?: string;
  /** Of track, by their names. */
  events: Record<string, PlannedEvent>;
  /** Of the other calls; one that is not there is not checked. */
  calls?: Partial<Record<'page' | 'screen' | 'identify' | 'group' | 'alias', PlannedEvent>>;
  /** That any track, page and screen event may have. */
  properties?: Record<string, PlannedProperty>;
  /** true: events that are not in the plan are right, too. */
  additionalEvents?: boolean;
  additionalProperties?: boolean;
  meta?: Record<string, any>;
}

/** Where an event is not as the plan says, or a plan not as the format. */
export interface Violation {
  kind: 'unknown_event' | 'wrong_side' | 'consent' | 'missing' | 'type' | 'value' | 'range' | 'unknown_property' | 'unreadable' | 'plan';
  /** As `properties.products[0].price`. */
  path: string;
  /** Never has a value of the event in it. */
  message: string;
  /** The name or value that may have been meant. */
  suggestion?: string;
}

/** What a plan has wrong. */
export class PlanError extends Error {
  problems: Violation[];
}

/**
 * Reads a plan.
 * @param plan the object, or its JSON text of 256 KB at most
 * @returns checks an event, of which `type` may be left out where it has an `event`;
 *   `side` is who sends it; if left out, the event's `context.library`
 *   may tell. An empty list: it is right
 * @throws PlanError
 */
export function createChecker(plan: Plan | string | object): (event: object, side?: Side) => Violation[];

/**
 * For `track.use()`: holds the events of an agent against its option `plan`, as its
 * option `planMode` says. Before `track.use(bridge)`.
 */
export const plan: { name: 'plan'; load(track: any, agent: any): void };
