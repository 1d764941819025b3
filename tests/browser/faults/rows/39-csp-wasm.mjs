export default {
  number: 39,
  order: 26,
  name: 'CSP without wasm-unsafe-eval',
  expect: 'all live, by the twin in JavaScript',
  repeats: 3,
  liveMs: 1000,
  nextMs: 1000,
  run: async ({ site, visit, track, proof }) => {
    const html = site.html();
    site.pages['/csp'] = (req, res) => res.writeHead(200, { 'content-type': 'text/html', 'content-security-policy': "script-src 'self'" }).end(html);
    const page = await visit('/csp');
    const refused = await page.eval(() => {
      try {
        new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])));
        return false;
      } catch {
        return true;
      }
    });
    proof(refused, 'WebAssembly is allowed');
    await track(page);
  },
};
