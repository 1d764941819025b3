/* A tracking plan as it is kept: a rule for each event, and below it for each of its
 * properties. */
#ifndef FH_RULE_H
#define FH_RULE_H

#include <stdbool.h>
#include <stdint.h>

#include "json.h"

/* Types of values. An integer is a number, too. */
enum {
  FH_IS_STRING = 1,
  FH_IS_NUMBER = 2,
  FH_IS_INTEGER = 4,
  FH_IS_BOOLEAN = 8,
  FH_IS_OBJECT = 16,
  FH_IS_ARRAY = 32,
  FH_IS_NULL = 64,
};

/* What a value is. */
int fh_types_of(const fh_json *value);

/* What a type is called in a plan, in the order of their bits, as "string"; 0 for a
 * word that is none. */
#define FH_TYPE_WORDS "string\0number\0integer\0boolean\0object\0array\0null\0"
int fh_type_named(const char *word);

/* Who sends an event. */
enum { FH_SIDE_CLIENT = 1, FH_SIDE_SERVER = 2, FH_SIDE_BOTH = 3 };
#define FH_SIDE_WORDS "client\0server\0both\0"

/* The side of that name; 0 where it is none. */
int fh_side_named(const char *word);

/* Lists are in the order of the plan. Nothing in it is changed once it is made. */
typedef struct fh_rule {
  const struct fh_rule *next;
  const char *name;                 /* of the event or property; of a value its text */
  const struct fh_rule *properties; /* of an object, and of an event */
  const struct fh_rule *items;      /* what each element of an array has to be */
  const struct fh_rule *values;     /* one of which it has to be; NULL: any */
  const char *minimum, *maximum;    /* of a number; NULL: none */
  const char *consent;              /* the category that an event needs; NULL: none */
  uint8_t types;                    /* one of which it has to be; 0: any */
  uint8_t side;                     /* of an event */
  bool required;
  bool open; /* other properties are right, too */
} fh_rule;

/* The rule of this name in a list, or NULL. */
const fh_rule *fh_rule_find(const fh_rule *list, const char *name);

/* Whether a value is the one that this rule of `values` has. */
bool fh_rule_equals(const fh_rule *rule, const fh_json *value);

#endif
