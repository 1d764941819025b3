/* One page with its agent, for tests through firsthand.h: a clock that the test
 * moves, and the last batch taken apart. */
#ifndef FH_TESTS_WORLD_H
#define FH_TESTS_WORLD_H

#include <stdio.h>
#include <stdlib.h>

#include "firsthand.h"
#include "tree.h"

#define ACCEPTED "{\"success\":true}"

typedef struct world {
  fh_clock now;
  char body[FH_IO_BYTES + 1]; /* the last batch taken, ended by NUL */
  size_t body_len;
  uint32_t events; /* in it */
  uint32_t seq[FH_MAX_BATCH_EVENTS];
} world;

static fh_agent agent;
static world page;

static inline size_t to_io(const char *text) {
  size_t len = strlen(text);
  memcpy(fh_io(&agent), text, len);
  return len;
}

static inline int start_with(const char *config) {
  page = (world){.now = {1767225600000.0, 0}};
  return fh_start(&agent, to_io(config), page.now);
}

static inline void start(void) {
  start_with("{\"key\":\"k\",\"entropy\":[11,22,33,44]}");
}

static inline int call(const char *text) {
  return fh_event(&agent, (int)to_io(text), page.now);
}

/* A track call with about `bytes` of properties. */
static inline int track(const char *event, size_t bytes) {
  char *io = fh_io(&agent);
  int len =
      sprintf(io, "{\"type\":\"track\",\"event\":\"%s\",\"properties\":{\"p\":\"", event);
  memset(io + len, 'x', bytes);
  len += (int)bytes;
  len += sprintf(io + len, "\"}}");
  return fh_event(&agent, len, page.now);
}

static inline void pass(double ms) {
  page.now.mono += ms;
  page.now.wall += ms;
}

/* Takes a batch; how many events are in it. Their numbers are the last eight
 * digits of their ids. */
static inline uint32_t take(int why) {
  page.body_len = (size_t)fh_take(&agent, why, page.now);
  memcpy(page.body, fh_io(&agent), page.body_len);
  page.body[page.body_len] = '\0';
  page.events = 0;
  const char *at = page.body;
  while ((at = strstr(at, "\"messageId\":\""))) {
    at += strlen("\"messageId\":\"") + FH_UUID_CHARS;
    page.seq[page.events++] = (uint32_t)strtoul(at - 8, NULL, 16);
  }
  return page.events;
}

static inline int ack(int status, const char *answer) {
  return fh_ack(&agent, status, to_io(answer), 0, page.now);
}

static inline int poll_ms(void) { return fh_poll(&agent, page.now); }

#endif
