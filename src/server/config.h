#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "act/config.h"
#include "base/file_system.h"
#include "base/result.h"
#include "base/time.h"
#include "judge/configured_verdicts.h"
#include "judge/shared_calendar.h"

namespace tidemark::server {

struct AccessKey {
  std::string id;
  std::string secret;  ///< never shown, never logged
  friend bool operator==(const AccessKey&, const AccessKey&) = default;
};

struct MailConfig {
  std::string url;  ///< "" = no mail; "smtp://host:port" or "smtps://host:port"
  std::string username;
  std::string password;  ///< never shown, never logged
  std::string from;
  bool require_tls = true;
  friend bool operator==(const MailConfig&, const MailConfig&) = default;
};

/// A detector that the file asks for. The account of its metrics is that of the server.
struct ConfiguredDetector {
  judge::DetectorTarget target;
  judge::DetectorChoices choices;
  std::vector<Duration> periods;
  friend bool operator==(const ConfiguredDetector&, const ConfiguredDetector&) = default;
};

/// All that can be configured: flags over environment over file over these defaults. README and
/// docs/configuration.md say what each is for.
struct Config {
  std::string data_dir = "tidemark-data";
  std::string http_address = "127.0.0.1";
  std::uint16_t http_port = 8470;
  std::vector<std::string> hosts;  ///< names served besides localhost and the listen address
  std::string public_url;          ///< "" = http://ADDRESS:PORT
  bool insecure_no_auth = false;
  bool enable_lifecycle = false;
  bool enable_test_api = false;
  bool accept_loss = false;  ///< go on where data is known to be missing
  std::optional<Timestamp> frozen_clock;

  std::string account_id = "000000000000";
  bool accept_reserved_namespaces = false;
  std::vector<AccessKey> access_keys;

  std::size_t connections = 512;
  std::size_t connections_per_address = 64;

  std::size_t shards = 2;
  /// Left free on the disk; not set: the store's own rule.
  std::optional<std::uint64_t> disk_reserve_bytes;
  Duration retention{0};
  /// Of alarm history, deliveries and audit; 0 keeps everything.
  Duration history_retention{std::chrono::hours(24 * 400)};

  MailConfig mail;
  bool auto_confirm_email = false;
  bool auto_confirm_http = false;
  std::vector<std::string> egress_allow;
  bool egress_allow_http = false;
  bool runbooks_enabled = false;
  std::map<std::string, act::Runbook> runbooks;
  std::vector<ConfiguredDetector> detectors;
  std::vector<judge::SharedCalendar> calendars;  ///< those with a match
  std::vector<judge::ConfiguredVerdict> verdicts;
  bool always_on = true;
  std::size_t always_on_series = 200'000;  ///< of the whole server
};

/// Reads the YAML file into `config`. An unknown key or one that stands there twice, a wrong type
/// or value, a secret that all users of the machine may read is `Errc::invalid`, naming file, line
/// and what would be right.
Result<void> read_config_file(FileSystem& files, const std::string& path, Config* config);
/// The `detectors:` of such a file alone, each with the calendars that match it among its own, as
/// judging_choices(): secrets and addresses in it are not read. Errors as above.
Result<std::vector<ConfiguredDetector>> read_configured_detectors(FileSystem& files,
                                                                  const std::string& path);
/// The choices of one of them: called `name` like its metric, or like its whole title,
/// `namespace/name{dimension=value} statistic`, of metric math its label or expression; "": the
/// only one. `Errc::invalid`, naming those that there are.
Result<judge::DetectorChoices> configured_choices(FileSystem& files,
                                                  const std::string& path,
                                                  const std::string& name);
/// "127.0.0.1:8470", "[::1]:8470". `Errc::invalid` otherwise.
Result<void> set_listen_address(const std::string& text, Config* config);
/// What holds between the file's values and the flags: `Errc::denied` when the server would be open
/// to the network without authentication, `Errc::invalid` for the rest.
Result<void> check_config(const Config& config);

}  // namespace tidemark::server
