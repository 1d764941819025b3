/* Classifies referrers by one table. */
#include "referrer.h"

/* Kinds of hosts, each followed by those who are of it: of two that fit the first
 * counts. A comma joins the hosts of one service, whose name is the first label of
 * the first. A host stands for those under it as well. With a dot at its end it
 * stands for itself under any top-level domain, and for those that a label of three
 * characters or less (www, m, uk) makes of it: what else is under a search engine
 * (accounts, docs) is no search. */
static const char known[] =
    "mail:gmail.com,mail.google.com,android.gm outlook.com,live.com,office.com,"
    "office365.com ymail.com,mail.yahoo. mail.aol.com icloud.com proton.me "
    "ai:chatgpt.com,openai.com perplexity.ai gemini.google.com copilot.microsoft.com "
    "claude.ai grok.com,x.ai deepseek.com mistral.ai meta.ai you.com poe.com phind.com "
    "kimi.com "
    "social:facebook.com,fb.com instagram.com twitter.com,x.com,t.co linkedin.com,"
    "lnkd.in pinterest.,pin.it reddit.com youtube.com,youtu.be tiktok.com threads.com,"
    "threads.net bsky.app,bsky.social mastodon.social vk.com ok.ru weibo.com,weibo.cn "
    "quora.com snapchat.com whatsapp.com,wa.me telegram.org,t.me discord.com,"
    "discord.gg ycombinator.com tumblr.com xing.com "
    "search:google.,android.googlequicksearchbox bing. yahoo.,search.yahoo. "
    "yandex.,ya.ru baidu. duckduckgo. ecosia. naver.,search.naver. qwant. "
    "brave.,search.brave. startpage. seznam.,search.seznam. daum.,search.daum. "
    "sogou. kagi.com "
    "referral:";

/* The service in a list as above that the host is of, or NULL. *type is then the last
 * word so far that ends in a colon. `tld` is where the host's top-level domain begins,
 * which may be one of two labels: co.uk, com.au. */
static const char *find(const char *list, const char *host, const char *tld,
                        const char *end, const char **type) {
  for (const char *at = list, *word = at;; word = ++at) {
    while (*at > ',' && *at != ':') at++;
    ptrdiff_t n = at - word;
    if (*at == ':')
      *type = word;
    else if (n) {
      bool any = at[-1] == '.';
      const char *rest = host + n;
      ptrdiff_t before = (any ? tld : end) - rest;
      if (before >= 0 && (!any || before <= 4) &&
          (before == 0 || host[before - 1] == '.') &&
          memcmp(host + before, word, (size_t)n) == 0)
        return list;
    }
    if (!*at) return NULL;
    if (*at != ',') list = at + 1;
  }
}

/* Appends a member whose value is the first label of a word. */
static void put_label(fh_writer *writer, const char *name, const char *word) {
  size_t n = 0;
  while (word[n] >= 'a') n++;
  fh_put_name(writer, name);
  fh_put_string(writer, word, n);
}

size_t fh_put_referrer(fh_writer *writer, const char *url, const char *own) {
  const char *end = url + fh_cut(url, strlen(url), FH_MAX_URL_BYTES);
  const char *from = fh_authority(url, end);
  const char *to = fh_find(from, fh_find(from, end, '?'), '/');
  const char *at = fh_find(from, to, '@');
  if (at < to) from = at + 1;
  to = fh_find(from, to, ':');
  if (from == to) return 0;
  size_t start = writer->len;
  fh_put_name(writer, "referrer");
  fh_put(writer, "{");
  fh_put_name(writer, "domain");
  char *host = writer->ptr + writer->len + 1;
  fh_put_string(writer, from, (size_t)(to - from));
  char *stop = writer->ptr + writer->len - 1;
  const char *tld = host, *label = host;
  for (char *c = host; c < stop; c++) {
    if (*c >= 'A' && *c <= 'Z') *c |= 0x20;
    if (*c == '.') {
      label = tld;
      tld = c + 1;
    }
  }
  if ((size_t)(tld - label - 3) < 2 && label[0] == 'c' && label[1] == 'o') tld = label;
  size_t told = writer->len - start;
  const char *type, *name = NULL;
  bool internal = find(own, host, tld, stop, &type);
  if (internal)
    type = "internal";
  else
    name = find(known, host, tld, stop, &type);
  if (name) put_label(writer, "name", name);
  put_label(writer, "type", type);
  fh_put_name(writer, "url");
  fh_put_string(writer, url, (size_t)(end - url));
  fh_put(writer, "}");
  return internal ? 0 : told;
}
