// The floor that the relay is measured against: http, JSON.parse, and the relay's own
// log, so the same transaction and the same group commit. It checks nothing, adds
// nothing but receivedAt and logs nothing.
import { createServer } from 'node:http';
import { openEventLog } from '../../relay/eventlog.mjs';

const log = openEventLog(process.argv[2]);

const server = createServer(async (req, res) => {
  const chunks = [];
  for await (const chunk of req) chunks.push(chunk);
  const { writeKey, batch } = JSON.parse(Buffer.concat(chunks));
  const receivedAt = new Date().toISOString();
  await log.append(batch.map((event) => {
    const { messageId, type, timestamp } = event;
    return { messageId, type, timestamp, writeKey, receivedAt, body: JSON.stringify({ ...event, receivedAt }) };
  }));
  const body = '{"success":true}';
  res.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': body.length }).end(body);
});

server.listen(0, '127.0.0.1', () => console.log(`floor listens on http://127.0.0.1:${server.address().port}`));
