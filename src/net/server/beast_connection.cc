#include "net/server/beast_connection.h"

#include <algorithm>
#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include "base/log.h"
#include "base/people_bytes.h"
#include "net/server/serve.h"

namespace tidemark::net::server {
namespace {

using asio::redirect_error;
using asio::use_awaitable;

constexpr std::size_t kHeadRead = 4096;
constexpr std::size_t kBodyRead = std::size_t{64} << 10;
/// A chunk's size line with its extensions, or the trailer, must not be longer.
constexpr std::size_t kChunkLineMax = std::size_t{16} << 10;
/// After a last answer: how much and how long is still read.
constexpr std::size_t kLingerBytes = std::size_t{64} << 20;
constexpr Duration kLinger = std::chrono::seconds(2);
constexpr Duration kLingerDraining = std::chrono::milliseconds(100);
/// Connections over the limit that are told so at leisure; more get the same answer in one go.
constexpr int kRefusingMax = 64;

HttpResponse overloaded() {
  HttpResponse response = json_error(503, "overloaded", "too many connections");
  response.headers.push_back({"Retry-After", "1"});
  return response;
}

std::chrono::steady_clock::duration to_steady(Duration duration) {
  return std::chrono::duration_cast<std::chrono::steady_clock::duration>(duration);
}

}  // namespace

Connection::Connection(tcp::socket socket, Core& core, Peer peer)
    : core_(core),
      socket_(std::move(socket)),
      timer_(socket_.get_executor()),
      wake_(socket_.get_executor()),
      peer_(std::move(peer)) {
  error_code ignored;
  socket_.set_option(tcp::no_delay(true), ignored);
  socket_.set_option(asio::socket_base::keep_alive(true), ignored);
  // A peer that vanished without a word is noticed after 30 s of unacknowledged data.
  constexpr int kUserTimeoutMs = 30'000;
  socket_.set_option(
      asio::detail::socket_option::integer<IPPROTO_TCP, TCP_USER_TIMEOUT>(kUserTimeoutMs), ignored);
}

void Connection::arm(Duration from_now) {
  timer_.expires_after(to_steady(from_now));
  arm_at(timer_.expiry());
}

void Connection::arm_at(asio::steady_timer::time_point at) {
  timed_out_ = false;
  timer_.expires_at(at);
  timer_.async_wait([self = shared_from_this(), armed = ++armed_](error_code error) {
    if (error || armed != self->armed_) return;
    self->timed_out_ = true;
    self->socket_.cancel(error);
  });
}

void Connection::disarm() {
  ++armed_;
  timer_.cancel();
}

std::string Connection::date() const {
  const Clock* clock = core_.options.clock;
  return clock == nullptr ? std::string() : http_date(clock->machine_wall());
}

std::string_view Connection::unread() const {
  return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
}

asio::awaitable<error_code> Connection::receive(std::size_t at_most) {
  error_code error;
  const auto space = buffer_.prepare(at_most);
  const std::size_t got =
      co_await socket_.async_read_some(space, redirect_error(use_awaitable, error));
  buffer_.commit(got);
  if (timed_out_) error = asio::error::timed_out;
  co_return error;
}

asio::awaitable<void> Connection::write(std::string_view head, std::string_view body) {
  std::array<asio::const_buffer, 2> parts{asio::buffer(head), asio::buffer(body)};
  while (!gone_ && parts[0].size() + parts[1].size() > 0) {
    arm(limits().idle_timeout);
    error_code error;
    std::size_t sent =
        co_await socket_.async_write_some(parts, redirect_error(use_awaitable, error));
    gone_ = error || timed_out_;
    for (asio::const_buffer& part : parts) {
      const std::size_t of_part = std::min(sent, part.size());
      part += of_part;
      sent -= of_part;
    }
  }
  disarm();
}

asio::awaitable<bool> Connection::wait_for_request(Duration at_most) {
  arm(at_most);
  for (;;) {
    // An empty line before a request is ignored (RFC 9112 section 2.2).
    while (unread().starts_with("\r\n"))
      buffer_.consume(2);
    if (buffer_.size() > 0) break;
    if (core_.draining) break;
    idle_ = true;
    const error_code error = co_await receive(kHeadRead);
    idle_ = false;
    if (error) break;
  }
  disarm();
  co_return buffer_.size() > 0;
}

asio::awaitable<Connection::Refusal> Connection::read_head() {
  HeadScanner scanner;
  arm(limits().header_timeout);
  for (;;) {
    const HeadScan scan = scanner.scan(unread());
    if (scan.state == HeadScan::State::bad) co_return json_error(400, "bad_request", scan.why);
    const bool complete = scan.state == HeadScan::State::complete;
    if ((complete ? scan.size : buffer_.size()) > limits().header_bytes) {
      co_return json_error(
          431,
          "header_too_large",
          fmt::format("request header exceeds {}", people_bytes(limits().header_bytes)));
    }
    if (complete) {
      disarm();
      co_return parse_head(scan.size);
    }
    const error_code error = co_await receive(kHeadRead);
    if (error == asio::error::timed_out) {
      const auto seconds = std::chrono::duration<double>(limits().header_timeout).count();
      co_return json_error(
          408, "request_timeout", fmt::format("request header not received within {}s", seconds));
    }
    if (error == asio::error::eof) {
      co_return json_error(400, "bad_request", "the request head is incomplete");
    }
    if (error) {
      gone_ = true;
      co_return std::nullopt;
    }
  }
}

Connection::Refusal Connection::parse_head(std::size_t size) {
  parser_.emplace();
  parser_->eager(true);
  parser_->body_limit(boost::none);  // checked below, with a better message
  parser_->header_limit(static_cast<std::uint32_t>(limits().header_bytes + 1));
  error_code error;
  const std::size_t used = parser_->put(asio::const_buffer(buffer_.data().data(), size), error);
  if (error || used != size) {
    return json_error(400, "bad_request", error ? error.message() : "malformed request head");
  }
  buffer_.consume(size);
  const auto& message = parser_->get();
  request_ = HttpRequest{};
  request_.method = std::string(message.method_string());
  request_.target = std::string(message.target());
  for (const auto& field : message) {
    request_.headers.push_back({std::string(field.name_string()), std::string(field.value())});
  }
  request_.peer = peer_.text;
  request_.from_loopback = peer_.loopback;
  http10_ = message.version() < 11;
  keep_alive_ = parser_->keep_alive();
  head_only_ = request_.method == "HEAD";
  return refusal_of_head(request_, http10_ ? 0 : 1, core_.rules);
}

bool Connection::parse_body(Refusal& refusal, std::size_t& taken) {
  if (buffer_.size() == 0) return false;
  error_code error;
  const std::size_t used = parser_->put(buffer_.data(), error);
  buffer_.consume(used);
  taken += used;
  if (error == boost::beast::http::error::body_limit) {
    const std::string limit = people_bytes(limits().body_bytes);
    refusal = json_error(413, "body_too_large", fmt::format("body exceeds {}", limit));
  } else if (error && error != boost::beast::http::error::need_more) {
    refusal = json_error(400, "bad_request", error.message());
  } else if (!parser_->is_done() && buffer_.size() > kChunkLineMax) {
    refusal = json_error(400, "bad_request", "chunk header or trailer too long");
  }
  return refusal || parser_->is_done();
}

asio::awaitable<Connection::Refusal> Connection::read_body() {
  Refusal refusal;
  if (parser_->is_done()) co_return refusal;
  parser_->body_limit(limits().body_bytes);
  if (request_.header("Expect") && !http10_ && buffer_.size() == 0) {
    co_await write("HTTP/1.1 100 Continue\r\n\r\n", {});
  }
  timer_.expires_after(asio::steady_timer::duration::zero());
  const auto start = timer_.expiry() + to_steady(limits().body_grace);
  const double rate = static_cast<double>(std::max<std::size_t>(limits().body_bytes_per_second, 1));
  std::size_t taken = 0;
  while (!gone_ && !parse_body(refusal, taken)) {
    const std::chrono::duration<double> earned(static_cast<double>(taken) / rate);
    arm_at(start + std::chrono::duration_cast<asio::steady_timer::duration>(earned));
    const error_code error = co_await receive(kBodyRead);
    if (error == asio::error::timed_out) {
      refusal = json_error(408,
                           "request_timeout",
                           fmt::format("request body slower than {} bytes a second",
                                       limits().body_bytes_per_second));
      break;
    }
    gone_ = static_cast<bool>(error);  // a body cut short is never applied
  }
  disarm();
  if (!gone_ && !refusal) request_.body = std::move(parser_->get().body());
  co_return refusal;
}

asio::awaitable<HttpResponse> Connection::ask() {
  const auto start = [this](auto resume) {
    auto held = std::make_shared<decltype(resume)>(std::move(resume));
    auto deliver = [held, strand = executor()](HttpResponse response) {
      asio::post(strand, [held, response = std::move(response)]() mutable {
        (*held)(std::move(response));
      });
    };
    auto pending = std::make_shared<Pending>(core_.shared_from_this(), std::move(deliver));
    pending_ = pending;
    try {
      core_.handler(std::move(request_),
                    [pending](HttpResponse response) { pending->answer(std::move(response)); });
    } catch (const std::exception& error) {
      log(LogLevel::error, "a request handler threw", {{"what", error.what()}});
      pending->answer(json_error(500, "internal", "internal error"));
    }
  };
  return asio::async_initiate<const asio::use_awaitable_t<>, void(HttpResponse)>(start,
                                                                                 use_awaitable);
}

asio::awaitable<void> Connection::send(HttpResponse response) {
  const Framing framing{keep_alive_, http10_, response.stream != nullptr, date()};
  const std::string head = response_head(response, framing);
  const bool no_body = head_only_ || framing.streaming || !may_have_body(response.status);
  const std::string_view body = no_body ? std::string_view() : std::string_view(response.body);
  co_await write(head, body);
}

asio::awaitable<void> Connection::send_last(HttpResponse response) {
  keep_alive_ = false;
  co_await send(std::move(response));
  if (gone_) co_return;
  error_code error;
  socket_.shutdown(tcp::socket::shutdown_send, error);
  idle_ = true;
  arm(core_.draining ? kLingerDraining : kLinger);
  for (std::size_t taken = 0; !error && taken < kLingerBytes; taken += buffer_.size()) {
    buffer_.clear();
    error = co_await receive(kBodyRead);
  }
  disarm();
}

void Connection::watch_peer() {
  socket_.async_read_some(
      asio::buffer(scratch_),
      [self = shared_from_this(), stream = stream_](error_code error, std::size_t) {
        if (error) {
          stream->close();
        } else {
          self->watch_peer();
        }
      });
}

asio::awaitable<void> Connection::stream_events(HttpResponse response) {
  stream_ = response.stream;
  keep_alive_ = false;
  if (!find_header(response.headers, "Content-Type")) {
    response.headers.push_back({"Content-Type", "text/event-stream"});
  }
  co_await send(std::move(response));
  auto wake = [weak = weak_from_this(), core = core_.shared_from_this(), strand = executor()] {
    asio::post(strand, [weak] {
      if (const auto self = weak.lock()) self->wake_.cancel();
    });
  };
  stream_->attach(std::move(wake));
  watch_peer();
  while (!gone_) {
    if (core_.draining) stream_->close();
    std::optional<std::string> text = stream_->take();
    if (!text) break;
    if (text->empty()) {
      error_code woken;
      wake_.expires_after(to_steady(limits().stream_comment_every));
      co_await wake_.async_wait(redirect_error(use_awaitable, woken));
      if (woken) continue;
      *text = ": still here\n\n";
    }
    co_await write(*text, {});
  }
  stream_->detach();
  error_code ignored;
  socket_.shutdown(tcp::socket::shutdown_both, ignored);
}

asio::awaitable<bool> Connection::serve_one() {
  Refusal refusal = co_await read_head();
  if (!refusal && !gone_) refusal = co_await read_body();
  if (gone_) co_return false;
  if (refusal) {
    co_await send_last(std::move(*refusal));
    co_return false;
  }
  HttpResponse response = co_await ask();
  if (!is_sendable(response)) {
    log(LogLevel::error, "a request handler gave an illegal status or header", {});
    response = json_error(500, "internal", "internal error");
  }
  if (response.stream && !head_only_) {
    co_await stream_events(std::move(response));
    co_return false;
  }
  if (keep_alive_ && !core_.draining) {
    co_await send(std::move(response));
    co_return !gone_;
  }
  co_await send_last(std::move(response));
  co_return false;
}

asio::awaitable<void> Connection::run() {
  Duration patience = limits().header_timeout;
  while (co_await wait_for_request(patience)) {
    if (!co_await serve_one()) break;
    patience = limits().idle_timeout;
  }
  error_code ignored;
  socket_.close(ignored);
}

asio::awaitable<void> Connection::refuse() {
  HttpResponse response = overloaded();
  co_await send_last(std::move(response));
  error_code ignored;
  socket_.close(ignored);
}

void Connection::drain() {
  error_code ignored;
  if (stream_) stream_->close();
  if (idle_) socket_.cancel(ignored);
}

void Connection::abort() {
  gone_ = true;
  error_code ignored;
  socket_.close(ignored);
  if (stream_) stream_->close();
  if (const auto pending = pending_.lock()) {
    pending->answer(json_error(503, "unavailable", "the server is stopping"));
  }
}

namespace {

Peer peer_of(const tcp::socket& socket) {
  error_code error;
  const tcp::endpoint end = socket.remote_endpoint(error);
  asio::ip::address address = end.address();
  if (address.is_v6() && address.to_v6().is_v4_mapped()) {
    address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
  }
  const std::string ip = address.to_string();
  const std::string text = fmt::format("{}:{}", address.is_v6() ? "[" + ip + "]" : ip, end.port());
  return {ip, text, address.is_loopback()};
}

void report(const std::exception_ptr& thrown) {
  if (!thrown) return;
  try {
    std::rethrow_exception(thrown);
  } catch (const std::exception& error) {
    log(LogLevel::error, "an HTTP connection ended by an exception", {{"what", error.what()}});
  }
}

/// Answers what fits into the kernel's buffer, and takes a request that is there already: closing
/// with unread input would make the kernel throw the answer away.
void refuse_at_once(tcp::socket socket) {
  const HttpResponse response = overloaded();
  const std::string answer =
      response_head(response, {.keep_alive = false, .date = {}}) + response.body;
  std::array<char, kHeadRead> unread{};
  error_code ignored;
  socket.non_blocking(true, ignored);
  socket.write_some(asio::buffer(answer), ignored);
  socket.shutdown(tcp::socket::shutdown_send, ignored);
  socket.read_some(asio::buffer(unread), ignored);
}

}  // namespace

void serve(Core& core, tcp::socket socket) {
  Peer peer = peer_of(socket);
  const bool admitted = core.admission.enter(peer.ip, peer.loopback);
  if (!admitted) core.note_refused(peer.ip);
  if (!admitted && core.refusing.fetch_add(1) >= kRefusingMax) {
    --core.refusing;
    return refuse_at_once(std::move(socket));
  }
  const auto connection = std::make_shared<Connection>(std::move(socket), core, std::move(peer));
  core.join(connection);
  auto done = [connection, &core, admitted](const std::exception_ptr& thrown) {
    report(thrown);
    if (admitted) {
      core.admission.leave(connection->peer().ip);
    } else {
      --core.refusing;
    }
    core.leave(connection.get());
  };
  asio::awaitable<void> life = admitted ? connection->run() : connection->refuse();
  asio::co_spawn(connection->executor(), std::move(life), std::move(done));
}

void drain_all(Core& core) {
  for (const auto& connection : core.connections()) {
    asio::post(connection->executor(), [connection] { connection->drain(); });
  }
}

void abort_all(Core& core) {
  for (const auto& connection : core.connections()) {
    asio::post(connection->executor(), [connection] { connection->abort(); });
  }
}

}  // namespace tidemark::net::server
