/* Which of some names was meant by one that is none of them. */
#ifndef FH_NEAR_H
#define FH_NEAR_H

/* How many letters have to be changed, added or left out to make `b` of `a`, case and
 * all but letters and digits aside, which cost 1 together; more than FH_NEAR_MOST
 * where they are not alike. */
int fh_near_distance(const char *a, const char *b);

/* As far apart as two names may be to be taken for each other. */
#define FH_NEAR_MOST 2

#endif
