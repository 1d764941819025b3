/* Mappings: what each kind of line makes of an event, and what is said of mistakes. */
#include "mapping.h"

#include <stdlib.h>

#include "check.h"
#include "letters.h"
#include "refusal.h"
#include "tree.h"

static _Alignas(8) char room[1 << 20];
static fh_arena arena = {room, sizeof room, 0, false};
static fh_mapping mapping;
static char said[512], made[1 << 16];

/* The text in a block of its own size, for ASan to watch. */
static char *exact(const char *text) {
  size_t len = strlen(text);
  return memcpy(malloc(len + !len), text, len);
}

static int load(const char *text) {
  char *copy = exact(text);
  fh_writer mistake = fh_writer_on(said, sizeof said - 1);
  int code = fh_mapping_load(&mapping, &arena, copy, strlen(text), &mistake);
  said[mistake.len] = '\0';
  free(copy);
  return code;
}

/* What becomes of an event; "" where it is kept back. */
static const char *apply(const char *event) {
  char *copy = exact(event);
  fh_writer writer = fh_writer_on(made, sizeof made - 1);
  int code = fh_mapping_apply(&mapping, copy, strlen(event), &writer);
  free(copy);
  made[writer.len] = '\0';
  if (code) snprintf(made, sizeof made, "code %d", code);
  return made;
}

static bool makes(const char *text, const char *event, const char *expected) {
  int code = load(text);
  bool same = code == 0 && strcmp(apply(event), expected) == 0;
  if (!same) fprintf(stderr, "%s\n  %d %s, made %s\n", text, code, said, made);
  return same;
}

/* What becomes of {"v": value} by these transforms, at "o". */
static bool turns(const char *value, const char *transforms, const char *expected) {
  char text[2048], event[2048], whole[2048];
  snprintf(text, sizeof text,
           "{\"global\":{\"mappings\":[{\"inputKey\":\"v\",\"outputKey\":\"o\","
           "\"transforms\":[%s]}]}}",
           transforms);
  snprintf(event, sizeof event, "{\"v\":%s}", value);
  snprintf(whole, sizeof whole, *expected ? "{\"o\":%s}" : "{}", expected);
  return makes(text, event, whole);
}

#define GLOBAL(lines) "{\"global\":{\"mappings\":[" lines "]}}"

static void renames(void) {
  CHECK(makes(GLOBAL("{\"inputKey\":\"a.b\",\"outputKey\":\"x.y\"},"
                     "{\"inputKey\":\"list.1.id\",\"outputKey\":\"x.z\"}"),
              "{\"a\":{\"b\":1.50},\"list\":[{\"id\":1},{\"id\":\"two\"}]}",
              "{\"x\":{\"y\":1.50,\"z\":\"two\"}}"));
  /* What is not there, or null, is not mapped. */
  CHECK(makes(GLOBAL("{\"inputKey\":\"a.b\",\"outputKey\":\"x\"},"
                     "{\"inputKey\":\"n\",\"outputKey\":\"y\"},"
                     "{\"inputKey\":\"list.7\",\"outputKey\":\"z\"}"),
              "{\"a\":\"text\",\"n\":null,\"list\":[0]}", "{}"));
  CHECK(makes(GLOBAL("{\"inputKey\":[\"a\",\"b\"],\"outputKey\":\"x\"}"),
              "{\"a\":null,\"b\":\"second\"}", "{\"x\":\"second\"}"));
  CHECK(makes(GLOBAL("{\"inputKey\":\"a\",\"outputKey\":\"x\",\"default\":[1,{}]}"), "{}",
              "{\"x\":[1,{}]}"));
  CHECK(makes(GLOBAL("{\"value\":{\"deep\":true},\"outputKey\":\"x.y\"}"), "{}",
              "{\"x\":{\"y\":{\"deep\":true}}}"));
  CHECK(makes(GLOBAL("{\"inputKey\":\".\",\"outputKey\":\"all\"}"), "{\"a\":1}",
              "{\"all\":{\"a\":1}}"));
}

