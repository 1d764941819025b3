/* Types and values as a tracking plan has them. */
#include "rule.h"

#include "decimal.h"

int fh_types_of(const fh_json *value) {
  if (fh_json_is_string(value)) return FH_IS_STRING;
  if (fh_json_is_bool(value)) return FH_IS_BOOLEAN;
  if (fh_json_is_object(value)) return FH_IS_OBJECT;
  if (fh_json_is_array(value)) return FH_IS_ARRAY;
  if (!fh_json_is_number(value)) return FH_IS_NULL;
  return FH_IS_NUMBER | (fh_decimal_is_whole(fh_json_text(value)) ? FH_IS_INTEGER : 0);
}

/* Which of the words it is, from 1; 0 where it is none. */
static int index_of(const char *word, const char *words) {
  for (int i = 1; *words; i++, words += strlen(words) + 1)
    if (strcmp(word, words) == 0) return i;
  return 0;
}

int fh_type_named(const char *word) {
  int index = index_of(word, FH_TYPE_WORDS);
  return index ? 1 << (index - 1) : 0;
}

int fh_side_named(const char *word) { return index_of(word, FH_SIDE_WORDS); }

const fh_rule *fh_rule_find(const fh_rule *list, const char *name) {
  while (list && strcmp(list->name, name) != 0) list = list->next;
  return list;
}

bool fh_rule_equals(const fh_rule *rule, const fh_json *value) {
  int types = fh_types_of(value);
  if (!(rule->types & types)) return false;
  const char *text = types == FH_IS_BOOLEAN ? (fh_json_is_true(value) ? "true" : "false")
                                            : fh_json_text(value);
  if (types & FH_IS_NUMBER) return fh_decimal_compare(rule->name, text) == 0;
  return types == FH_IS_NULL || strcmp(rule->name, text) == 0;
}
