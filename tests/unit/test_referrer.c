#include "referrer.h"

#include "check.h"
#include "tree.h"

static char out[4 * FH_MAX_URL_BYTES];
static size_t told;

/* {"referrer":…} as a tree; NULL, if nothing is printed. */
static const fh_json *referrer(const char *url, const char *own) {
  fh_writer writer = fh_writer_on(out, sizeof out);
  fh_put(&writer, "{");
  told = fh_put_referrer(&writer, url, own);
  if (writer.len == 1) return NULL;
  fh_put(&writer, "}");
  int code;
  return fh_json_get(tree_of(writer.ptr, writer.len, &code), "referrer");
}

static void kinds_of_hosts(void) {
  static const struct {
    const char *host, *kind; /* type, or type and name */
  } rows[] = {
      {"www.google.com", "search google"},
      {"google.com", "search google"},
      {"www.google.de", "search google"},
      {"www.google.co.uk", "search google"},
      {"google.com.au", "search google"},
      {"www.google.com.br", "search google"},
      {"com.google.android.googlequicksearchbox", "search google"},
      {"www.bing.com", "search bing"},
      {"cn.bing.com", "search bing"},
      {"search.yahoo.com", "search yahoo"},
      {"uk.search.yahoo.com", "search yahoo"},
      {"www.yahoo.co.jp", "search yahoo"},
      {"search.yahoo.co.jp", "search yahoo"},
      {"yandex.ru", "search yandex"},
      {"yandex.com.tr", "search yandex"},
      {"ya.ru", "search yandex"},
      {"www.baidu.com", "search baidu"},
      {"m.baidu.com", "search baidu"},
      {"duckduckgo.com", "search duckduckgo"},
      {"www.ecosia.org", "search ecosia"},
      {"search.naver.com", "search naver"},
      {"m.search.naver.com", "search naver"},
      {"www.qwant.com", "search qwant"},
      {"search.brave.com", "search brave"},
      {"www.startpage.com", "search startpage"},
      {"eu.startpage.com", "search startpage"},
      {"search.seznam.cz", "search seznam"},
      {"search.daum.net", "search daum"},
      {"www.sogou.com", "search sogou"},
      {"m.sogou.com", "search sogou"},
      {"kagi.com", "search kagi"},
      {"www.facebook.com", "social facebook"},
      {"l.facebook.com", "social facebook"},
      {"lm.facebook.com", "social facebook"},
      {"m.facebook.com", "social facebook"},
      {"business.facebook.com", "social facebook"},
      {"l.instagram.com", "social instagram"},
      {"t.co", "social twitter"},
      {"twitter.com", "social twitter"},
      {"x.com", "social twitter"},
      {"mobile.x.com", "social twitter"},
      {"www.linkedin.com", "social linkedin"},
      {"lnkd.in", "social linkedin"},
      {"www.pinterest.de", "social pinterest"},
      {"www.pinterest.co.uk", "social pinterest"},
      {"pin.it", "social pinterest"},
      {"old.reddit.com", "social reddit"},
      {"out.reddit.com", "social reddit"},
      {"m.youtube.com", "social youtube"},
      {"youtu.be", "social youtube"},
      {"www.tiktok.com", "social tiktok"},
      {"l.threads.com", "social threads"},
      {"www.threads.net", "social threads"},
      {"bsky.app", "social bsky"},
      {"go.bsky.app", "social bsky"},
      {"mastodon.social", "social mastodon"},
      {"away.vk.com", "social vk"},
      {"ok.ru", "social ok"},
      {"m.weibo.cn", "social weibo"},
      {"www.quora.com", "social quora"},
      {"www.snapchat.com", "social snapchat"},
      {"web.whatsapp.com", "social whatsapp"},
      {"t.me", "social telegram"},
      {"web.telegram.org", "social telegram"},
      {"discord.com", "social discord"},
      {"news.ycombinator.com", "social ycombinator"},
      {"chatgpt.com", "ai chatgpt"},
      {"chat.openai.com", "ai chatgpt"},
      {"www.perplexity.ai", "ai perplexity"},
      {"gemini.google.com", "ai gemini"},
      {"copilot.microsoft.com", "ai copilot"},
      {"claude.ai", "ai claude"},
      {"you.com", "ai you"},
      {"grok.com", "ai grok"},
      {"chat.deepseek.com", "ai deepseek"},
      {"chat.mistral.ai", "ai mistral"},
      {"www.meta.ai", "ai meta"},
      {"poe.com", "ai poe"},
      {"www.phind.com", "ai phind"},
      {"mail.google.com", "mail gmail"},
      {"com.google.android.gm", "mail gmail"},
      {"outlook.live.com", "mail outlook"},
      {"outlook.office.com", "mail outlook"},
      {"outlook.office365.com", "mail outlook"},
      {"mail.yahoo.com", "mail ymail"},
      {"uk.mail.yahoo.com", "mail ymail"},
      {"mail.yahoo.co.jp", "mail ymail"},
      {"mail.proton.me", "mail proton"},
      {"shop.example", "internal"},
      {"www.shop.example", "internal"},
      {"a.b.shop.example", "internal"},
      {"pay.example", "internal"},
      {"sub.pay.example", "internal"},
      {"last.example", "internal"},
      {"brand.de", "internal"},
      {"www.brand.co.uk", "internal"},
      {"blog.example", "referral"},
      {"localhost", "referral"},
      {"google", "referral"},
      {"127.0.0.1", "referral"},
      /* what only looks like one of them */
      {"notgoogle.com", "referral"},
      {"google.com.evil.example", "referral"},
      {"google.evil.example", "referral"},
      {"google.evil.com", "referral"},
      {"www.google.com.evil.example", "referral"},
      {"google.co.evil.example", "referral"},
      {"google.abc.io", "referral"},
      {"my-google.com", "referral"},
      {"google-news.com", "referral"},
      {"accounts.google.com", "referral"},
      {"docs.google.com", "referral"},
      {"sites.google.com", "referral"},
      {"x.company.com", "referral"},
      {"t.co.uk", "referral"},
      {"t.company", "referral"},
      {"max.com", "referral"},
      {"netflix.com", "referral"},
      {"x.com.evil.example", "referral"},
      {"at.co", "referral"},
      {"reddit.com.co", "referral"},
      {"facebook.com.br", "referral"},
      {"myfacebook.com", "referral"},
      {"meta.ai.example", "referral"},
      {"notshop.example", "referral"},
      {"shop.example.com", "referral"},
      {"pay.example.evil", "referral"},
      {"example", "referral"},
      {"com", "referral"},
      {"co", "referral"},
      {".", "referral"},
      {"..", "referral"},
      {".co.", "referral"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char url[128], kind[64];
    snprintf(url, sizeof url, "https://%s/", rows[i].host);
    const fh_json *made = referrer(url, "shop.example pay.example,  last.example,brand.");
    const char *name = fh_json_get_text(made, "name");
    snprintf(kind, sizeof kind, "%s%s%s", fh_json_get_text(made, "type"),
             *name ? " " : "", name);
    CHECK_ROW(strcmp(kind, rows[i].kind) == 0, rows[i].host);
    CHECK_ROW(strcmp(fh_json_get_text(made, "domain"), rows[i].host) == 0, rows[i].host);
    CHECK_ROW((told == 0) == (strcmp(kind, "internal") == 0), rows[i].host);
  }
}

static void hosts_in_addresses(void) {
  static const char *const rows[][2] = {
      {"https://WWW.Google.COM/", "www.google.com"},
      {"https://a.example", "a.example"},
      {"https://a.example/b@c:d", "a.example"},
      {"https://a.example?b=/c", "a.example"},
      {"https://a.example:8443/", "a.example"},
      {"https://user@a.example/", "a.example"},
      {"https://user:pass@a.example:8443/b", "a.example"},
      {"https://google.com@evil.example/", "evil.example"},
      {"https://google.com:80@evil.example/", "evil.example"},
      {"android-app://com.a.b/", "com.a.b"},
      {"HTTPS://[::1]:8080/", "["},
      {"https://m\xc3\xbcnchen.example/", "m\xc3\xbcnchen.example"},
      {"https://a\"b\\.example/", "a\"b\\.example"},
      {"", ""},
      {"about:blank", ""},
      {"7", ""},
      {"/path", ""},
      {"https://", ""},
      {"https:///path", ""},
      {"https://:80/", ""},
      {"https://@/", ""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    const fh_json *made = referrer(rows[i][0], "");
    CHECK_ROW(strcmp(fh_json_get_text(made, "domain"), rows[i][1]) == 0, rows[i][0]);
    CHECK_ROW(!made == !*rows[i][1], rows[i][0]);
    if (made)
      CHECK_ROW(strcmp(fh_json_get_text(made, "url"), rows[i][0]) == 0, rows[i][0]);
  }
}

static void how_it_is_printed(void) {
  referrer("https://www.google.com/?q", "");
  CHECK(told == strlen("\"referrer\":{\"domain\":\"www.google.com\""));
  static const char text[] =
      "{\"referrer\":{\"domain\":\"www.google.com\",\"name\":\"google\","
      "\"type\":\"search\",\"url\":\"https://www.google.com/?q\"}}";
  CHECK(memcmp(out, text, sizeof text - 1) == 0);
}

/* Lists of own hosts are as people write them. */
static void own_hosts_that_are_none(void) {
  static const char *const rows[] = {
      "",  " ",          ",",          " ,, ",
      ".", ":",          "a:b",        "https://a.example/",
      "a", "a.example.", ":a.example", "b.a.example"};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    CHECK_ROW(strcmp(fh_json_get_text(referrer("https://a.example/", rows[i]), "type"),
                     strcmp(rows[i], ":a.example") ? "referral" : "internal") == 0,
              rows[i]);
}

static void what_does_not_fit(void) {
  static const char url[] = "https://l.facebook.com/path";
  fh_writer whole = fh_writer_on(out, sizeof out);
  fh_put_referrer(&whole, url, "a.example");
  for (size_t cap = 0; cap < whole.len + 2; cap++) {
    char *exact = malloc(cap ? cap : 1);
    fh_writer writer = fh_writer_on(exact, cap);
    fh_put_referrer(&writer, url, "a.example");
    CHECK(writer.full == (cap < whole.len));
    free(exact);
  }
}

int main(void) {
  RUN(kinds_of_hosts);
  RUN(hosts_in_addresses);
  RUN(how_it_is_printed);
  RUN(own_hosts_that_are_none);
  RUN(what_does_not_fit);
  return finish();
}
