/* What the core does for a page that tracks, again and again: tests/bench/callgrind.mjs
 * counts its instructions.
 *   workload EVENTS */
#include <stdio.h>
#include <stdlib.h>

#include "firsthand.h"

static fh_agent agent;

static size_t put(const char *text) {
  size_t len = strlen(text);
  memcpy(fh_io(&agent), text, len);
  return len;
}

static const char config[] =
    "{\"key\":\"test\",\"entropy\":[1,2,3,4],\"options\":{},"
    "\"domain\":\"shop.example \"}";

static const char facts[] =
    "\"page\":{\"url\":\"https://shop.example/games/monopoly?utm_source=mail#top\","
    "\"title\":\"Monopoly: 3rd Edition\",\"referrer\":\"https://shop.example/\"},"
    "\"browser\":{\"userAgent\":\"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36\",\"locale\":\"en-GB\","
    "\"timezone\":\"Europe/London\",\"screen\":{\"width\":1920,\"height\":1080,"
    "\"density\":1},\"viewport\":{\"width\":1280,\"height\":720},\"device\":"
    "{\"memory\":8,\"cores\":4}},";

static const char event[] =
    "{%s\"type\":\"track\",\"event\":\"Product Viewed\",\"properties\":"
    "{\"product_id\":\"p-%d\",\"sku\":\"G-32\",\"category\":\"Games\",\"name\":"
    "\"Monopoly: 3rd Edition\",\"brand\":\"Hasbro\",\"price\":18.99,\"quantity\":1,"
    "\"coupon\":\"MAYDEALS\"}}";

/* Bursts of 100 events: stored, sent, answered. */
int main(int argc, char **argv) {
  int events = argc > 1 ? atoi(argv[1]) : 1000;
  char text[2048];
  fh_clock now = {1.7e12, 0};
  if (fh_start(&agent, put(config), now) < 0) return 1;
  for (int n = 0; n < events; n++) {
    snprintf(text, sizeof text, event, n ? "" : facts, n);
    now.wall++, now.mono++;
    if (fh_event(&agent, (int)put(text), now) < 0) return 2;
    if (n % 100 < 99 && n + 1 < events) continue;
    while (fh_journal(&agent)) continue;
    for (;;) {
      now.wall += 300, now.mono += 300;
      if (!fh_take(&agent, 0, now)) break;
      if (fh_ack(&agent, 200, put("{\"success\":true}"), 0, now) < 0) return 3;
    }
  }
  return fh_poll(&agent, now) == -1 ? 0 : 4;
}
