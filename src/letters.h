/* Upper and lower case, and white space, of valid UTF-8: what has to be levelled before
 * an identifier is hashed or compared.
 *
 * Case is known of ASCII, Latin-1, Latin Extended-A, Romanian, Greek and Cyrillic; all
 * else stays as it is. White space is what JavaScript's \s is (ECMA-262, 12.2 and 12.3).
 */
#ifndef FH_LETTERS_H
#define FH_LETTERS_H

#include <stdbool.h>
#include <stddef.h>

/* Changes the case of all letters in place. */
void fh_change_case(char *text, size_t len, bool to_lower);

/* Bytes of the white space that the text, which ends in NUL, begins with; 0: none. */
size_t fh_space_length(const char *text);

#endif
