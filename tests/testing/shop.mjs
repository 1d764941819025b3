// Pages with the built agent on them, whose endpoint must never hear of anything:
// what reaches it is in `leaked`.
import { createServer } from 'node:http';
import { readFileSync } from 'node:fs';
import { SNIPPET } from '../browser/site.mjs';

const inline = (code) => `<script>${code}</script>`;
const agent = (src = '/fh/firsthand.js') => `<script async src="${src}" data-key="test" data-endpoint="/v1/batch"></script>`;
const html = (head, body = '') => `<!doctype html><html><head><meta charset="utf-8"><title>Shop</title>${SNIPPET}${head}</head><body>${body}</body></html>`;
const leave = '<a id="go" href="/next">on</a>';

const PAGES = {
  '/': html(agent(), leave),
  '/next': html(agent()),
  // Says so when it is left, which no script of it outlives.
  '/leaving': html(agent() + inline("addEventListener('pagehide', () => track('Left', { n: Number(new URLSearchParams(location.search).get('n')) }))"), leave),
  '/without-agent': html(agent('/never.js'), leave),
  '/popup': html(agent() + inline("track('Popup Opened')")),
  '/opener': html(agent(), `<button onclick="window.open('/popup')">open</button>`),
  '/framed': html('', '<iframe src="/in-frame"></iframe>'),
  '/in-frame': html(agent() + inline("track('In A Frame')")),
  '/empty': '<!doctype html><title>Empty</title>',
};
const POLICIES = { '/policy': "script-src 'self' 'unsafe-inline' 'wasm-unsafe-eval'; connect-src 'self'" };

export const startShop = async () => {
  const leaked = [];
  const server = createServer((req, res) => {
    const { pathname } = new URL(req.url, 'http://shop');
    if (req.method === 'POST') {
      leaked.push(pathname);
      return res.writeHead(204).end();
    }
    if (pathname.startsWith('/fh/')) return res.writeHead(200, { 'content-type': 'text/javascript' }).end(readFileSync(`dist/${pathname.slice(4)}`));
    const page = PAGES[pathname] ?? (POLICIES[pathname] && PAGES['/']);
    const policy = POLICIES[pathname] && { 'content-security-policy': POLICIES[pathname] };
    return res.writeHead(page ? 200 : 404, { 'content-type': 'text/html', ...policy }).end(page);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  return {
    url: `http://127.0.0.1:${port}`,
    otherUrl: `http://localhost:${port}`,
    leaked,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};
