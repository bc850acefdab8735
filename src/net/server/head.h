#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "net/http.h"

namespace tidemark::net::server {

/// What HeadScanner found in the bytes so far.
struct HeadScan {
  enum class State : std::uint8_t { incomplete, complete, bad } state = State::incomplete;
  /// Complete: bytes of the head with its empty line.
  std::size_t size = 0;
  /// Bad: what is wrong, for the 400.
  std::string_view why;
};

/// Finds the end of a request head, and refuses what two parsers could read in two ways (RFC 9112
/// sections 2.2 and 5.2): bare CR or LF, folded lines, control characters, no HTTP/1.x line.
/// Looks at each byte once.
class HeadScanner {
 public:
  /// `bytes`: all received of this head, first byte first; each call has the earlier bytes too.
  HeadScan scan(std::string_view bytes);

 private:
  [[nodiscard]] std::string_view fault_at(std::string_view bytes, std::size_t at) const;

  std::size_t next_ = 0;
  std::size_t line_start_ = 0;
};

/// What a request head is held to.
struct HeadRules {
  std::size_t body_bytes = 0;
  /// As normal_host() gives them; empty: any.
  std::vector<std::string> hosts;
};

/// Lower case, without port and brackets: "[::1]:80" → "::1".
std::string normal_host(std::string_view host);

/// The answer for a head that must not be served: 400 for framing that is ambiguous (RFC 9112
/// section 6.3) or a missing Host, 413, 417, 421. Sets `path` and `query`; a target in absolute
/// form becomes its path, and its authority counts as the Host.
/// `minor`: 0 or 1, of HTTP/1.x.
std::optional<HttpResponse> refusal_of_head(HttpRequest& request,
                                            unsigned minor,
                                            const HeadRules& rules);

/// How an answer is framed.
struct Framing {
  bool keep_alive = true;
  /// To an HTTP/1.0 client, which must be told that the connection stays.
  bool http10 = false;
  /// An event stream: ends when the connection ends.
  bool streaming = false;
  /// Value of Date; empty: none.
  std::string date;
};
/// Status line and headers with the empty line. An answer whose headers are not legal must have
/// been replaced before.
std::string response_head(const HttpResponse& response, const Framing& framing);
/// False: a header name or value would break the head, or the status is none.
bool is_sendable(const HttpResponse& response);
/// 204, 304 and 1xx have neither body nor Content-Length.
bool may_have_body(int status);
/// "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110 section 5.6.7).
std::string http_date(Timestamp at);

}  // namespace tidemark::net::server
