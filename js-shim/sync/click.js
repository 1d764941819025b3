// Meta's click id: rebuilt from the address where Meta's own script has not come, and kept
// in Meta's own cookie, which the agent and that script read. The letters of a click id
// are never changed. (developers.facebook.com/docs/marketing-api/conversions-api/
// parameters/fbp-and-fbc)

const NAME = '_fbc';

const cookieOf = () => (document.cookie.match(/(?:^|; )_fbc=([^;]*)/) || [])[1];

// 0 for "com", 1 for "example.com", 2 for "www.example.com".
const write = (value, domain, rest) => {
  const where = domain.includes('.') && !/\.\d+$/.test(domain) ? `; Domain=${domain}` : '';
  const secure = location.protocol === 'https:' ? '; Secure' : '';
  document.cookie = `${NAME}=${value}; Path=/; SameSite=Lax${where}${secure}; ${rest}`;
};

/** Keeps a click id that the cookie does not have. True, if it was one. */
export const keepClick = (id, domain, seconds) => {
  const found = cookieOf();
  if (!/^[\w-]+$/.test(id) || (found && found.split('.').slice(3).join('.') === id)) return false;
  write(`fb.${domain.split('.').length - 1}.${Date.now()}.${id}`, domain, `Max-Age=${seconds}`);
  return cookieOf() !== found;
};

/** Deletes the cookie, Meta's as well. True, if there was one. */
export const dropClick = (domain) => {
  if (!cookieOf()) return false;
  write('', domain, 'Max-Age=0');
  return true;
};
