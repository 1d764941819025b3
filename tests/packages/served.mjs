// A folder that a bundler has written, as pages for startSite (../browser/site.mjs).
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative } from 'node:path';

// Without a charset, as many a server has it: what a file says of itself must do.
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };

/** @param {string[]} [routes] paths that get the folder's index.html as well, as of an application with a router */
export const served = (folder, routes = []) => {
  const pages = {};
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath ?? entry.path, entry.name);
    pages[`/${relative(folder, file)}`] = (req, res) => {
      res.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' });
      res.end(readFileSync(file));
    };
  }
  for (const route of ['/', ...routes]) pages[route] = pages['/index.html'];
  return pages;
};
