/* Vectors: FIPS 180-4's examples (NIST, "SHA256.pdf"), NIST's CAVP SHA256ShortMsg.rsp and
 * SHA256LongMsg.rsp, RFC 1321 A.5. */
#include <stdlib.h>

#include "check.h"
#include "md5.h"
#include "sha256.h"
#include "tree.h"

static bool is_hex(const unsigned char *bytes, size_t n, const char *expected) {
  char out[65] = "";
  for (size_t i = 0; i < n; i++) snprintf(out + 2 * i, 3, "%02x", bytes[i]);
  return strcmp(out, expected) == 0;
}

/* In a block of its own size, for ASan to watch. */
static bool sha256_is(const char *data, size_t len, const char *expected) {
  unsigned char out[FH_SHA256_BYTES];
  char *exact = malloc(len + !len);
  memcpy(exact, data, len);
  fh_sha256(exact, len, out);
  free(exact);
  return is_hex(out, sizeof out, expected);
}

static bool md5_is(const char *text, const char *expected) {
  unsigned char out[FH_MD5_BYTES];
  fh_md5(text, strlen(text), out);
  return is_hex(out, sizeof out, expected);
}

static void sha256_vectors(void) {
  static const char two_blocks[] =
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq";
  CHECK(sha256_is("", 0,
                  "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
  CHECK(sha256_is("abc", 3,
                  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
  CHECK(sha256_is(two_blocks, strlen(two_blocks),
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"));
  CHECK(sha256_is("\xd3", 1,
                  "28969cdfa74a12c82f3bad960b0b000aca2ac329deea5c2328ebc6f2ba9802c1"));
  CHECK(sha256_is("\x11\xaf", 2,
                  "5ca7133fa735326081558ac312c620eeca9970d1e70a4b95533d956f072d1f98"));
}

static void sha256_of_a_million(void) {
  static char block[1000000];
  memset(block, 'a', sizeof block);
  CHECK(sha256_is(block, sizeof block,
                  "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"));
}

/* Where padding goes into a second block: `sha256sum` of that many "x". */
static void sha256_at_the_edges(void) {
  char block[64];
  memset(block, 'x', sizeof block);
  CHECK(sha256_is(block, 55,
                  "d5e285683cd4efc02d021a5c62014694958901005d6f71e89e0989fac77e4072"));
  CHECK(sha256_is(block, 56,
                  "04c26261370ee7541549d16dee320c723e3fd14671e66a099afe0a377c16888e"));
  CHECK(sha256_is(block, 64,
                  "7ce100971f64e7001e8fe5a51973ecdfe1ced42befe7ee8d5fd6219506b5393c"));
}

static void md5_vectors(void) {
  CHECK(md5_is("", "d41d8cd98f00b204e9800998ecf8427e"));
  CHECK(md5_is("a", "0cc175b9c0f1b6a831c399e269772661"));
  CHECK(md5_is("abc", "900150983cd24fb0d6963f7d28e17f72"));
  CHECK(md5_is("message digest", "f96b697d7cb7938d525a2f31aaf161d0"));
  CHECK(md5_is("abcdefghijklmnopqrstuvwxyz", "c3fcd3d76192e4007dfb496cca67e13b"));
  CHECK(md5_is("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
               "d174ab98d277d9f5a5611c2c9f419d9f"));
  CHECK(
      md5_is("1234567890123456789012345678901234567890"
             "1234567890123456789012345678901234567890",
             "57edf4a22be3c955ac49da2e2107b67a"));
}

int main(void) {
  RUN(sha256_vectors);
  RUN(sha256_of_a_million);
  RUN(sha256_at_the_edges);
  RUN(md5_vectors);
  return finish();
}
