#include "server/reload.h"

#include <tuple>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tidemark::server {
namespace {

/// A setting by its name in the file, or the first part of it.
struct Setting {
  const char* name;
  bool live;
  bool (*equal)(const Config& a, const Config& b);
};

template <auto... members>
bool same(const Config& a, const Config& b) {
  return ((a.*members == b.*members) && ...);
}

constexpr Setting kSettings[] = {
    {"aws.access_keys", true, same<&Config::access_keys>},
    {"detectors", true, same<&Config::detectors>},
    {"verdicts", true, same<&Config::verdicts>},
    {"calendars", true, same<&Config::calendars>},
    {"runbooks", true, same<&Config::runbooks_enabled, &Config::runbooks>},
    {"data", false, same<&Config::data_dir>},
    {"http", false, same<&Config::http_address, &Config::http_port>},
    {"hosts", false, same<&Config::hosts>},
    {"public_url", false, same<&Config::public_url>},
    {"aws.account_id", false, same<&Config::account_id>},
    {"aws.accept_reserved_namespaces", false, same<&Config::accept_reserved_namespaces>},
    {"limits", false, same<&Config::connections, &Config::connections_per_address>},
    {"storage",
     false,
     same<&Config::shards,
          &Config::retention,
          &Config::history_retention,
          &Config::disk_reserve_bytes>},
    {"detection", false, same<&Config::always_on, &Config::always_on_series>},
    {"mail", false, same<&Config::mail>},
    {"subscriptions", false, same<&Config::auto_confirm_email, &Config::auto_confirm_http>},
    {"egress", false, same<&Config::egress_allow, &Config::egress_allow_http>},
};

}  // namespace

void take_over_live(const Config& from, Config* to) {
  to->access_keys = from.access_keys;
  to->runbooks_enabled = from.runbooks_enabled;
  to->runbooks = from.runbooks;
  to->detectors = from.detectors;
  to->calendars = from.calendars;
  to->verdicts = from.verdicts;
}

std::string reload_summary(const Config& running, const Config& next) {
  std::vector<std::string> taken, waiting;
  for (const Setting& setting : kSettings) {
    if (!setting.equal(running, next)) (setting.live ? taken : waiting).push_back(setting.name);
  }
  std::string out = taken.empty() ? "nothing to take over"
                                  : fmt::format("taken over: {}", fmt::join(taken, ", "));
  if (!waiting.empty())
    out += fmt::format("; changed, but need a restart: {}", fmt::join(waiting, ", "));
  return out;
}

}  // namespace tidemark::server
