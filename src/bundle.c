/* Bundles, and what one may hold: shape, lengths, kinds. */
#include "bundle.h"

#include "errors.h"
#include "identity.h"
#include "refusal.h"

/* How deep userAgentData is: lists of brands in it. */
#define TREE_DEPTH 3

/* Bounds of what is in consent, providers and context: of ours none comes near. */
#define MAX_MEMBERS     32
#define MAX_NAME_BYTES  64
#define MAX_VALUE_BYTES (2 * FH_MAX_URL_BYTES)

typedef enum fh_shape { TEXT, MAP, TREE } fh_shape;

static const struct {
  const char *name;
  fh_shape shape;
} facts[FH_FACTS] = {
    {"campaign", MAP},   {"clickIds", MAP},       {"page", MAP},   {"referrer", MAP},
    {"locale", TEXT},    {"timezone", TEXT},      {"screen", MAP}, {"library", MAP},
    {"userAgent", TEXT}, {"userAgentData", TREE},
};

const fh_json *fh_given(const fh_json *object, const char *name) {
  const fh_json *found = fh_json_get(object, name);
  return fh_json_is_null(found) ? NULL : found;
}

static bool is_short(const fh_json *value) {
  return strlen(fh_json_text(value)) <= MAX_VALUE_BYTES;
}

/* Whether values lie at most `depth` levels down, none of them long or many. */
static bool is_tree(const fh_json *value, int depth) {
  int count = 0;
  if (!is_short(value)) return false;
  for (const fh_json *m = fh_json_first(value); m; m = fh_json_next(m)) {
    const char *name = fh_json_name(m);
    if (!depth || ++count > MAX_MEMBERS || strlen(name) > MAX_NAME_BYTES ||
        strcmp(name, "__proto__") == 0 || !is_tree(m, depth - 1))
      return false;
  }
  return true;
}

static bool has_shape(const fh_json *value, fh_shape shape) {
  switch (shape) {
    case TEXT: return fh_json_is_string(value) && is_short(value);
    case MAP: return fh_json_is_object(value) && is_tree(value, 1);
    case TREE: break;
  }
  return is_tree(value, TREE_DEPTH);
}

static bool is_consent(const fh_json *consent) {
  if (!has_shape(consent, MAP)) return false;
  for (const fh_json *m = fh_json_first(consent); m; m = fh_json_next(m))
    if (fh_json_chars(m) || fh_json_is_null(m)) return false;
  return true;
}

static bool is_providers(const fh_json *providers) {
  if (!fh_json_is_object(providers) || !is_tree(providers, 2)) return false;
  for (const fh_json *m = fh_json_first(providers); m; m = fh_json_next(m))
    if (!fh_json_is_object(m)) return false;
  return true;
}

bool fh_is_uuid(const char *text) {
  fh_uuid uuid;
  return strlen(text) == FH_UUID_CHARS && fh_uuid_read(text, &uuid);
}

/* Printable: what goes into a header or a form must come back as it was. */
static bool is_user_id(const char *text) {
  size_t len = 0;
  for (; text[len]; len++)
    if ((unsigned char)text[len] < ' ' || text[len] == 0x7f) return false;
  return len <= FH_MAX_USER_ID_BYTES;
}

static bool is_sig(const char *text) {
  size_t len = 0;
  for (; text[len]; len++)
    if (text[len] <= ' ' || text[len] >= 0x7f || text[len] == '"' || text[len] == '\\')
      return false;
  return len <= FH_MAX_SIG_BYTES;
}

int fh_bundle_check(const fh_bundle *bundle) {
  fh_identity identity;
  if (!fh_identity_adopt(&identity, bundle->anonymous_id)) return FH_ERR_ANONYMOUS_ID;
  if (!is_user_id(bundle->user_id)) return FH_ERR_USER_ID;
  /* The version: without it there is no time in it. */
  bool has_session = bundle->session.bytes[6] >> 4 == 7 && bundle->index >= 1 &&
                     bundle->index < UINT32_MAX;
  bool has_ids = (!*bundle->page_view || fh_is_uuid(bundle->page_view)) &&
                 (!*bundle->first_event || fh_is_uuid(bundle->first_event));
  return has_session && has_ids && bundle->at > 0 && is_sig(bundle->sig)
             ? 0
             : FH_REFUSED_BUNDLE;
}

bool fh_bundle_take(fh_bundle *bundle, const fh_json *from, const fh_json *context) {
  bool good = true;
  const fh_json *consent = fh_given(from, "consent");
  const fh_json *providers = fh_given(from, "providers");
  if (consent) good &= is_consent(consent);
  if (providers) good &= is_providers(providers);
  bundle->consent = consent && is_consent(consent) ? consent : NULL;
  bundle->providers = providers && is_providers(providers) ? providers : NULL;
  if (context) good &= fh_json_is_object(context);
  for (int i = 0; i < FH_FACTS; i++) {
    const fh_json *fact = fh_given(context, facts[i].name);
    bool fits = fact && has_shape(fact, facts[i].shape);
    if (fact) good &= fits;
    bundle->facts[i] = fits ? fact : NULL;
  }
  return good;
}

const char *fh_fact_name(int fact) { return facts[fact].name; }

void fh_bundle_clear(fh_bundle *bundle) {
  static const fh_bundle nothing = {
      .anonymous_id = "", .user_id = "", .page_view = "", .first_event = "", .sig = ""};
  *bundle = nothing;
}

/* What brought the visitor here, where the page itself does not say: campaign, click
 * ids, referrer. */
static void take_touch(fh_bundle *bundle, const fh_json *touch) {
  for (int i = 0; i < FH_FACTS; i++) {
    const fh_json *fact = fh_given(touch, facts[i].name);
    if (!bundle->facts[i] && fact && has_shape(fact, facts[i].shape))
      bundle->facts[i] = fact;
  }
}

int fh_bundle_of(fh_bundle *bundle, const fh_json *tail, double at) {
  const fh_json *context = fh_json_get(tail, "context");
  const fh_json *session = fh_json_get(context, "session");
  const char *id = fh_json_get_text(session, "id");
  fh_bundle_clear(bundle);
  bundle->index = fh_json_whole(fh_json_get(session, "index"));
  if (bundle->index < 1 || !fh_is_uuid(id)) return FH_REFUSED_SESSION;
  fh_uuid_read(id, &bundle->session);
  bundle->anonymous_id = fh_json_get_text(tail, "anonymousId");
  bundle->user_id = fh_json_get_text(tail, "userId");
  if (!is_user_id(bundle->user_id)) bundle->user_id = "";
  bundle->page_view = fh_json_get_text(context, "pageViewId");
  bundle->at = at;
  fh_bundle_take(bundle, context, context);
  /* There it is the whole decision. */
  const fh_json *consent =
      fh_given(fh_json_get(context, "consent"), "categoryPreferences");
  bundle->consent = consent && is_consent(consent) ? consent : NULL;
  take_touch(bundle, fh_json_get(fh_json_get(context, "attribution"), "last"));
  return fh_bundle_check(bundle);
}
