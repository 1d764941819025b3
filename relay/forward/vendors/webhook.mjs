// Any address: the event as it stands in the log, or what a mapping makes of it.
import { createHmac } from 'node:crypto';
import { JSON_TYPE } from './dialect.mjs';

export const webhook = {
  needs: ['endpoint'],
  takes: ['headers', 'secret'],
  silent: true,
  limits: { events: 1, bytes: 1_000_000, concurrency: 1 },
  rows: (text, payload, own) => ({ count: 1, text: own.mapped ? payload : text }),
  // One event as an object; with "batch" in the configuration a list of them.
  request(rows, own) {
    const body = own.batch ? `[${rows.join(',')}]` : rows[0];
    const signed = own.secret && {
      'x-firsthand-signature': `sha256=${createHmac('sha256', own.secret).update(body).digest('hex')}`,
    };
    return { url: own.endpoint, headers: { ...JSON_TYPE, ...own.headers, ...signed }, body };
  },
};
