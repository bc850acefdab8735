#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/meter.h"
#include "base/result.h"
#include "net/http.h"

namespace tidemark::net {

/// Everything a client may use of the server. A client that goes beyond gets the answer named.
struct HttpLimits {
  std::size_t header_bytes = std::size_t{64} << 10;          ///< 431
  std::size_t body_bytes = std::size_t{32} << 20;            ///< 413, before it is buffered
  Duration header_timeout = std::chrono::seconds(10);        ///< 408; from the first byte
  Duration idle_timeout = std::chrono::seconds(60);          ///< between requests: closed
  Duration body_grace = std::chrono::seconds(5);             ///< no minimum rate before that
  std::size_t body_bytes_per_second = 1024;                  ///< below that on average: 408
  std::size_t connections = 512;                             ///< more: 503 with Retry-After
  std::size_t connections_per_ip = 64;                       ///< same; loopback is exempt
  Duration stop_grace = std::chrono::seconds(5);             ///< for answers still owed
  Duration stream_comment_every = std::chrono::seconds(15);  ///< keeps event streams open
};

struct HttpServerOptions {
  /// An IP address, or "localhost" for 127.0.0.1.
  std::string address = "127.0.0.1";
  /// 0: a free port, see HttpServer::port().
  std::uint16_t port = 0;
  std::size_t threads = 2;
  HttpLimits limits;
  /// Names accepted in the Host header, with any port; others get 421. Empty: any name.
  /// IPv6 addresses with or without brackets.
  std::vector<std::string> hosts;
  /// For the Date header and to log rarely; without one no Date is sent. Must outlive the server.
  const Clock* clock = nullptr;
  /// Connections, open and refused. Must outlive the server.
  Meter* meter = nullptr;
};

/// Sends the answer. May be called from any thread, at any time, also after the server stopped.
/// Only the first call counts. When all copies are gone without a call, the peer gets a 500.
using Respond = std::function<void(HttpResponse)>;
/// Called on an I/O thread with a complete request; must not block. Requests of one connection come
/// one after another, those of different connections at the same time.
using Handler = std::function<void(HttpRequest, Respond)>;

/// An HTTP/1.1 server: keep-alive, pipelining, chunked requests, `Expect: 100-continue`, HEAD.
/// Head and body of an answer leave in one write. Malformed requests get 400 and the connection
/// ends; errors of the server itself are `json_error`s.
class HttpServer {
 public:
  /// Listens and serves until stop(). `Errc::exists` when the address is in use, `Errc::denied`
  /// when the port may not be opened, `Errc::invalid` for an address that is none.
  static Result<std::unique_ptr<HttpServer>> start(HttpServerOptions options, Handler handler);
  /// Stops.
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] std::uint16_t port() const;
  /// Accepts no more, closes idle connections and event streams, waits up to `stop_grace` for
  /// requests begun to be answered, cuts the rest off. After it returns the handler is not called
  /// again. Safe to call twice; not from the handler.
  void stop();

 private:
  struct State;
  explicit HttpServer(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace tidemark::net
