// The types of firsthand-relay. What each option and function does is said once, in
// index.mjs.
import type { IncomingMessage, ServerResponse } from 'node:http';

/** An event as it is to be stored. `body` is its JSON text. */
export interface EventRow {
  messageId: string;
  type: 'track' | 'identify' | 'page' | 'screen' | 'group' | 'alias';
  writeKey: string;
  /** ISO 8601, by the relay's clock. */
  timestamp: string;
  receivedAt: string;
  body: string;
}

export interface RelayOptions {
  /** SQLite file, made when missing. */
  db?: string;
  /** An open event log instead of that file; the relay closes it. */
  log?: unknown;
  /** Directory served at "/". */
  site?: string;
  mounts?: { prefix: string; dir: string }[];
  /** pino's; LOG_LEVEL or "info". */
  logLevel?: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** false: no cookie tells the site's next page what arrived. */
  ackCookie?: boolean;
  /** Domains of sites whose visitors' ids outlive the cookie that the page writes. */
  renew?: string[];
  /** How many proxies of your own stand before the relay; true: one. */
  trustProxy?: boolean | number;
  /** What is kept of a visitor's address: "full". */
  ip?: 'full' | 'truncated' | 'none';
  /** Database of places in MaxMind's format. */
  geo?: string;
  /** File of those who may send; without it every writeKey is taken. */
  sources?: string;
  /** Events per second that one writeKey and one address may send. */
  rates?: { key?: number; address?: number };
  /** File of the tracking plan that events are held against. */
  plan?: string;
  /** An event that is not as the plan says is marked, or refused. */
  planMode?: 'warn' | 'block';
  /** Of `readDestinations`: where events go on to. */
  destinations?: Record<string, object>;
  /** The last word on an event: says why it is refused. */
  inspect?: (row: EventRow) => { reason: string; message: string } | undefined;
  /** Opens the views to whoever has it, 16 characters or more; else only this machine has them. */
  viewToken?: string;
  heartbeatMs?: number;
  /** ms since 1970. */
  now?: () => number;
}

/** What Fastify gives a plugin, as far as the relay needs it. */
interface FastifyLike {
  readonly prefix: string;
  removeAllContentTypeParsers(): void;
  addContentTypeParser(type: string, parser: (...args: any[]) => any): unknown;
  all(path: string, handler: (request: any, reply: any) => any): unknown;
}

export interface Relay {
  /** Everything, for a node:http server. */
  handler(request: IncomingMessage, response: ServerResponse): Promise<void>;
  /** What stands under /v1/, for Express and the like. */
  middleware(request: IncomingMessage, response: ServerResponse, next: (error?: unknown) => void): void;
  /** The same for Fastify: `app.register(relay.fastify, { prefix })`. */
  fastify(instance: FastifyLike): Promise<void>;
  /** The same for whatever speaks fetch. `address`: the other end of the socket. */
  fetch(request: Request, from?: { address?: string }): Promise<Response>;
  /** A server of its own; resolves to its address. */
  listen(at?: { port?: number; host?: string; headMs?: number; requestMs?: number }): Promise<string>;
  /** Reads the file of sources anew; throws, and keeps what was, when it is wrong. */
  reload(): void;
  /** What is counted, for Prometheus. */
  metrics(): Promise<string>;
  /** Takes nothing new, finishes what is in hand, closes the log. */
  close(): Promise<void>;
  /** The event log; what else it has is said in eventlog.mjs. */
  readonly log: EventLog;
  readonly forwarding: Forwarding;
}

/** What an event log stores, and shows of itself. */
export interface EventLog {
  append(events: EventRow[], batch?: object): Promise<{ stored: number; duplicates: number; through?: Map<string, number> }>;
  read(after: number, limit: number): (Omit<EventRow, 'timestamp'> & { seq: number })[];
  last(): number;
  count(): number;
  retain(options: { days?: number; rows?: number; unread?: boolean }): Promise<{ removed: number }>;
  /** What `/ledger` answers; see ledger.mjs. */
  readonly ledger: { view(query: URLSearchParams, now?: number): object };
  [more: string]: any;
}

/** One day of `/ledger?days=N`, UTC. */
export interface LedgerDay {
  day: string;
  /** Retention has removed a part of it. */
  partial: boolean;
  streams: number;
  expected: number;
  received: number;
  doubledOnTheWire: number;
  missing: number;
  late: number;
  /** By the agent's reason. */
  dropped: Record<string, number>;
  /** By type: all events of that day. */
  stored: Record<string, number>;
  /** How many were at most so old when they were sent, by `agesMs`; the last: older. */
  ages: number[];
}

/** How a destination gets on. Counts are of this process; `behind` and `letters` are the log's. */
export interface DestinationStatus {
  delivered: number;
  kept: number;
  dead: number;
  failures: number;
  behind: number;
  letters: number;
  /** While attempts fail: since when, and why. */
  since?: string;
  error?: string;
}

export interface Forwarding {
  status(): Promise<Record<string, DestinationStatus>>;
  close(): Promise<void>;
}

/** @throws when the database, a file or a directory cannot be used. */
export function createRelay(options?: RelayOptions): Relay;
