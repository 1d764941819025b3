// What is known of who sent a request and is added to its events' "context", by
// the names of Segment's spec: ip, location, userAgent, os, device; and browser and
// bot. What an event says itself stays.
import { isbot } from 'isbot';
import UAParser from 'ua-parser-js';
import { truncate } from './address.mjs';
import { USER_AGENT_CHARS, USER_AGENTS } from './limits.mjs';

const member = (name, value) => [name, `${JSON.stringify(name)}:${JSON.stringify(value)}`];

/** An object without what is unknown; undefined where nothing is known. */
function known(object) {
  const pairs = Object.entries(object).filter(([, value]) => value !== undefined);
  return pairs.length > 0 ? Object.fromEntries(pairs) : undefined;
}

function readAgent(text) {
  const { os, device, browser } = new UAParser(text).getResult();
  const facts = {
    os: known({ name: os.name, version: os.version }),
    device: known({ type: device.type, manufacturer: device.vendor, model: device.model }),
    browser: known({ name: browser.name, version: browser.version }),
    bot: isbot(text) || undefined,
  };
  return Object.entries(facts).filter(([, value]) => value).map((pair) => member(...pair));
}

// The same few hundred agents send nearly everything.
const agents = new Map();
function agentFacts(userAgent) {
  const text = userAgent.slice(0, USER_AGENT_CHARS);
  let facts = agents.get(text);
  if (!facts) {
    facts = readAgent(text);
    agents.set(text, facts);
    if (agents.size > USER_AGENTS) agents.delete(agents.keys().next().value);
  }
  return facts;
}

/**
 * @param {object} options
 * @param {'full'|'truncated'|'none'} options.ip what is kept of an address.
 * @param {(address: string) => object|undefined} [options.locate] geo.mjs
 * @returns {(request: {headers: object, address: string|undefined}) => sender}
 *   what is known of one request:
 *  - `facts(userAgent, ip) → [name, member][]`: members as texts, for an event
 *    whose context says these itself, or undefined;
 *  - `factsText(userAgent) → string`: the same joined; the user agent is a text of
 *    JSON.
 */
export function createSenders({ ip, locate = () => undefined }) {
  const shown = { full: (address) => address, truncated: truncate, none: () => undefined }[ip];

  function addressFacts(address) {
    const location = locate(address);
    const text = shown(address);
    return [...(text ? [member('ip', text)] : []), ...(location ? [member('location', location)] : [])];
  }

  return ({ headers, address }) => {
    // The address of a server is not that of the visitor whom it tells of.
    const isPage = headers.origin !== undefined || headers['sec-fetch-site'] !== undefined;
    const agent = isPage ? headers['user-agent'] : undefined;
    const here = isPage && address ? addressFacts(address) : [];
    const texts = new Map();

    function facts(userAgent, own) {
      const said = typeof userAgent === 'string' ? userAgent : agent;
      return [
        ...(typeof own === 'string' ? addressFacts(own) : here),
        ...(agent && userAgent === undefined ? [member('userAgent', agent)] : []),
        ...(said ? agentFacts(said) : []),
      ];
    }

    return {
      facts,
      factsText(userAgent) {
        let text = texts.get(userAgent);
        if (text === undefined) {
          text = facts(userAgent && JSON.parse(userAgent)).map(([, fact]) => fact).join(',');
          texts.set(userAgent, text);
        }
        return text;
      },
    };
  };
}
