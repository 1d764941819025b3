#include "mask.h"

#include "check.h"
#include "tree.h"

static fh_mask mask;
static uint32_t count[FH_RULES];

enum { PARAM, KEY, EMAIL, CARD, TOKEN };

static bool start(const char *options) {
  for (int i = 0; i < FH_RULES; i++) count[i] = 0;
  return fh_mask_start(&mask, tree(options), count);
}

/* Whether just these counts have risen since the last start. */
static bool counted(int rule, uint32_t n) {
  for (int i = 0; i < FH_RULES; i++)
    if (count[i] != (i == rule ? n : 0)) return false;
  return true;
}

/* The value of a property called `name` as it is printed, once it is masked. */
static bool becomes(const char *name, const char *in, const char *out) {
  static char call[1 << 16], expected[1 << 16];
  fh_writer writer = fh_writer_on(call, sizeof call - 1);
  fh_put(&writer, "{\"properties\":{");
  fh_put_name(&writer, name);
  fh_put_string(&writer, in, strlen(in));
  fh_put(&writer, "}}");
  call[writer.len] = '\0';
  writer = fh_writer_on(expected, sizeof expected - 1);
  fh_put(&writer, "{\"properties\":{");
  fh_put_name(&writer, name);
  fh_put_string(&writer, out, strlen(out));
  fh_put(&writer, "}}");
  expected[writer.len] = '\0';
  const fh_json *value = tree(call);
  fh_mask_call(&mask, value);
  return prints(value, expected);
}