static void numbers_keep_their_text(void) {
  CHECK(makes(GLOBAL("{\"inputKey\":\"a\",\"outputKey\":\"x\"}"),
              "{\"a\":[0.30000000000000004,9007199254740993,1e400]}",
              "{\"x\":[0.30000000000000004,9007199254740993,1e400]}"));
  CHECK(turns("\"12.50\"", "\"number\"", "12.50"));
}

/* A payload may hold a part of the event and more beside it; the event stays. */
static void adds_to_what_is_shared(void) {
  CHECK(makes(
      GLOBAL("{\"inputKey\":\"p\",\"outputKey\":\"a\"},"
             "{\"value\":1,\"outputKey\":\"a.q.more\"},"
             "{\"inputKey\":\"p\",\"outputKey\":\"b\"}"),
      "{\"p\":{\"q\":{\"r\":0},\"s\":2}}",
      "{\"a\":{\"q\":{\"r\":0,\"more\":1},\"s\":2},\"b\":{\"q\":{\"r\":0},\"s\":2}}"));
  CHECK(makes(GLOBAL("{\"value\":\"text\",\"outputKey\":\"a\"},"
                     "{\"value\":1,\"outputKey\":\"a.b\"}"),
              "{}", "{\"a\":{\"b\":1}}"));
}

static void sections(void) {
  static const char text[] =
      "{\"global\":{\"mappings\":[{\"value\":1,\"outputKey\":\"g\"},"
      "{\"value\":\"global\",\"outputKey\":\"from\"}]},"
      "\"default\":{\"mappings\":[{\"value\":\"default\",\"outputKey\":\"from\"}]},"
      "\"eventSpecific\":{\"order_completed\":{\"mappings\":["
      "{\"value\":\"order\",\"outputKey\":\"from\"}]},"
      "\"page\":{\"filters\":[{\"action\":\"deny\",\"when\":{\"exists\":\"name\"}}]}}}";
  CHECK(makes(text, "{\"type\":\"track\",\"event\":\"Order Completed\"}",
              "{\"g\":1,\"from\":\"order\"}"));
  CHECK(makes(text, "{\"type\":\"track\",\"event\":\" order-completed! \"}",
              "{\"g\":1,\"from\":\"order\"}"));
  CHECK(makes(text, "{\"type\":\"track\",\"event\":\"Other\"}",
              "{\"g\":1,\"from\":\"default\"}"));
  CHECK(makes(text, "{\"type\":\"page\"}", "{\"g\":1,\"from\":\"global\"}"));
  CHECK(makes(text, "{\"type\":\"page\",\"name\":\"Home\"}", ""));
}

