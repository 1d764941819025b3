#include "near.h"

#include "check.h"

static void names_that_are_confused(void) {
  static const struct {
    const char *a, *b;
    int distance;
  } rows[] = {
      {"total", "total", 0},
      {"Total", "total", 1},
      {"order_id", "orderId", 1},
      {"Order Completed", "order-completed", 1},
      {"Order Complete", "Order Completed", 1},
      {"Ordre Completed", "Order Completed", 2},
      {"stirng", "string", 2},
      {"requierd", "required", 2},
      {"id", "it", FH_NEAR_MOST + 1}, /* too short to tell */
      {"tea", "sea", 1},
      {"price", "total", FH_NEAR_MOST + 1},
      {"", "a", FH_NEAR_MOST + 1},
      {"Größe", "Grösse", 2},
      {"Größen", "Größe", 1},
  };
  for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
    CHECK_ROW(fh_near_distance(rows[i].a, rows[i].b) == rows[i].distance, rows[i].a);
    CHECK_ROW(fh_near_distance(rows[i].b, rows[i].a) == rows[i].distance, rows[i].a);
  }
}

static void long_names_are_like_none(void) {
  char name[200] = "";
  for (int i = 0; i < 199; i++) name[i] = 'a';
  CHECK(fh_near_distance(name, name) > FH_NEAR_MOST);
}

int main(void) {
  RUN(names_that_are_confused);
  RUN(long_names_are_like_none);
  return finish();
}
