#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "net/http.h"

namespace tidemark::net {

/// One message. All text is UTF-8. Line ends may be "\n".
struct Mail {
  /// "ops@example.com" or "Operations <ops@example.com>". Empty `from`: SmtpOptions::from.
  std::string from;
  std::vector<std::string> to;
  std::string subject;
  std::string text;
  /// Empty: the message has plain text only.
  std::string html;
  /// "id@host", with or without <>; a retry with the same id can be recognised. Empty: none.
  std::string message_id;
  std::optional<Timestamp> date;
  std::vector<Header> headers;
};

/// Sends mail. A port, so that tests can look at it instead.
class MailClient {
 public:
  virtual ~MailClient() = default;
  /// Success: the server has taken responsibility for the message for all of `to`.
  /// `unavailable`: not now (4xx, network, TLS), the same mail may be sent again; if the connection
  /// broke late, it may arrive twice. `denied`: the server refused for good (5xx). `invalid`: an
  /// address or header that must not be sent, such as one with a line break. `what` holds the
  /// server's own words.
  [[nodiscard]] virtual Result<void> send(const Mail& mail) = 0;
};

struct SmtpOptions {
  /// "smtp://mail.example:587" (STARTTLS) or "smtps://mail.example:465".
  std::string url;
  /// Empty: no login. The password is never shown.
  std::string username;
  std::string password;
  std::string from;
  Duration timeout = std::chrono::seconds(30);
  /// False: TLS is used when offered; without it mail and password travel in clear text.
  bool require_tls = true;
};

/// `Errc::invalid` for what SmtpOptions::url and `from` must not be.
Result<void> check_smtp_url(const std::string& url);
Result<void> check_sender(const std::string& from);

/// libcurl, one connection a mail. Blocks; may be used from several threads. `Errc::invalid` for a
/// URL that is not smtp(s) or a `from` that is no address.
Result<std::unique_ptr<MailClient>> make_smtp_client(SmtpOptions options);

}  // namespace tidemark::net
