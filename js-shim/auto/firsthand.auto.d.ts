// Types of the captures' module build, dist/firsthand.auto.mjs. Kept by hand.
// What each captures, with which properties: docs/AUTO.md.

/** What captures need of an agent. */
export interface Track {
  (event: string, properties?: any, options?: any): unknown;
  page(...args: any[]): unknown;
}

/** Captures by name. */
export type CaptureName =
  | 'pageviews'
  | 'engagement'
  | 'links'
  | 'downloads'
  | 'forms'
  | 'elements'
  | 'clicks'
  | 'frustration'
  | 'notfound'
  | 'errors'
  | 'vitals'
  | 'longtasks'
  | 'media'
  | 'search'
  | 'copy'
  | 'print'
  | 'when';

/** As attributes of the tag: `data-auto`, `data-auto-path` and so on. */
export interface AutoOptions {
  /** Names of captures with spaces between, or `"all"` (the default): all but `clicks`, which has to be named. */
  auto?: string;
  /** What besides the path makes another page: `"search"`, `"hash"` or `"search hash"`. */
  autoPath?: string;
  /** For how many seconds a sign of life counts as engagement; 30. */
  autoIdle?: number | string;
  /** Extensions that are files, in place of the usual ones: `"pdf zip"`. */
  autoFiles?: string;
  /** `"on"`: `clicks` tells the text of what is clicked, without its digits. */
  autoText?: string;
  /** A selector of what an application shows in place of a page that is not there. */
  autoNotfound?: string;
  /** Parameters that have the words of a search, in place of the usual ones: `"q term"`. */
  autoTerms?: string;
  /** Hosts that are your own: links there are not outbound. */
  domains?: string;
  link?: string;
}

/** Starts to capture; returns what ends it and leaves nothing behind. Never throws. */
export type Capture = (track: Track, options?: AutoOptions) => () => void;

export const captures: Record<CaptureName, Capture>;

/** Starts those that `options.auto` names. Returns what ends them. */
export const start: Capture;

/** For `track.use()`: starts those that the agent's own options name. */
export const auto: { name: 'auto'; load(track: Track, agent: { options: AutoOptions }): void };
