/* The release. package.json has the same; a test compares them. */
#ifndef FH_VERSION_H
#define FH_VERSION_H

#define FH_VERSION "0.1.0"

#endif