static void what_a_text_becomes(void) {
  static const struct {
    const char *in, *out;
    int rule;
    uint32_t times;
  } rows[] = {
      /* Parameters: names. */
      {"https://a.example/?token=abcdef", "https://a.example/?token=***", PARAM, 1},
      {"?a=b&token=abc&c=d", "?a=b&token=***&c=d", PARAM, 1},
      {"#access_token=abc&token_type=bearer&expires_in=3600",
       "#access_token=***&token_type=bearer&expires_in=3600", PARAM, 1},
      {"https://a.example/#/reset?token=abc&x=y",
       "https://a.example/#/reset?token=***&x=y", PARAM, 1},
      {"/reset?token=abc#top", "/reset?token=***#top", PARAM, 1},
      {"token=abc&secret=def", "token=***&secret=***", PARAM, 2},
      {"?user[email]=ada", "?user[email]=***", PARAM, 1},
      {"?user%5Bemail%5D=ada", "?user%5Bemail%5D=***", PARAM, 1},
      {"?user%5bemail%5d=ada", "?user%5bemail%5d=***", PARAM, 1},
      {"?userEmail=ada", "?userEmail=***", PARAM, 1},
      {"?user-email=ada", "?user-email=***", PARAM, 1},
      {"?user.email=ada", "?user.email=***", PARAM, 1},
      {"?USER_EMAIL=ada", "?USER_EMAIL=***", PARAM, 1},
      {"?e-mail=ada", "?e-mail=***", PARAM, 1},
      {"?email2=ada", "?email2=***", PARAM, 1},
      {"?apiKey=abc", "?apiKey=***", PARAM, 1},
      {"?x-api-key=abc", "?x-api-key=***", PARAM, 1},
      {"?X_API_KEY=abc", "?X_API_KEY=***", PARAM, 1},
      {"?client_secret=abc", "?client_secret=***", PARAM, 1},
      {"?oauth_token=abc", "?oauth_token=***", PARAM, 1},
      {"?phone=123&tel=456", "?phone=***&tel=***", PARAM, 2},
      {"?a_very_long_name_of_a_parameter_with_a_password=abc",
       "?a_very_long_name_of_a_parameter_with_a_password=***", PARAM, 1},
      /* Parameters: values. */
      {"?token=a", "?token=*", PARAM, 1},
      {"?token=ab&x", "?token=**&x", PARAM, 1},
      {"?token=", "?token=", -1, 0},
      {"?token=&x=y", "?token=&x=y", -1, 0},
      {"?token", "?token", -1, 0},
      {"?token=a=b", "?token=***", PARAM, 1},
      {"?token=a%26b", "?token=***", PARAM, 1},
      {"?token=\xc3\xa9\xe2\x82\xac", "?token=***", PARAM, 1},
      {"?email=ada@a.example", "?email=***", PARAM, 1},
      {"see ?token=abc for more", "see ?token=*** for more", PARAM, 1},
      {"?next=%2Freset%3Ftoken%3Dabc%26x%3D1&y=z", "?next=%2Freset%3Ftoken%3D***&y=z",
       PARAM, 1},
      {"?next=%2Freset%3ftoken%3dabc", "?next=%2Freset%3ftoken%3d***", PARAM, 1},
      {"?next=/reset?token=abc", "?next=/reset?token=***", PARAM, 1},
      /* Names that are no such thing. */
      {"?email_id=18vz&email_subject=x", "?email_id=18vz&email_subject=x", -1, 0},
      {"?keyword=abc&tokens=5&passwords=2", "?keyword=abc&tokens=5&passwords=2", -1, 0},
      {"?coupon_code=x&postcode=y&country_code=z&code=a",
       "?coupon_code=x&postcode=y&country_code=z&code=a", -1, 0},
      {"?hotel=abc&gmail=1&lessn=2", "?hotel=abc&gmail=1&lessn=2", -1, 0},
      {"?token_type=bearer&author=ada&mailing=1",
       "?token_type=bearer&author=ada&mailing=1", -1, 0},
      {"?%C3%A9tel=abc", "?%C3%A9tel=***", PARAM, 1}, /* an escape begins a word */
      {"?\xc3\xa9tel=abc", "?\xc3\xa9tel=abc", -1, 0},
      {"?[]=abc&=def&%=x", "?[]=abc&=def&%=x", -1, 0},
      {"utm_medium=email&utm_source=mail", "utm_medium=email&utm_source=mail", -1, 0},
      /* E-mail addresses. */
      {"ada@a.example", "***", EMAIL, 1},
      {"a@b.cd", "***", EMAIL, 1},
      {"Ada <ada.l+x@mail.a-b.example>!", "Ada <***>!", EMAIL, 1},
      {"ada@a.example, bob@b.example", "***, ***", EMAIL, 2},
      {"ada@a.example,bob@b.example", "***,***", EMAIL, 2},
      {"mailto:ada@a.example?x", "mailto:***?x", EMAIL, 1},
      {"https://a.example/u/ada@a.example/x", "https://a.example/u/***/x", EMAIL, 1},
      {"?q=ada%40a.example&x=y", "?q=***&x=y", EMAIL, 1},
      {"?q=ada%2Bx%40a.example&x=y", "?q=***&x=y", EMAIL, 1},
      {"?q=to%3Aada%40a.example%26x", "?q=to%3A***%26x", EMAIL, 1},
      {"j\xc3\xb6rg@m\xc3\xbcller.de", "***", EMAIL, 1},
      {"me@163.com", "***", EMAIL, 1},
      {"ada@xn--80ak6aa92e.com", "***", EMAIL, 1},
      {"write to ada@a.example.", "write to ***", EMAIL, 1},
      {"https://ada:pass@a.example/", "https://ada:***/", EMAIL, 1},
      {"@handle", "@handle", -1, 0},
      {"follow @ada.lovelace", "follow @ada.lovelace", -1, 0},
      {"2 @ 5\xe2\x82\xac", "2 @ 5\xe2\x82\xac", -1, 0},
      {"2@5.00", "2@5.00", -1, 0},
      {"10@9.99EUR", "10@9.99EUR", -1, 0},
      {"ada@localhost", "ada@localhost", -1, 0},
      {"ada@a.b1", "ada@a.b1", -1, 0},
      {"ada@a.example@b.example", "***@b.example", EMAIL, 1},
      {"react@18.2.0", "react@18.2.0", -1, 0},
      {"@scope/pkg@1.0.0-rc.1", "@scope/pkg@1.0.0-rc.1", -1, 0},
      {"https://a.example/@ada/post.html", "https://a.example/@ada/post.html", -1, 0},
      {"https://a.example/img/logo@2x.png", "https://a.example/img/logo@2x.png", -1, 0},
      {"a@", "a@", -1, 0},
      {"a@.", "a@.", -1, 0},
      {"@", "@", -1, 0},
      /* Cards, all of them numbers that the schemes publish for tests. */
      {"4111111111111111", "***", CARD, 1},
      {"4111 1111 1111 1111", "***", CARD, 1},
      {"4111-1111-1111-1111", "***", CARD, 1},
      {"paid with 4111 1111 1111 1111 12/27", "paid with *** 12/27", CARD, 1},
      {"card:4111111111111111.", "card:***.", CARD, 1},
      {"5555555555554444,378282246310005", "***,***", CARD, 2},
      {"3782 822463 10005", "***", CARD, 1},
      {"6011111111111117", "***", CARD, 1},
      {"6205500000000000004", "***", CARD, 1},
      {"?q=4111111111111111&x", "?q=***&x", CARD, 1},
      {"?q=card%204111111111111111", "?q=card%20***", CARD, 1},
      {"2223003122003222", "***", CARD, 1},
      {"4111111111111111110", "***", CARD, 1},
      {"4111111111111112", "4111111111111112", -1, 0}, /* check digit */
      {"1111111111111117", "1111111111111117", -1, 0}, /* nobody issues those */
      {"7111111111111114", "7111111111111114", -1, 0},
      {"8111111111111112", "8111111111111112", -1, 0},
      {"9111111111111110", "9111111111111110", -1, 0},
      {"411111111111116", "411111111111116", -1, 0},
      {"611111111111114", "611111111111114", -1, 0},
      {"5111111111111111119", "5111111111111111119", -1, 0},
      {"4222222222222", "4222222222222", -1, 0},               /* 13 digits: a barcode */
      {"30569309025904", "30569309025904", -1, 0},             /* 14 digits: a product */
      {"23850000000000003", "23850000000000003", -1, 0},       /* 17: an advertisement */
      {"411111111111111118", "411111111111111118", -1, 0},     /* 18 digits */
      {"41111111111111110000", "41111111111111110000", -1, 0}, /* 20 digits */
      {"a4111111111111111", "a4111111111111111", -1, 0},
      {"4111111111111111a", "4111111111111111a", -1, 0},
      {"4111111111111111_x", "4111111111111111_x", -1, 0},
      {"ord_4111111111111111", "ord_4111111111111111", -1, 0},
      {"0.4111111111111111", "0.4111111111111111", -1, 0},
      {"4111111111111111.5", "4111111111111111.5", -1, 0},
      {"-4111111111111111", "-4111111111111111", -1, 0},
      {"41 11 11 11 11 11 11 11", "41 11 11 11 11 11 11 11", -1, 0},
      {"411111111-1111111", "411111111-1111111", -1, 0},
      {"4111  1111 1111 1111", "4111  1111 1111 1111", -1, 0},
      {"+49 1512 3456789", "+49 1512 3456789", -1, 0},
      {"1767225600000", "1767225600000", -1, 0},
      {"2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z", -1, 0},
      {"550e8400-e29b-41d4-a716-446655440000", "550e8400-e29b-41d4-a716-446655440000", -1,
       0},
      {"41111111-1111-1111-a111-111111111111", "41111111-1111-1111-a111-111111111111", -1,
       0},
      {"d41d8cd98f00b204e9800998ecf8427e", "d41d8cd98f00b204e9800998ecf8427e", -1, 0},
      {"192.168.100.101", "192.168.100.101", -1, 0},
      /* Tokens. */
      {"Bearer mF_9.B5f-4.1JqM", "Bearer ***", TOKEN, 1},
      {"Authorization: Bearer abc/def+ghi=jklmnop ok", "Authorization: Bearer *** ok",
       TOKEN, 1},
      {"eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_9", "***", TOKEN, 1},
      {"eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.", "***", TOKEN, 1},
      {"?x=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc&y=z", "?x=***&y=z", TOKEN, 1},
      {"the Bearer of bad news", "the Bearer of bad news", -1, 0},
      {"Bearer", "Bearer", -1, 0},
      {"Bearer ", "Bearer ", -1, 0},
      {"Bearers abcdefghijklmnopqrst", "Bearers abcdefghijklmnopqrst", -1, 0},
      {"Cupbearer abcdefghijklmnopqrst", "Cupbearer abcdefghijklmnopqrst", -1, 0},
      {"eyJhbGciOiJIUzI1NiJ9", "eyJhbGciOiJIUzI1NiJ9", -1, 0},
      {"/eyJidWNrZXQiOiJhIn0/a.min.js", "/eyJidWNrZXQiOiJhIn0/a.min.js", -1, 0},
      {"www.a.example", "www.a.example", -1, 0},
      /* Nothing at all. */
      {"", "", -1, 0},
      {"Basketball & Jackets = fun %", "Basketball & Jackets = fun %", -1, 0},
      {"100%", "100%", -1, 0},
      {"50%4", "50%4", -1, 0},
      {"a%00b%zz", "a%00b%zz", -1, 0},
      {"***", "***", -1, 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CHECK_ROW(start("{}"), rows[i].in);
    CHECK_ROW(becomes("k", rows[i].in, rows[i].out), rows[i].in);
    CHECK_ROW(counted(rows[i].rule, rows[i].times), rows[i].in);
    /* What is masked is masked for good. */
    start("{}");
    bool param = rows[i].rule == PARAM;
    CHECK_ROW(becomes("k", rows[i].out, rows[i].out), rows[i].out);
    CHECK_ROW(param || counted(-1, 0), rows[i].out);
  }
}

static bool masks(const char *call, const char *expected) {
  const fh_json *value = tree(call);
  fh_mask_call(&mask, value);
  return prints(value, expected);
}

static void what_a_key_does(void) {
  static const char *const rows[][2] = {
      {"{\"properties\":{\"password\":\"x\"}}",
       "{\"properties\":{\"password\":\"***\"}}"},
      {"{\"properties\":{\"new_password\":\"abcdef\"}}",
       "{\"properties\":{\"new_password\":\"***\"}}"},
      {"{\"properties\":{\"apiKey\":123,\"CVV\":0.5,\"ssn\":{\"a\":1},\"iban\":[1],"
       "\"secret\":true}}",
       "{\"properties\":{\"apiKey\":\"***\",\"CVV\":\"***\",\"ssn\":\"***\",\"iban\":\"**"
       "*\","
       "\"secret\":\"***\"}}"},
      {"{\"properties\":{\"password\":null,\"secret\":\"\"}}",
       "{\"properties\":{\"password\":null,\"secret\":\"\"}}"},
      {"{\"properties\":{\"a\":[{\"b\":{\"access_token\":\"x\"}}]}}",
       "{\"properties\":{\"a\":[{\"b\":{\"access_token\":\"***\"}}]}}"},
      {"{\"traits\":{\"password\":\"x\"},\"context\":{\"password\":\"x\"}}",
       "{\"traits\":{\"password\":\"***\"},\"context\":{\"password\":\"***\"}}"},
      {"{\"properties\":{\"password\":\"x\",\"password\":\"y\"},\"properties\":{\"cvc\":"
       "1}}",
       "{\"properties\":{\"password\":\"***\",\"password\":\"***\"},\"properties\":{"
       "\"cvc\":"
       "\"***\"}}"},
      /* No such keys. */
      {"{\"properties\":{\"password_length\":8,\"token\":\"t\",\"phone\":\"1\","
       "\"secrets\":1,"
       "\"code\":\"x\"}}",
       "{\"properties\":{\"password_length\":8,\"token\":\"t\",\"phone\":\"1\","
       "\"secrets\":1,"
       "\"code\":\"x\"}}"},
      {"{\"context\":{\"device\":{\"token\":\"ff15\"}}}",
       "{\"context\":{\"device\":{\"token\":\"ff15\"}}}"},
      {"{\"properties\":{\"a[]\":1,\"\":2,\"1\":3}}",
       "{\"properties\":{\"a[]\":1,\"\":2,\"1\":3}}"},
      /* What is there for an address may have one, and cards and tokens are none. */
      {"{\"properties\":{\"email\":\"a@b.cd\",\"invitee_email\":\"a@b.cd\",\"mail\":[\"a@"
       "b.cd\"],"
       "\"userId\":\"a@b.cd\"}}",
       "{\"properties\":{\"email\":\"a@b.cd\",\"invitee_email\":\"a@b.cd\",\"mail\":[\"a@"
       "b.cd\"],"
       "\"userId\":\"a@b.cd\"}}"},
      {"{\"traits\":{\"name\":\"a@b.cd\",\"x\":[{\"y\":\"a@b.cd\"}]},\"context\":{"
       "\"traits\":{"
       "\"z\":\"a@b.cd\"},\"groupId\":\"a@b.cd\"}}",
       "{\"traits\":{\"name\":\"a@b.cd\",\"x\":[{\"y\":\"a@b.cd\"}]},\"context\":{"
       "\"traits\":{"
       "\"z\":\"a@b.cd\"},\"groupId\":\"a@b.cd\"}}"},
      {"{\"properties\":{\"email\":\"4111111111111111\",\"email_text\":\"a@b.cd\"}}",
       "{\"properties\":{\"email\":\"***\",\"email_text\":\"***\"}}"},
      {"{\"properties\":{\"email\":\"?token=abc\",\"token\":\"?token=abc\"}}",
       "{\"properties\":{\"email\":\"?token=***\",\"token\":\"?token=***\"}}"},
      {"{\"traits\":{\"site\":\"?token=abc\",\"card\":\"4111111111111111\"}}",
       "{\"traits\":{\"site\":\"?token=***\",\"card\":\"***\"}}"},
      /* Ids are long numbers. */
      {"{\"properties\":{\"order_id\":\"4111111111111111\",\"productIds\":["
       "4111111111111111],"
       "\"id\":4111111111111111,\"idea\":4111111111111111}}",
       "{\"properties\":{\"order_id\":\"4111111111111111\",\"productIds\":["
       "4111111111111111],"
       "\"id\":4111111111111111,\"idea\":\"***\"}}"},
      /* Numbers. */
      {"{\"properties\":{\"a\":4111111111111111,\"b\":[4111111111111111,1]}}",
       "{\"properties\":{\"a\":\"***\",\"b\":[\"***\",1]}}"},
      {"{\"properties\":{\"a\":4111111111111112,\"b\":-4111111111111111,\"c\":0."
       "4111111111111111,"
       "\"d\":4111111111111111.5,\"e\":4111111111111111e3,\"f\":1767225600000,\"g\":49."
       "99}}",
       "{\"properties\":{\"a\":4111111111111112,\"b\":-4111111111111111,\"c\":0."
       "4111111111111111,"
       "\"d\":4111111111111111.5,\"e\":4111111111111111e3,\"f\":1767225600000,\"g\":49."
       "99}}"},
      /* Texts of the call itself, and what is no object. */
      {"{\"type\":\"track\",\"event\":\"a@b.cd\",\"name\":\"?token=abc\",\"userId\":\"a@"
       "b.cd\","
       "\"password\":\"x\",\"n\":4111111111111111}",
       "{\"type\":\"track\",\"event\":\"a@b.cd\",\"name\":\"?token=abc\",\"userId\":\"a@"
       "b.cd\","
       "\"password\":\"x\",\"n\":4111111111111111}"},
      {"{\"properties\":null,\"traits\":true}", "{\"properties\":null,\"traits\":true}"},
      {"[\"a@b.cd\"]", "[\"a@b.cd\"]"},
      {"\"a@b.cd\"", "\"a@b.cd\""},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    start("{}");
    CHECK_ROW(masks(rows[i][0], rows[i][1]), rows[i][0]);
  }
}

static void members_of_page_facts(void) {
  start("{}");
  const fh_json *facts = tree("{\"url\":\"/?token=abc\",\"title\":\"Hi a@b.cd\"}");
  fh_mask_members(&mask, facts);
  CHECK(prints(facts, "{\"url\":\"/?token=***\",\"title\":\"Hi ***\"}"));
  CHECK(count[PARAM] == 1 && count[EMAIL] == 1);
  fh_mask_members(&mask, NULL);
}

static void what_is_switched_off(void) {
  static const char all[] =
      "{\"properties\":{\"a\":\"?token=abc\",\"secret\":\"x\",\"b\":\"a@b.cd\",\"c\":"
      "4111111111111111,\"d\":\"Bearer mF_9.B5f-4.1JqM\"}}";
  static const struct {
    const char *options;
    uint32_t on; /* rules, a bit each */
  } rows[] = {
      {"{}", 31},
      {"null", 31},
      {"{\"mask\":\"\"}", 31},
      {"{\"mask\":\"on\"}", 31},
      {"{\"mask\":\"email\"}", 31}, /* asks for more, not for less */
      {"{\"mask\":\"offer\"}", 31},
      {"{\"mask\":false}", 31},
      {"{\"mask\":\"-emails -other -\"}", 31},
      {"{\"mask\":\"-param\"}", 30},
      {"{\"mask\":\"-key\"}", 29},
      {"{\"mask\":\"-email\"}", 27},
      {"{\"mask\":\"-card\"}", 23},
      {"{\"mask\":\"-token\"}", 15},
      {"{\"mask\":\"-email -card\"}", 19},
      {"{\"mask\":\"-email,-card,-email\"}", 19},
      {"{\"mask\":\"-param -key -email -card -token\"}", 0},
      {"{\"mask\":\"off\"}", 0},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CHECK_ROW(start(rows[i].options), rows[i].options);
    const fh_json *call = tree(all);
    fh_mask_call(&mask, call);
    for (int rule = 0; rule < FH_RULES; rule++)
      CHECK_ROW(count[rule] == (rows[i].on >> rule & 1u), rows[i].options);
    if (rows[i].on == 0) CHECK_ROW(prints(call, all), rows[i].options);
  }
}

static void names_of_the_page(void) {
  static const struct {
    const char *options, *name, *in, *out;
  } rows[] = {
      {"{\"maskDeny\":\"dob\"}", "dob", "2000", "***"},
      {"{\"maskDeny\":\"dob\"}", "user_dob", "2000", "***"},
      {"{\"maskDeny\":\"dob\"}", "k", "?dob=2000", "?dob=***"},
      {"{\"maskDeny\":\"dob\"}", "a[]", "x", "x"},
      {"{\"maskDeny\":\" dob ,, Coupon-Code,x \"}", "coupon_code", "x", "***"},
      {"{\"maskDeny\":\" dob ,, Coupon-Code,x \"}", "dob", "2000", "***"},
      {"{\"maskDeny\":\" dob ,, Coupon-Code,x \"}", "code", "x", "x"},
      {"{\"maskDeny\":\" dob ,, Coupon-Code,x \"}", "a[]", "x", "x"},
      {"{\"maskDeny\":\"email\"}", "email", "a@b.cd", "***"},
      {"{\"maskDeny\":\"stra\xc3\x9f"
       "e\"}",
       "stra\xc3\x9f"
       "e",
       "x", "***"},
      {"{\"maskAllow\":\"token\"}", "k", "?token=abc&secret=x", "?token=abc&secret=*"},
      {"{\"maskAllow\":\"token\"}", "k", "?token=a@b.cd", "?token=***"},
      {"{\"maskAllow\":\"page_token\"}", "k", "?page_token=a&token=b",
       "?page_token=a&token=*"},
      {"{\"maskAllow\":\"hint\"}", "hint", "a@b.cd 4111111111111111",
       "a@b.cd 4111111111111111"},
      {"{\"maskAllow\":\"secret\"}", "client_secret", "x", "x"},
      {"{\"maskAllow\":\"x\",\"maskDeny\":\"x\"}", "x", "a", "a"},
      {"{\"maskAllow\":[\"k\"],\"maskDeny\":7}", "k", "a@b.cd", "***"},
  };
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CHECK_ROW(start(rows[i].options), rows[i].options);
    CHECK_ROW(becomes(rows[i].name, rows[i].in, rows[i].out), rows[i].in);
  }
}

