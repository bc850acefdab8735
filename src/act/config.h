#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "base/time.h"

namespace tidemark::act {

/// What an operator sets for notifications.
struct ActConfig {
  /// Where people and receivers reach this server, without a slash at the end; stands in links.
  std::string public_url = "http://127.0.0.1:8470";
  /// Sender of mails; empty: as the mail client is configured.
  std::string mail_from;
  /// The part of a Message-ID after the '@'.
  std::string mail_host = "tidemark.invalid";
  /// Owner of topics and subscriptions, in their ARNs.
  std::string account = "000000000000";
  /// Mail (or web) subscriptions count as confirmed at once: for demos and closed networks.
  bool auto_confirm_email = false;
  bool auto_confirm_http = false;
  Duration http_timeout = std::chrono::seconds(10);
};

/// A command that an alarm may start. Only the configuration file can define one.
struct Runbook {
  /// Absolute path of the program, then its arguments. Never handed to a shell, and nothing of an
  /// alarm is ever put into it.
  std::vector<std::string> argv;
  /// Then SIGTERM, and SIGKILL five seconds later.
  Duration timeout = std::chrono::seconds(60);
  /// Runs until it exits with 0, at most so often.
  int tries = 3;
  friend bool operator==(const Runbook&, const Runbook&) = default;
};

struct RunbookConfig {
  /// By the name that stands in the action, `runbook:NAME`.
  std::map<std::string, Runbook> by_name;
};

}  // namespace tidemark::act
