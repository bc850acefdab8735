#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "net/egress.h"
#include "net/http.h"

namespace tidemark::net {

/// One request to another server.
struct HttpCall {
  std::string method = "POST";
  std::string url;
  std::vector<Header> headers;
  std::string body;
  /// For connecting, sending and the whole reply; looking up the name comes on top.
  Duration timeout = std::chrono::seconds(10);
  /// How much of the reply's body is kept.
  std::size_t body_max_bytes = std::size_t{64} << 10;
};

struct HttpReply {
  int status = 0;
  std::vector<Header> headers;
  /// The first `body_max_bytes`; what follows is not read.
  std::string body;

  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const {
    return find_header(headers, name);
  }
};

/// Sends requests. A port, so that tests can answer themselves.
class HttpClient {
 public:
  virtual ~HttpClient() = default;
  /// Any status is a reply, also 3xx: redirects are not followed. Errors: `timeout`, `io` (not
  /// reached, broken off, TLS), `denied` (egress policy), `invalid` (URL, method, header), and what
  /// the resolver says. `what` names host and port at most, never path, headers or body.
  [[nodiscard]] virtual Result<HttpReply> send(const HttpCall& call) = 0;
};

/// libcurl, one connection a call, to the addresses the policy has checked and to no other; ignores
/// proxy settings of the environment. Blocks; may be used from several threads.
std::unique_ptr<HttpClient> make_curl_client(EgressPolicy policy);

}  // namespace tidemark::net