static void filters(void) {
  static const struct {
    const char *filter;
    const char *event;
    bool passes;
  } rows[] = {
      {"\"allow\",\"events\":[\"\"]", "{\"type\":\"track\",\"event\":\"A\"}", false},
      {"\"allow\",\"events\":[\"a\",\"page\"]", "{\"type\":\"track\",\"event\":\"A\"}",
       true},
      {"\"deny\",\"events\":[\"page\"]", "{\"type\":\"page\"}", false},
      {"\"deny\",\"events\":[\"page\"]", "{\"type\":\"screen\"}", true},
      {"\"allow\",\"when\":{\"exists\":\"a.b\"}", "{\"a\":{\"b\":0}}", true},
      {"\"allow\",\"when\":{\"exists\":\"a.b\"}", "{\"a\":{\"b\":null}}", false},
      {"\"allow\",\"when\":{\"isObject\":\"a\"}", "{\"a\":{}}", true},
      {"\"allow\",\"when\":{\"isObject\":\"a\"}", "{\"a\":[]}", false},
      {"\"allow\",\"when\":{\"isString\":\"a\"}", "{\"a\":\"\"}", true},
      {"\"allow\",\"when\":{\"isString\":\"a\"}", "{\"a\":1}", false},
      {"\"allow\",\"when\":{\"equals\":[\"a\",\"X\"]}", "{\"a\":\"X\"}", true},
      {"\"allow\",\"when\":{\"equals\":[\"a\",\"X\"]}", "{\"a\":\"x\"}", false},
      {"\"allow\",\"when\":{\"matches\":[\"a\",\"\xC3\x84X\"]}", "{\"a\":\"\xC3\xA4x\"}",
       true},
      {"\"allow\",\"when\":{\"equals\":[\"a\",1]}", "{\"a\":1}", true},
      {"\"allow\",\"when\":{\"equals\":[\"a\",true]}", "{\"a\":true}", true},
      {"\"allow\",\"when\":{\"equals\":[\"a\",false]}", "{}", false},
      {"\"allow\",\"when\":{\"equals\":[\"a\",\"\"]}", "{}", true},
      {"\"allow\",\"when\":{\"not\":{\"equals\":[\"a\",\"\"]}}", "{}", false},
      {"\"deny\",\"when\":{\"all\":[{\"exists\":\"a\"},{\"exists\":\"b\"}]}", "{\"a\":1}",
       true},
      {"\"deny\",\"when\":{\"any\":[{\"exists\":\"a\"},{\"exists\":\"b\"}]}", "{\"a\":1}",
       false},
      {"\"allow\",\"when\":{\"all\":[]}", "{}", true},
      {"\"allow\",\"when\":{\"any\":[]}", "{}", false}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[512];
    snprintf(text, sizeof text, "{\"global\":{\"filters\":[{\"action\":%s}]}}",
             rows[i].filter);
    CHECK_ROW(makes(text, rows[i].event, rows[i].passes ? "{}" : ""), rows[i].filter);
  }
}

static void texts(void) {
  CHECK(turns("\"\xC3\x89LODIE \xCE\xA9 \xD0\x96\"", "\"lowercase\"",
              "\"\xC3\xA9lodie \xCF\x89 \xD0\xB6\""));
  CHECK(
      turns("\"stra\xC3\x9F"
            "e \xC5\xB8\"",
            "\"uppercase\"",
            "\"STRA\xC3\x9F"
            "E \xC5\xB8\""));
  CHECK(turns("\" \\t\xC2\xA0 a b \xE2\x80\x83\"", "\"trim\"", "\"a b\""));
  CHECK(turns("\"  \"", "\"trim\"", "\"\""));
  CHECK(turns("\" a b\\u00a0c \"", "\"unspace\"", "\"abc\""));
  CHECK(turns("\"+44 (0)20 7946-0018\"", "\"digits\"", "\"4402079460018\""));
  CHECK(turns("\"\xC3\xA4\xC3\xB6\xC3\xBCx\"", "{\"substring\":[1,3]}",
              "\"\xC3\xB6\xC3\xBC\""));
  CHECK(turns("\"abc\"", "{\"substring\":[2,256]}", "\"c\""));
  CHECK(turns("\"abc\"", "{\"substring\":[5,9]}", "\"\""));
  CHECK(turns("\"a  b\"", "{\"replace\":[\" \",\"__\"]}", "\"a____b\""));
  CHECK(turns("\"male\"", "{\"lookup\":{\"male\":\"m\"}}", "\"m\""));
  CHECK(turns("\"other\"", "{\"lookup\":{\"male\":\"m\"}}", "\"other\""));
  CHECK(turns("\"abc\"", "{\"prefix\":\"Viewed \"}", "\"Viewed abc\""));
  CHECK(turns("[\" A \",\"B\"]", "\"trim\",\"lowercase\"", "[\"a\",\"b\"]"));
}