static void as_many_names_as_are_kept(void) {
  static char options[8192];
  for (int names = 90; names < 140; names++) {
    size_t len = (size_t)sprintf(options, "{\"maskDeny\":\"");
    for (int i = 0; i < names; i++)
      len += (size_t)sprintf(options + len, "name%c%c ", 'a' + i / 26, 'a' + i % 26);
    strcpy(options + len, "\"}");
    bool kept = start(options);
    CHECK_ROW(kept == (names <= 100), options);
    char last[16];
    sprintf(last, "name%c%c", 'a' + (names - 1) / 26, 'a' + (names - 1) % 26);
    if (kept) CHECK_ROW(becomes(last, "x", "***"), last);
  }
}

/* A text that is nothing but what the rules look for. */
static void hostile_texts(void) {
  static const char *const parts[] = {"a@b.cd ", "token=",  "=", "@",   "4111 ", "1",
                                      "eyJ",     "Bearer ", "%", "%40", "%3D",   "a.bc@"};
  for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
    static char call[1 << 16];
    fh_writer writer = fh_writer_on(call, FH_IO_BYTES - 64);
    fh_put(&writer, "{\"properties\":{\"k\":\"");
    while (!writer.full) fh_put(&writer, parts[i]);
    call[writer.len] = '\0';
    strcat(call, "\"}}");
    start("{}");
    const fh_json *value = tree(call);
    CHECK_ROW(value != NULL, parts[i]);
    fh_mask_call(&mask, value);
    const char *text = fh_json_get_text(fh_json_get(value, "properties"), "k");
    CHECK_ROW(strlen(text) < writer.len, parts[i]);
  }
}

int main(void) {
  RUN(what_a_text_becomes);
  RUN(what_a_key_does);
  RUN(members_of_page_facts);
  RUN(what_is_switched_off);
  RUN(names_of_the_page);
  RUN(as_many_names_as_are_kept);
  RUN(hostile_texts);
  return finish();
}
