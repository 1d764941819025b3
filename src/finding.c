/* Writes findings. */
#include "finding.h"

/* The end of the list, for which there is always room. */
#define CLOSING_BYTES 2

/* Whether a member of this name is written with a point before it. */
static bool is_plain(const char *name) {
  if (!*name) return false;
  for (; *name; name++) {
    bool letter = (*name >= 'a' && *name <= 'z') || (*name >= 'A' && *name <= 'Z');
    if (!letter && *name != '_' && *name != '$' && !(*name >= '0' && *name <= '9'))
      return false;
  }
  return true;
}

static void put_place(fh_writer *writer, const fh_place *place) {
  if (!place) return;
  put_place(writer, place->in);
  if (!place->name) {
    fh_put(writer, "[");
    fh_put_number(writer, place->index);
    fh_put(writer, "]");
  } else if (is_plain(place->name)) {
    if (place->in) fh_put(writer, ".");
    fh_put(writer, place->name);
  } else {
    fh_put(writer, "[\\\"");
    fh_put_escaped(writer, place->name, strlen(place->name));
    fh_put(writer, "\\\"]");
  }
}

void fh_findings_begin(fh_findings *findings, const char *kind, const fh_place *place) {
  fh_writer *writer = findings->writer;
  findings->start = writer->len;
  fh_put(writer, findings->written ? "," : "[");
  fh_put(writer, "{\"kind\":\"");
  fh_put(writer, kind);
  fh_put(writer, "\",\"path\":\"");
  put_place(writer, place);
  fh_put(writer, "\",\"message\":\"");
}

void fh_findings_say(fh_findings *findings, const char *text) {
  fh_put_escaped(findings->writer, text, strlen(text));
}

void fh_findings_quote(fh_findings *findings, const char *text) {
  fh_findings_say(findings, "\"");
  fh_findings_say(findings, text);
  fh_findings_say(findings, "\"");
}

void fh_findings_end(fh_findings *findings, const char *suggestion) {
  fh_writer *writer = findings->writer;
  if (suggestion) {
    fh_findings_say(findings, "; did you mean ");
    fh_findings_quote(findings, suggestion);
    fh_findings_say(findings, "?");
  }
  fh_put(writer, "\"");
  if (suggestion) {
    fh_put_name(writer, "suggestion");
    fh_put_string(writer, suggestion, strlen(suggestion));
  }
  fh_put(writer, "}");
  bool fits = !writer->full && writer->len + CLOSING_BYTES <= writer->cap;
  findings->count++;
  if (fits && findings->count <= FH_MAX_FINDINGS) {
    findings->written++;
    return;
  }
  writer->len = findings->start;
  writer->full = false;
}

void fh_findings_add(fh_findings *findings, const char *kind, const fh_place *place,
                     const char *sentence) {
  fh_findings_begin(findings, kind, place);
  fh_findings_say(findings, sentence);
  fh_findings_end(findings, NULL);
}

int fh_findings_close(fh_findings *findings) {
  if (findings->count) fh_put(findings->writer, findings->written ? "]" : "[]");
  return findings->count;
}
