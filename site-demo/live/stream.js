// @ts-check
// The connection to the relay's log, kept up for as long as the page lives.

const AGAIN_MS = 2000;

/**
 * @param {object} on
 * @param {(json: string) => void} on.event one stored event
 * @param {() => void} on.restart what came so far was another log
 * @param {(state: 'connecting' | 'live' | 'lost') => void} on.state
 */
export const follow = (on) => {
  let position = 0;

  const connect = () => {
    const source = new EventSource(`/events?after=${position || ''}`);
    source.onopen = () => on.state('live');
    source.onmessage = ({ data, lastEventId }) => {
      // A log only grows, so a step back means that the relay has a new one.
      if (Number(lastEventId) <= position) on.restart();
      position = Number(lastEventId);
      on.event(data);
    };
    source.onerror = () => {
      on.state('lost');
      // After a broken line the browser comes back by itself, and says where it
      // was. An answer that is no stream (a proxy's 502) ends it for good.
      if (source.readyState === EventSource.CLOSED) {
        setTimeout(connect, AGAIN_MS);
      }
    };
  };

  on.state('connecting');
  connect();
};
