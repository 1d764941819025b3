// The relay inside another server.
import { createServer } from 'node:http';
import { createRelay, type DestinationStatus, type EventRow, type LedgerDay, type Relay, type RelayOptions } from 'firsthand-relay';

const options: RelayOptions = {
  db: 'events.db', trustProxy: 1, ip: 'truncated', rates: { key: 100 }, renew: ['shop.example'], viewToken: 'a-token-of-16-or-more',
  plan: 'plan.json', planMode: 'block',
  inspect: ({ type, body }: EventRow) => (type === 'alias' && body.length > 9 ? { reason: 'no', message: 'no aliases here' } : undefined),
};
export const relay: Relay = createRelay(options);
createServer(relay.handler);

export const run = async (): Promise<string> => {
  const url: string = await relay.listen({ port: 0 });
  const response: Response = await relay.fetch(new Request(url), { address: '192.0.2.1' });
  const status: Record<string, DestinationStatus> = await relay.forwarding.status();
  const days = relay.log.ledger.view(new URLSearchParams('days=7')) as { days: LedgerDay[] };
  await relay.log.retain({ days: 90 });
  await relay.close();
  return `${response.status} ${status['crm']?.behind ?? 0} ${days.days[0]?.missing ?? 0} ${relay.log.last()}`;
};
