// What the relay counts, for Prometheus (prometheus.io/docs/instrumenting).
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

// Of the process, so once for all relays in it, and only when somebody asks.
let ofProcess;

/**
 * @param {object} gauges by name: {help, value()}, read when somebody asks.
 * @param {() => Promise<object>} forwarding `status` of `startForwarding`.
 * @returns {{request, events, text, contentType}}
 */
export function createMetrics(gauges, forwarding) {
  const registers = [new Registry()];
  const make = (Type, name, help, more) => new Type({ name: `firsthand_relay_${name}`, help, registers, ...more });

  const requests = make(Counter, 'requests_total', 'Requests by call and status', { labelNames: ['call', 'status'] });
  const seconds = make(Histogram, 'request_seconds', 'From the request\'s head to its answer, by call', {
    labelNames: ['call'], buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  });
  const bytes = make(Counter, 'body_bytes_total', 'Bytes of bodies, uncompressed');
  const events = make(Counter, 'events_total', 'Events by source and result', { labelNames: ['source', 'result'] });
  const refused = make(Counter, 'refused_total', 'Refused events by reason', { labelNames: ['reason'] });
  for (const [name, { help, value }] of Object.entries(gauges)) {
    make(Gauge, name, help, { collect() { this.set(value()); } });
  }

  // All of it is counted there; here it is only named.
  const forwarded = make(Counter, 'forwarded_total', 'Events by destination and what became of them', { labelNames: ['destination', 'result'] });
  const failures = make(Counter, 'forward_failures_total', 'Attempts that failed', { labelNames: ['destination'] });
  const failing = make(Gauge, 'forward_failing', '1 while the attempts of a destination fail', { labelNames: ['destination'] });
  const behind = make(Gauge, 'forward_behind', 'Events that a destination is not done with', { labelNames: ['destination'] });
  const letters = make(Gauge, 'forward_dead_letters', 'Dead letters that are kept', { labelNames: ['destination'] });
  async function readForwarding() {
    for (const metric of [forwarded, failures, failing, behind, letters]) metric.reset();
    for (const [destination, status] of Object.entries(await forwarding())) {
      for (const result of ['delivered', 'kept', 'dead']) forwarded.inc({ destination, result }, status[result]);
      failures.inc({ destination }, status.failures);
      failing.set({ destination }, status.since === undefined ? 0 : 1);
      behind.set({ destination }, status.behind);
      letters.set({ destination }, status.letters);
    }
  }

  return {
    /** An answer, after so many ms. */
    request(call, status, ms) {
      requests.inc({ call, status });
      seconds.observe({ call }, ms / 1000);
    },
    /** What a request's body came to. */
    events({ source, size, stored, duplicates = 0, wrong }) {
      bytes.inc(size);
      if (stored) events.inc({ source, result: 'stored' }, stored);
      if (duplicates) events.inc({ source, result: 'duplicate' }, duplicates);
      if (wrong.length > 0) events.inc({ source, result: 'refused' }, wrong.length);
      for (const { reason } of wrong) refused.inc({ reason });
    },
    async text() {
      if (!ofProcess) collectDefaultMetrics({ register: ofProcess = new Registry() });
      await readForwarding();
      return Registry.merge([registers[0], ofProcess]).metrics();
    },
    contentType: Registry.PROMETHEUS_CONTENT_TYPE,
  };
}
