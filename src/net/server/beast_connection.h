// Part of beast_connection.cc, its only includer: Beast stays in one translation unit.
#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "net/event_stream.h"
#include "net/http_server.h"
#include "net/server/core.h"
#include "net/server/head.h"

namespace tidemark::net::server {

using boost::system::error_code;
using tcp = asio::ip::tcp;

struct Peer {
  std::string ip;
  std::string text;
  bool loopback = false;
};

/// One accepted socket. All but the constructor runs on the strand that is the socket's executor.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(tcp::socket socket, Core& core, Peer peer);

  /// Serves until the peer leaves, a limit is hit or the server drains.
  asio::awaitable<void> run();
  /// Answers 503 without reading.
  asio::awaitable<void> refuse();

  /// Ends waiting for a next request and an event stream; a request begun goes on.
  void drain();
  /// Cuts the connection off; an answer still owed is given up.
  void abort();

  [[nodiscard]] asio::any_io_executor executor() { return socket_.get_executor(); }
  [[nodiscard]] const Peer& peer() const { return peer_; }

 private:
  using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
  using Refusal = std::optional<HttpResponse>;

  asio::awaitable<bool> wait_for_request(Duration at_most);
  /// False: the connection is at its end.
  asio::awaitable<bool> serve_one();
  asio::awaitable<Refusal> read_head();
  Refusal parse_head(std::size_t size);
  asio::awaitable<Refusal> read_body();
  /// True: the body is complete or refused.
  bool parse_body(Refusal& refusal, std::size_t& taken);
  /// Calls the handler and resumes with what it answers.
  asio::awaitable<HttpResponse> ask();
  asio::awaitable<void> send(HttpResponse response);
  /// The answer after which the connection ends, also while the peer is still sending: reads on for
  /// a while, because closing with unread input makes the kernel throw the answer away.
  asio::awaitable<void> send_last(HttpResponse response);
  asio::awaitable<void> stream_events(HttpResponse response);
  void watch_peer();
  asio::awaitable<error_code> receive(std::size_t at_most);
  /// One write for both parts. Sets gone_ when the peer does not take it.
  asio::awaitable<void> write(std::string_view head, std::string_view body);

  void arm(Duration from_now);
  void arm_at(asio::steady_timer::time_point at);
  void disarm();
  [[nodiscard]] std::string date() const;
  [[nodiscard]] const HttpLimits& limits() const { return core_.options.limits; }
  [[nodiscard]] std::string_view unread() const;

  Core& core_;
  tcp::socket socket_;
  asio::steady_timer timer_;  // the deadline of the operation under way
  asio::steady_timer wake_;   // an event stream's next comment, cut short by a push
  const Peer peer_;
  boost::beast::flat_buffer buffer_;
  std::optional<Parser> parser_;
  HttpRequest request_;
  std::weak_ptr<Pending> pending_;
  std::shared_ptr<EventStream> stream_;
  std::array<char, 512> scratch_{};
  std::uint64_t armed_ = 0;  // which deadline is meant, so that a late timer cannot hit a later one
  bool timed_out_ = false;
  bool idle_ = false;  // no request begun is waiting for its answer
  bool gone_ = false;
  bool keep_alive_ = false;
  bool http10_ = false;
  bool head_only_ = false;
};

}  // namespace tidemark::net::server
