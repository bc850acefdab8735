#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace tidemark::net {

class EventStream;

/// One header line. Names compare without regard to case.
struct Header {
  std::string name;
  std::string value;
};

/// The value of the first header of that name; the view points into `headers`.
std::optional<std::string_view> find_header(const std::vector<Header>& headers,
                                            std::string_view name);

/// A request as it came, body complete. `target` is path and query as sent, `path` and `query` its
/// two halves, still percent-encoded.
struct HttpRequest {
  std::string method;
  std::string target;
  std::string path;
  std::string query;
  std::vector<Header> headers;
  std::string body;
  /// "192.0.2.1:50312" or "[2001:db8::1]:50312".
  std::string peer;
  bool from_loopback = false;

  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
    return find_header(headers, name);
  }
  /// `path` without its percent escapes; `Errc::invalid` when an escape is malformed.
  [[nodiscard]] Result<std::string> decoded_path() const;
};

/// An answer. The server adds Content-Length, Connection and Date; it drops those given here.
/// With `stream` set, the head is sent at once and the body is what is pushed into the stream
/// (see event_stream.h); `body` is ignored.
struct HttpResponse {
  int status = 200;
  std::vector<Header> headers;
  std::string body;
  std::shared_ptr<EventStream> stream;
};

/// `{"error":{"code":"…","message":"…"}}`, the shape of every error the server itself makes.
HttpResponse json_error(int status, std::string_view code, std::string_view message);

/// Resolves `%41`; a '+' is a space only if asked (forms and queries, not paths). A '%' without two
/// hex digits is `Errc::invalid`.
Result<std::string> percent_decode(std::string_view text, bool plus_is_space = false);
/// Escapes all but the unreserved characters of RFC 3986 (letters, digits, "-._~"). Upper-case hex,
/// space is %20: what AWS signatures want too. `keep`: further characters left as they are ("/").
std::string percent_encode(std::string_view text, std::string_view keep = {});

using QueryParams = std::vector<std::pair<std::string, std::string>>;
/// `a=1&b=%20&c` in the order of the text, decoded ('+' is a space); no '=' gives an empty value,
/// empty pieces are left out. Serves queries and form bodies. Malformed escape: `Errc::invalid`.
Result<QueryParams> parse_query(std::string_view text);
/// The first parameter of that name (case matters); the view points into `params`.
std::optional<std::string_view> find_param(const QueryParams& params, std::string_view name);

/// True when both are equal but for the case of ASCII letters.
bool equal_ignoring_case(std::string_view a, std::string_view b);
/// A header name: one or more token characters of RFC 9110.
bool is_header_name(std::string_view name);
/// A header value without control characters, so that it cannot start another line.
bool is_header_value(std::string_view value);

}  // namespace tidemark::net