static void hashes(void) {
  CHECK(turns("\"abc\"", "\"sha256\"",
              "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""));
  CHECK(turns("\"abc\"", "\"sha256\",\"sha256Once\"",
              "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""));
  CHECK(turns("\"abc\"", "\"md5\"", "\"900150983cd24fb0d6963f7d28e17f72\""));
  CHECK(turns("\"\"", "\"sha256\"", ""));
  CHECK(turns("\"\"", "\"md5\"", ""));
  CHECK(turns("\"m1\"", "\"uuid\"", "\"ca0df2c9-5aa1-84c1-90ff-2ff3c8f967fd\""));
}

static void kinds(void) {
  CHECK(turns("{\"a\":[1.0,\"x\"]}", "\"string\"", "\"{\\\"a\\\":[1.0,\\\"x\\\"]}\""));
  CHECK(turns("true", "\"string\"", "\"true\""));
  CHECK(turns("1.50", "\"string\"", "\"1.50\""));
  CHECK(turns("\"1e3\"", "\"number\"", "1e3"));
  CHECK(turns("\"01\"", "\"number\"", ""));
  CHECK(turns("\"ten\"", "\"number\"", ""));
  CHECK(turns("-3.99", "\"integer\"", "-3"));
  CHECK(turns("-0.9", "\"integer\"", "0"));
  CHECK(turns("1e3", "\"integer\"", ""));
  CHECK(turns("\"1\"", "\"boolean\"", "true"));
  CHECK(turns("0", "\"boolean\"", "false"));
  CHECK(turns("\"maybe\"", "\"boolean\"", ""));
}

static void times(void) {
  CHECK(turns("\"2026-01-01T00:00:00.010Z\"", "\"milliseconds\"", "1767225600010"));
  CHECK(turns("\"2026-01-01T00:00:00.999Z\"", "\"seconds\"", "1767225600"));
  CHECK(turns("\"2026-01-01T00:00:00.010Z\"", "\"microseconds\"", "1767225600010000"));
  CHECK(turns("1767225600010", "\"iso8601\"", "\"2026-01-01T00:00:00.010Z\""));
  CHECK(turns("\"yesterday\"", "\"seconds\"", ""));
}

static void lists(void) {
  static const char products[] = "[{\"id\":\"a\",\"n\":1},{\"n\":2},{\"id\":\"c\"}]";
  CHECK(turns(products, "{\"pluck\":\"id\"}", "[\"a\",\"c\"]"));
  CHECK(turns(products, "{\"pluck\":\"id\"},{\"join\":\",\"}", "\"a,c\""));
  CHECK(turns("\"a,b\"", "{\"split\":\",\"}", "[\"a\",\"b\"]"));
  CHECK(turns("\"\"", "{\"split\":\",\"}", "[\"\"]"));
  CHECK(turns(products, "\"count\"", "3"));
  CHECK(turns("[7,8]", "\"first\"", "7"));
  CHECK(turns("[]", "\"first\"", ""));
  CHECK(turns("7", "\"list\"", "[7]"));
  CHECK(turns("[7]", "\"list\"", "[7]"));
  CHECK(turns(products, "{\"each\":[{\"inputKey\":\"id\",\"outputKey\":\"item_id\"}]}",
              "[{\"item_id\":\"a\"},{\"item_id\":\"c\"}]"));
  CHECK(turns("{\"id\":\"a\"}", "{\"each\":[{\"inputKey\":\"id\",\"outputKey\":\"i\"}]}",
              "[{\"i\":\"a\"}]"));
  CHECK(turns("[]", "{\"each\":[]}", ""));
}

static void spreads(void) {
  static const char event[] = "{\"p\":{\"a\":1,\"b\":{\"c\":{\"d\":2}},\"l\":[{}]}}";
  CHECK(makes(GLOBAL("{\"inputKey\":\"p\",\"spread\":{}}"), event,
              "{\"a\":1,\"b\":{\"c\":{\"d\":2}},\"l\":[{}]}"));
  CHECK(makes(GLOBAL("{\"inputKey\":\"p\",\"spread\":{\"separator\":\"_\"}}"), event,
              "{\"a\":1,\"b_c_d\":2,\"l\":[{}]}"));
  CHECK(makes(GLOBAL("{\"inputKey\":\"p\",\"outputKey\":\"x.y\",\"spread\":"
                     "{\"separator\":\"_\",\"prefix\":\"p\",\"depth\":2}}"),
              event, "{\"x\":{\"y\":{\"p_a\":1,\"p_b_c\":{\"d\":2},\"p_l\":[{}]}}}"));
}

static void conditional_lines(void) {
  static const char text[] =
      GLOBAL("{\"value\":1,\"outputKey\":\"x\",\"when\":{\"exists\":\"a\"}}");
  CHECK(makes(text, "{\"a\":1}", "{\"x\":1}"));
  CHECK(makes(text, "{}", "{}"));
}

static void lists_of_one(void) {
  CHECK(
      makes("{\"lists\":[\"events\",\"none\"],\"global\":{\"mappings\":["
            "{\"value\":1,\"outputKey\":\"events.a\"}]}}",
            "{}", "{\"events\":[{\"a\":1}]}"));
}

static void parameters(void) {
  CHECK(
      makes("{\"params\":{\"ID\":\"42\",\"K\":\"ttd\"},\"global\":{\"mappings\":["
            "{\"value\":\"p-$$ID$$-$$ID$$\",\"outputKey\":\"id\"},"
            "{\"inputKey\":\"providers.$$K$$\",\"outputKey\":\"k\"}]}}",
            "{\"providers\":{\"ttd\":1}}", "{\"id\":\"p-42-42\",\"k\":1}"));
}

static void mistakes(void) {
  static const struct {
    const char *text, *said;
  } rows[] = {
      {"[]", "must be an object"},
      {"{\"globl\":{}}", "globl: is not known here"},
      {"{\"global\":{\"mappings\":{}}}", "global.mappings: must be a list"},
      {"{\"default\":{\"mappings\":[{\"inputKey\":\"a\"}]}}",
       "default.mappings[0].outputKey: must be a path, like context.page.url"},
      {"{\"global\":{\"mappings\":[{\"outputKey\":\"a\"}]}}",
       "global.mappings[0]: needs either an inputKey or a value"},
      {"{\"global\":{\"mappings\":[{\"inputKey\":[\"a\",1],\"outputKey\":\"a\"}]}}",
       "global.mappings[0].inputKey[1]: must be a path, like context.page.url"},
      {"{\"eventSpecific\":{\"Order Completed\":{\"mappings\":[{\"inputKey\":\"a\","
       "\"outputKey\":\"b\",\"transforms\":[\"trim\",\"rot13\"]}]}}}",
       "eventSpecific.Order Completed.mappings[0].transforms[1]: no such transform"},
      {"{\"global\":{\"mappings\":[{\"inputKey\":\"a\",\"outputKey\":\"b\","
       "\"transforms\":["
       "{\"each\":[{\"inputKey\":\"a\",\"outputKey\":\"b\",\"transforms\":[{\"join\":1}]}"
       "]}]}]}}",
       "global.mappings[0].transforms[0].each[0].transforms[0]: needs a text"},
      {"{\"global\":{\"mappings\":[{\"inputKey\":\"a\",\"outputKey\":\"b\","
       "\"transforms\":["
       "{\"substring\":[3,1]}]}]}}",
       "global.mappings[0].transforms[0]: needs [start, end], in characters"},
      {"{\"global\":{\"filters\":[{\"action\":\"pass\",\"events\":[]}]}}",
       "global.filters[0].action: must be allow or deny"},
      {"{\"global\":{\"filters\":[{\"action\":\"allow\"}]}}",
       "global.filters[0]: needs either events or when"},
      {"{\"global\":{\"filters\":[{\"action\":\"allow\",\"when\":{\"not\":{\"is\":\"a\"}}"
       "}]}}",
       "global.filters[0].when.not.is: no such condition"},
      {"{\"global\":{\"mappings\":[{\"value\":\"$$ID$$\",\"outputKey\":\"b\"}]}}",
       "global.mappings[0].value: names a parameter that params has no value of"},
      {"{\"params\":{\"ID\":null},\"global\":{\"mappings\":[{\"value\":\"$$ID\","
       "\"outputKey\":\"b\"}]}}",
       "global.mappings[0].value: names a parameter that params has no value of"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    CHECK_ROW(load(rows[i].text) == FH_REFUSED_MAPPING, rows[i].text);
    CHECK_ROW(strcmp(said, rows[i].said) == 0, said);
    CHECK(strcmp(apply("{}"), "code -111") == 0);
  }
  CHECK(load("{") == FH_ERR_JSON);
}

static void names_of_a_path_are_bounded(void) {
  char text[256] = "{\"global\":{\"mappings\":[{\"value\":1,\"outputKey\":\"a";
  for (int i = 0; i < 32; i++) strcat(text, ".a");
  strcat(text, "\"}]}}");
  CHECK(load(text) == FH_REFUSED_MAPPING);
}

static void too_much_for_the_arena(void) {
  arena.cap = 4096;
  CHECK(load(GLOBAL("{\"inputKey\":\"a\",\"outputKey\":\"b\"}")) == 0);
  char event[8192] = "{\"a\":\"";
  memset(event + 6, 'x', 7000);
  strcpy(event + 7006, "\"}");
  CHECK(strcmp(apply(event), "code -5") == 0);
  CHECK(strcmp(apply("{\"a\":1}"), "{\"b\":1}") == 0);
  arena.cap = sizeof room;
}

static void a_transform_needs_what_it_needs(void) {
  static const struct {
    const char *transform, *said;
  } rows[] = {{"7", "a transform is a name, or an object of one member"},
              {"{}", "a transform is a name, or an object of one member"},
              {"{\"trim\":\"\",\"list\":\"\"}",
               "a transform is a name, or an object of one member"},
              {"{\"trim\":true}", "needs nothing: write its name alone"},
              {"\"prefix\"", "needs a text"},
              {"{\"split\":\"\"}", "needs a text that is not empty"},
              {"{\"split\":1}", "needs a text that is not empty"},
              {"{\"substring\":[1]}", "needs [start, end], in characters"},
              {"{\"substring\":[1,2,3]}", "needs [start, end], in characters"},
              {"{\"substring\":{\"a\":1,\"b\":2}}", "needs [start, end], in characters"},
              {"{\"substring\":[-1,2]}", "needs [start, end], in characters"},
              {"{\"replace\":[\"a\"]}", "needs [text, replacement]"},
              {"{\"replace\":[1,\"b\"]}", "needs [text, replacement]"},
              {"{\"replace\":[\"\",\"b\"]}", "needs [text, replacement]"},
              {"{\"replace\":[\"a\",2]}", "needs [text, replacement]"},
              {"{\"lookup\":[]}", "needs {text: value}"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[256];
    snprintf(text, sizeof text,
             GLOBAL("{\"value\":1,\"outputKey\":\"o\",\"transforms\":[%s]}"),
             rows[i].transform);
    CHECK_ROW(load(text) == FH_REFUSED_MAPPING, rows[i].transform);
    const char *what = strstr(said, "transforms[0]: ");
    CHECK_ROW(what && strcmp(what + 15, rows[i].said) == 0, said);
  }
  CHECK(load(GLOBAL("{\"value\":1,\"outputKey\":\"o\",\"transforms\":["
                    "{\"each\":[],\"also\":1}]}")) == FH_REFUSED_MAPPING);
  CHECK(strcmp(said, "global.mappings[0].transforms[0].also: is not known here") == 0);
}

static void a_condition_needs_what_it_needs(void) {
  static const struct {
    const char *when, *said;
  } rows[] = {{"\"exists\"", ": a condition is an object of one member"},
              {"{}", ": a condition is an object of one member"},
              {"{\"exists\":\"a\",\"isString\":\"a\"}",
               ": a condition is an object of one member"},
              {"{\"exists\":\"\"}", ".exists: must be a path, like context.page.url"},
              {"{\"equals\":\"a\"}", ".equals: needs [path, value]"},
              {"{\"equals\":[1,\"b\"]}", ".equals: needs [path, value]"},
              {"{\"equals\":[\"a\"]}", ".equals: needs [path, value]"},
              {"{\"matches\":[\"a\",\"b\",\"c\"]}", ".matches: needs [path, value]"},
              {"{\"any\":[{\"exists\":\"a\"},1]}",
               ".any[1]: a condition is an object of one member"}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char text[256];
    snprintf(text, sizeof text,
             "{\"global\":{\"filters\":[{\"action\":\"deny\",\"when\":%s}]}}",
             rows[i].when);
    CHECK_ROW(load(text) == FH_REFUSED_MAPPING, rows[i].when);
    const char *what = strstr(said, ".when");
    CHECK_ROW(what && strcmp(what + 5, rows[i].said) == 0, said);
  }
}

static void values_of_another_kind(void) {
  CHECK(turns("null", "\"list\"", ""));
  CHECK(turns("[\" a\",null,\"b \"]", "\"trim\"", "[\"a\",\"b\"]"));
  CHECK(turns("\"text\"", "{\"pluck\":\"id\"}", ""));
  CHECK(turns("\"text\"", "{\"join\":\",\"}", "\"text\""));
  CHECK(turns("\"text\"", "\"first\"", "\"text\""));
  CHECK(turns("\"text\"", "\"count\"", ""));
  CHECK(turns("\"\"", "\"boolean\"", "false"));
  CHECK(turns("\"now\"", "\"iso8601\"", ""));
  /* A digest is no telephone number, one digit less is. */
  CHECK(turns("\"abc\"", "\"sha256\",\"digits\"",
              "\"ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad\""));
  CHECK(turns("\"abc\"", "\"sha256\",{\"substring\":[0,63]},\"digits\"",
              "\"7816801414140522230036139617794106120015\""));
  CHECK(makes(GLOBAL("{\"inputKey\":\"l.x\",\"outputKey\":\"x\"},"
                     "{\"inputKey\":\"l.-1\",\"outputKey\":\"y\"},"
                     "{\"inputKey\":\"l.1x\",\"outputKey\":\"z\"}"),
              "{\"l\":[1,2]}", "{}"));
  CHECK(makes(GLOBAL("{\"inputKey\":\"p\",\"spread\":{}}"), "{\"p\":[1]}", "{}"));
  CHECK(makes(GLOBAL("{\"value\":1,\"outputKey\":\"a.b\"},"
                     "{\"inputKey\":\"p\",\"outputKey\":\"a\",\"spread\":{}}"),
              "{\"p\":{\"c\":2}}", "{\"a\":{\"b\":1,\"c\":2}}"));
  CHECK(
      makes("{\"global\":{\"filters\":[{\"action\":\"allow\",\"when\":"
            "{\"equals\":[\"a\",\"1\"]}}]}}",
            "{\"a\":[1]}", ""));
  CHECK(
      makes("{\"params\":{\"N\":42},\"global\":{\"mappings\":["
            "{\"value\":\"n$$N$$\",\"outputKey\":\"o\"}]}}",
            "{}", "{\"o\":\"n42\"}"));
}

static void sections_have_their_form(void) {
  CHECK(load("{\"eventSpecific\":[]}") == FH_REFUSED_MAPPING);
  CHECK(strcmp(said, "eventSpecific: must be an object") == 0);
  CHECK(load("{\"lists\":[\"\"]}") == FH_REFUSED_MAPPING);
  CHECK(strcmp(said, "lists[0]: must be a path, like context.page.url") == 0);
  CHECK(load("{\"global\":{\"filters\":[{\"action\":\"deny\",\"events\":[7]}]}}") ==
        FH_REFUSED_MAPPING);
  CHECK(strcmp(said, "global.filters[0].events[0]: must be the name of an event") == 0);
}

/* With any less memory the same comes out, or that it was too little. */
static void short_memory_makes_nothing_else(void) {
  static const char text[] =
      "{\"params\":{\"K\":\"key\"},\"lists\":[\"w\"],\"global\":{"
      "\"filters\":[{\"action\":\"allow\",\"when\":{\"matches\":[\"t\",\"ABC\"]}}],"
      "\"mappings\":[{\"value\":\"$$K$$\",\"outputKey\":\"w.k\"},"
      "{\"inputKey\":\"p\",\"outputKey\":\"s\",\"spread\":{\"separator\":\"_\"}},"
      "{\"inputKey\":\"%s\",\"outputKey\":\"o\",\"default\":\"none\","
      "\"transforms\":[%s]}]}}";
  static const char event[] =
      "{\"t\":\"abc\",\"n\":\"-12.5\",\"p\":{\"a\":{\"b\":true}},\"ms\":1767225600010,"
      "\"l\":[{\"id\":\"a\",\"x\":{\"y\":1}},{\"id\":\"b\"}]}";
  static const char *const rows[][2] = {
      {"t", "\"lowercase\""},
      {"p", "\"trim\""},
      {"p", "\"unspace\""},
      {"p", "\"digits\""},
      {"p", "{\"substring\":[1,3]}"},
      {"p", "{\"replace\":[\"a\",\"long\"]}"},
      {"p", "{\"lookup\":{\"abc\":1}}"},
      {"p", "{\"prefix\":\"Viewed \"}"},
      {"p", "\"sha256\""},
      {"p", "\"sha256Once\""},
      {"p", "\"md5\""},
      {"p", "\"uuid\""},
      {"n", "\"number\""},
      {"n", "\"integer\""},
      {"p.a.b", "\"boolean\""},
      {"ms", "\"iso8601\""},
      {"p", "{\"split\":\":\"}"},
      {"l", "{\"pluck\":\"id\"}"},
      {"l", "{\"join\":\"+\"}"},
      {"l", "\"count\""},
      {"l", "{\"each\":[{\"inputKey\":\"id\",\"outputKey\":\"a.b\"}]}"},
      {"l", "{\"pluck\":\"id\"},\"uppercase\""}};
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
    char whole[1024], expected[1024];
    snprintf(whole, sizeof whole, text, rows[i][0], rows[i][1]);
    CHECK_ROW(load(whole) == 0, rows[i][1]);
    strcpy(expected, apply(event));
    CHECK_ROW(*expected == '{', expected);
    bool enough = false;
    for (size_t cap = 0; !enough; cap += 8) {
      fh_arena small = {malloc(cap + !cap), cap, 0, false};
      char *copy = exact(whole);
      fh_writer mistake = fh_writer_on(said, sizeof said);
      int code = fh_mapping_load(&mapping, &small, copy, strlen(whole), &mistake);
      CHECK_ROW(code == 0 || code == FH_ERR_COMPLEX, rows[i][1]);
      if (code == 0) {
        enough = strcmp(apply(event), expected) == 0;
        CHECK_ROW(enough || strcmp(made, "code -5") == 0, made);
      }
      free(copy);
      free(small.base);
      if (cap > sizeof room) break;
    }
    CHECK_ROW(enough, rows[i][1]);
  }
}

static void what_is_made_must_fit(void) {
  CHECK(load(GLOBAL("{\"inputKey\":\"a\",\"outputKey\":\"b\"}")) == 0);
  char event[] = "{\"a\":\"0123456789\"}", out[8];
  fh_writer writer = fh_writer_on(out, sizeof out);
  CHECK(fh_mapping_apply(&mapping, event, strlen(event), &writer) == FH_ERR_LARGE);
}

int main(void) {
  RUN(a_transform_needs_what_it_needs);
  RUN(a_condition_needs_what_it_needs);
  RUN(values_of_another_kind);
  RUN(sections_have_their_form);
  RUN(short_memory_makes_nothing_else);
  RUN(what_is_made_must_fit);
  RUN(renames);
  RUN(numbers_keep_their_text);
  RUN(adds_to_what_is_shared);
  RUN(sections);
  RUN(filters);
  RUN(texts);
  RUN(hashes);
  RUN(kinds);
  RUN(times);
  RUN(lists);
  RUN(spreads);
  RUN(conditional_lines);
  RUN(lists_of_one);
  RUN(parameters);
  RUN(mistakes);
  RUN(names_of_a_path_are_bounded);
  RUN(too_much_for_the_arena);
  return finish();
}
