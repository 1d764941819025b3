/* The module's exports: the functions of firsthand.h on the one agent there
 * is. docs/ABI.md is the contract, exports.txt the golden list. Only i32 and
 * f64 cross; every f64 is a time in milliseconds. */
#include "firsthand.h"

#define EXPORT(name) __attribute__((export_name(#name), used))

static fh_agent agent;

EXPORT(io) char *abi_io(void);
EXPORT(start) int abi_start(int len, double wall, double mono);
EXPORT(event) int abi_event(int len, double wall, double mono);
EXPORT(number) int abi_number(void);
EXPORT(poll) int abi_poll(double wall, double mono);
EXPORT(take) int abi_take(int why, double wall, double mono);
EXPORT(ack) int abi_ack(int status, int len, int retry_after_s, double wall, double mono);
EXPORT(state) int abi_state(int which);
EXPORT(journal) int abi_journal(void);
EXPORT(adopt) int abi_adopt(int len, int error, double wall, double mono);
EXPORT(forget) int abi_forget(int len);
EXPORT(acknowledged) int abi_acknowledged(int len);
EXPORT(restore) int abi_restore(int len);
EXPORT(wait) int abi_wait(int ms, double wall, double mono);

char *abi_io(void) { return fh_io(&agent); }

int abi_start(int len, double wall, double mono) {
  return fh_start(&agent, (size_t)len, (fh_clock){wall, mono});
}

int abi_event(int len, double wall, double mono) {
  return fh_event(&agent, len, (fh_clock){wall, mono});
}

int abi_number(void) { return fh_number(&agent); }

int abi_poll(double wall, double mono) { return fh_poll(&agent, (fh_clock){wall, mono}); }

int abi_take(int why, double wall, double mono) {
  return fh_take(&agent, why, (fh_clock){wall, mono});
}

int abi_ack(int status, int len, int retry_after_s, double wall, double mono) {
  return fh_ack(&agent, status, (size_t)len, retry_after_s, (fh_clock){wall, mono});
}

int abi_state(int which) { return fh_state(&agent, which); }

int abi_journal(void) { return fh_journal(&agent); }

int abi_adopt(int len, int error, double wall, double mono) {
  return fh_adopt(&agent, (size_t)len, error, (fh_clock){wall, mono});
}

int abi_forget(int len) { return fh_forget(&agent, (size_t)len); }

int abi_acknowledged(int len) { return fh_acknowledged(&agent, (size_t)len); }

int abi_wait(int ms, double wall, double mono) {
  return fh_wait(&agent, ms, (fh_clock){wall, mono});
}

int abi_restore(int len) { return fh_restore(&agent, (size_t)len); }
