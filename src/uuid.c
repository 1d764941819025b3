/* Makes, prints and reads the UUIDs of uuid.h. */
#include "uuid.h"

static void random_uuid(fh_uuid *uuid, int version, fh_random *random) {
  fh_random_bytes(random, uuid->bytes, sizeof uuid->bytes);
  uuid->bytes[6] = (unsigned char)((uuid->bytes[6] & 0x0F) | version << 4);
  uuid->bytes[8] = (unsigned char)((uuid->bytes[8] & 0x3F) | 0x80);
}

void fh_uuid_v4(fh_uuid *uuid, fh_random *random) { random_uuid(uuid, 4, random); }

void fh_uuid_v7(fh_uuid *uuid, double ms, fh_random *random) {
  uint64_t time = ms > 0 ? (uint64_t)ms : 0;
  random_uuid(uuid, 7, random);
  for (int i = 5; i >= 0; i--, time >>= 8) uuid->bytes[i] = (unsigned char)time;
}

double fh_uuid_ms(const fh_uuid *uuid) {
  double ms = 0;
  for (int i = 0; i < 6; i++) ms = ms * 256 + uuid->bytes[i];
  return ms;
}

void fh_stream_new(fh_uuid *stream, fh_random *random) {
  random_uuid(stream, 8, random);
  fh_stream_number(stream, 0);
}

void fh_stream_number(fh_uuid *stream, uint32_t seq) {
  for (int i = 0; i < 4; i++)
    stream->bytes[12 + i] = (unsigned char)(seq >> (24 - 8 * i));
}

/* A hyphen stands before bytes 4, 6, 8 and 10. */
static bool hyphen_before(int byte) {
  return byte == 4 || byte == 6 || byte == 8 || byte == 10;
}

void fh_put_uuid(fh_writer *writer, const fh_uuid *uuid) {
  static const char hex[] = "0123456789abcdef";
  char text[FH_UUID_CHARS];
  size_t n = 0;
  for (int i = 0; i < 16; i++) {
    if (hyphen_before(i)) text[n++] = '-';
    text[n++] = hex[uuid->bytes[i] >> 4];
    text[n++] = hex[uuid->bytes[i] & 15];
  }
  fh_put_bytes(writer, text, sizeof text);
}

bool fh_uuid_read(const char *at, fh_uuid *uuid) {
  for (int i = 0; i < 16; i++) {
    if (hyphen_before(i) && *at++ != '-') return false;
    int high = fh_hex_value(*at++);
    int low = fh_hex_value(*at++);
    if (high < 0 || low < 0) return false;
    uuid->bytes[i] = (unsigned char)(high << 4 | low);
  }
  return true;
}
