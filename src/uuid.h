/* UUIDs (RFC 9562): version 4 for the visitor, version 7 for the session,
 * version 8 for events, which are a stream and a number in it. */
#ifndef FH_UUID_H
#define FH_UUID_H

#include <stdint.h>

#include "random.h"
#include "text.h"

#define FH_UUID_CHARS 36

typedef struct fh_uuid {
  unsigned char bytes[16];
} fh_uuid;

void fh_uuid_v4(fh_uuid *uuid, fh_random *random);

/* Its first 48 bits are `ms` since 1970, so the session's id tells when it
 * started. */
void fh_uuid_v7(fh_uuid *uuid, double ms, fh_random *random);

/* The milliseconds in a version 7 UUID. */
double fh_uuid_ms(const fh_uuid *uuid);

/* A new stream: 90 random bits, the last four bytes zero. */
void fh_stream_new(fh_uuid *stream, fh_random *random);

/* Makes a stream the id of its event `seq`: the number, big-endian, becomes its
 * last four bytes. So a receiver can tell stream and number from any id. */
void fh_stream_number(fh_uuid *stream, uint32_t seq);

/* Appends the 36 characters, lower case. */
void fh_put_uuid(fh_writer *writer, const fh_uuid *uuid);

/* Reads 36 characters, either case; false where they are no UUID. */
bool fh_uuid_read(const char *text, fh_uuid *uuid);

#endif
