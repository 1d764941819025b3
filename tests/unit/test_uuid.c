#include "uuid.h"

#include "check.h"
#include "tree.h"

static const char *printed(const fh_uuid *uuid) {
  static char text[FH_UUID_CHARS + 1];
  fh_writer writer = fh_writer_on(text, FH_UUID_CHARS);
  fh_put_uuid(&writer, uuid);
  return writer.full ? "" : text;
}

static void versions_and_variants(void) {
  fh_random random = {{1, 2, 3, 4}};
  for (int i = 0; i < 1000; i++) {
    fh_uuid v4, v7, v8;
    fh_uuid_v4(&v4, &random);
    fh_uuid_v7(&v7, 1767225600000.0, &random);
    fh_stream_new(&v8, &random);
    CHECK(printed(&v4)[14] == '4' && strchr("89ab", printed(&v4)[19]));
    CHECK(printed(&v7)[14] == '7' && strchr("89ab", printed(&v7)[19]));
    CHECK(printed(&v8)[14] == '8' && strchr("89ab", printed(&v8)[19]));
    CHECK(is_text(printed(&v8) + 28, 8, "00000000"));
  }
}

/* No bit but those of version and variant may be the same in all. */
static void all_other_bits_are_random(void) {
  fh_random random = {{1, 2, 3, 4}};
  fh_uuid any = {{0}}, all;
  memset(&all, 0xFF, sizeof all);
  for (int i = 0; i < 1000; i++) {
    fh_uuid uuid;
    fh_uuid_v4(&uuid, &random);
    for (int n = 0; n < 16; n++) {
      any.bytes[n] |= uuid.bytes[n];
      all.bytes[n] &= uuid.bytes[n];
    }
  }
  CHECK(strcmp(printed(&any), "ffffffff-ffff-4fff-bfff-ffffffffffff") == 0);
  CHECK(strcmp(printed(&all), "00000000-0000-4000-8000-000000000000") == 0);
}

static void a_session_tells_its_start(void) {
  static const double moments[] = {
      0, 1, 255, 256, 1767225600123.0, 253402300799999.0, 281474976710655.0};
  fh_random random = {{1, 2, 3, 4}};
  for (size_t i = 0; i < sizeof moments / sizeof *moments; i++) {
    fh_uuid uuid;
    fh_uuid_v7(&uuid, moments[i], &random);
    double ms = fh_uuid_ms(&uuid);
    CHECK(!(ms < moments[i]) && !(ms > moments[i]));
  }
  fh_uuid uuid;
  fh_uuid_v7(&uuid, 1767225600010.7, &random);
  CHECK(is_text(printed(&uuid), 13, "019b76da-a80a"));
  fh_uuid_v7(&uuid, -5, &random);
  CHECK(is_text(printed(&uuid), 13, "00000000-0000"));
}

static void an_event_is_a_stream_and_a_number(void) {
  fh_random random = {{1, 2, 3, 4}};
  fh_uuid stream;
  fh_stream_new(&stream, &random);
  fh_uuid event = stream;
  fh_stream_number(&event, 0x01020304);
  CHECK(is_text(printed(&event) + 28, 8, "01020304"));
  CHECK(memcmp(&event, &stream, 12) == 0);
  fh_stream_number(&event, UINT32_MAX);
  CHECK(is_text(printed(&event) + 28, 8, "ffffffff"));
  fh_stream_number(&event, 0);
  CHECK(memcmp(&event, &stream, sizeof event) == 0);
}

static void what_is_printed_can_be_read(void) {
  fh_random random = {{9, 8, 7, 6}};
  for (int i = 0; i < 1000; i++) {
    fh_uuid uuid, back;
    fh_uuid_v4(&uuid, &random);
    CHECK(fh_uuid_read(printed(&uuid), &back));
    CHECK(memcmp(&uuid, &back, sizeof uuid) == 0);
  }
  fh_uuid lower, upper;
  CHECK(fh_uuid_read("0123abcd-ef01-4567-89ab-cdef01234567", &lower));
  CHECK(fh_uuid_read("0123ABCD-EF01-4567-89AB-CDEF01234567", &upper));
  CHECK(memcmp(&lower, &upper, sizeof lower) == 0);
  CHECK(strcmp(printed(&upper), "0123abcd-ef01-4567-89ab-cdef01234567") == 0);
}

/* Wrong in one place, every place in turn. */
static void what_is_no_uuid_cannot(void) {
  const char good[] = "0123abcd-ef01-4567-89ab-cdef01234567";
  for (size_t i = 0; i < FH_UUID_CHARS; i++) {
    char bad[sizeof good];
    fh_uuid uuid;
    memcpy(bad, good, sizeof good);
    bad[i] = good[i] == '-' ? '0' : '-';
    CHECK_ROW(!fh_uuid_read(bad, &uuid), bad);
    bad[i] = 'g';
    CHECK_ROW(!fh_uuid_read(bad, &uuid), bad);
  }
}

int main(void) {
  RUN(versions_and_variants);
  RUN(all_other_bits_are_random);
  RUN(a_session_tells_its_start);
  RUN(an_event_is_a_stream_and_a_number);
  RUN(what_is_printed_can_be_read);
  RUN(what_is_no_uuid_cannot);
  return finish();
}
