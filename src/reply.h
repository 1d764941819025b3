/* What an answer of the endpoint means for the batch it answers. */
#ifndef FH_REPLY_H
#define FH_REPLY_H

#include <stdint.h>

#include "json.h"

typedef enum fh_verdict {
  FH_ACCEPTED, /* done; `refused` events of it were not taken, for good */
  FH_RETRY,    /* send the same again, backing off */
  FH_SLOW,     /* misconfigured: keep, ask rarely */
  FH_SMALLER,  /* too large: the same in halves, from now on */
  FH_BISECT,   /* something in it is refused: halves, until it is found */
  FH_STOP      /* told to be silent on this page */
} fh_verdict;

/* What has become of one event of a batch, where the answer tells each. */
typedef enum fh_fate {
  FH_TAKEN,
  FH_UNWANTED, /* not taken, for good */
  FH_ONCE_MORE /* to be sent again */
} fh_fate;

typedef struct fh_reply {
  fh_verdict verdict;
  bool came;        /* there is an answer, whatever it says */
  bool unknown;     /* nobody says whether the events have arrived */
  uint32_t refused; /* events that the endpoint refused */
  /* [[first,last],…], the numbers that the endpoint lacks of those that it was
   * asked for; NULL: it does not understand the question. In the arena. */
  const fh_json *missing;
  double wait_ms;      /* what the endpoint asked us to wait; 0: nothing */
  const fh_json *json; /* the answer, in the arena; NULL: it is no JSON */
  /* Tells the fate of each row of the body by its place in it and by its event's id,
   * where the answer does; NULL: it does not. The verdict is for an answer by which
   * all are to be sent again. */
  fh_fate (*fate)(const fh_json *answer, uint32_t row, const char *id);
} fh_reply;

/* Judges an HTTP status (0: no answer came) with its body, which is parsed in
 * place. A 2xx without a body that says so is no acknowledgement: a captive
 * portal answers 200 as well. `retry_after_s` is the header's value, or 0. */
fh_reply fh_reply_judge(int status, char *body, size_t len, int retry_after_s,
                        fh_arena *arena);

#endif
