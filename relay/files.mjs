// Static files for a demo or a small site: directories under URL prefixes.
import { realpathSync, statSync } from 'node:fs';
import { join, sep } from 'node:path';
import sirv from 'sirv';

/**
 * Serves directories. Files are looked up at each request, so a rebuilt one is
 * seen at once. Hidden files are not served, nor are parts of files, nor what a link
 * in a directory leads to outside of it.
 *
 * @param {{prefix: string, dir: string}[]} mounts prefix '' is the root, else
 *   it looks like '/fh'. The longest that fits is tried first.
 * @returns {(req, res, path: string) => boolean} false when no file is there,
 *   and then nothing has been answered.
 * @throws when a directory does not exist, or a prefix is not a path.
 */
export function createFiles(mounts) {
  const places = mounts.map(openMount)
    .sort((a, b) => b.prefix.length - a.prefix.length);
  return (req, res, path) => !isHidden(path)
    && places.some((place) => inside(place, path) && give(place, req, res));
}

// What sirv tries behind a path that names no file.
const EXTENSIONS = ['html'];
const ENDS = ['', '/index', ...EXTENSIONS.flatMap((one) => [`.${one}`, `/index.${one}`])];

function openMount({ prefix, dir }) {
  if (!/^(\/[\w.~-]+)*$/.test(prefix)) {
    throw new Error(`"${prefix}" cannot be a mount; it must look like /fh.`);
  }
  if (!statSync(dir, { throwIfNoEntry: false })?.isDirectory()) {
    throw new Error(`There is no directory ${dir} to serve.`);
  }
  // With etag sirv says "no-cache" (ask again), without it "no-store", which
  // would keep the pages out of the browser's back/forward cache.
  return { prefix, root: realpathSync(dir), serve: sirv(dir, { dev: true, etag: true, extensions: EXTENSIONS }) };
}

const inside = (place, path) =>
  (path === place.prefix || path.startsWith(`${place.prefix}/`)) && !leadsOut(place, path);

/** Whether a link leads out of the directory, whichever of the files is meant. */
function leadsOut({ prefix, root }, path) {
  const name = join(root, decodeURI(path.slice(prefix.length)));
  return ENDS.some((end) => {
    try {
      const real = realpathSync(name.replace(/\/$/, '') + end);
      return real !== root && !real.startsWith(root.replace(/\/?$/, sep));
    } catch {
      return false; // there is no such file, or none that can be opened
    }
  });
}

function give({ prefix, serve }, req, res) {
  const { url } = req;
  req.url = url.slice(prefix.length).replace(/^(?!\/)/, '/');
  // sirv 3.0.2 fails on a range that ends before it starts. A server may
  // ignore Range (RFC 9110, 14.2).
  delete req.headers.range;
  // It also leaves the file's stream without an owner: a file that vanishes
  // would end the process, a visitor who leaves would keep it open.
  const own = (stream) => {
    stream.once('error', () => res.destroy());
    res.once('close', () => stream.destroy());
  };
  res.once('pipe', own);
  let found = true;
  serve(req, res, () => { found = false; });
  if (!found) res.off('pipe', own);
  req.url = url;
  return found;
}

/**
 * A path with a segment that starts with a dot, but for /.well-known/; or with a sign
 * that no file of a site has, and some systems read as another.
 */
function isHidden(path) {
  try {
    return /\/\.(?!well-known(\/|$))|[\0\\]/.test(decodeURI(path));
  } catch {
    return true; // what cannot be decoded names no file
  }
}
