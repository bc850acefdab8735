#include "net/http_server.h"

#include <algorithm>
#include <exception>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <fmt/format.h>

#include "base/log.h"
#include "base/worker.h"
#include "net/server/serve.h"

namespace tidemark::net {
namespace server {
namespace {

using boost::system::error_code;
using tcp = asio::ip::tcp;

/// Hands each accepted socket to serve(), one strand a socket, until the acceptor is closed.
void accept_next(Core& core, tcp::acceptor& acceptor, asio::steady_timer& pause) {
  const asio::any_io_executor strand = asio::make_strand(core.io);
  acceptor.async_accept(strand, [&](error_code error, tcp::socket socket) {
    if (core.draining) return;
    if (!error) {
      serve(core, std::move(socket));
      accept_next(core, acceptor, pause);
      return;
    }
    // Out of descriptors, most likely: some in use must close first.
    log(LogLevel::warn, "cannot accept an HTTP connection", {{"what", error.message()}});
    pause.expires_after(std::chrono::milliseconds(100));
    pause.async_wait([&](error_code) { accept_next(core, acceptor, pause); });
  });
}

void run_io(asio::io_context& io) {
  for (;;) {
    try {
      io.run();
      return;
    } catch (const std::exception& error) {
      log(LogLevel::error, "an HTTP I/O task threw", {{"what", error.what()}});
    }
  }
}

Result<void> listen(tcp::acceptor& acceptor, const HttpServerOptions& options) {
  error_code error;
  const std::string text = options.address == "localhost" ? "127.0.0.1" : options.address;
  const auto address = asio::ip::make_address(text, error);
  if (error) return fail(Errc::invalid, fmt::format("\"{}\" is not an IP address", text));
  const tcp::endpoint end(address, options.port);
  acceptor.open(end.protocol(), error);
  if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
  if (!error) acceptor.bind(end, error);
  if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
  if (!error) return {};
  const std::string where =
      fmt::format("{}:{}", address.is_v6() ? "[" + text + "]" : text, options.port);
  if (error == asio::error::address_in_use) {
    return fail(Errc::exists, fmt::format("cannot listen on {}: address already in use", where));
  }
  const bool denied = error == asio::error::access_denied;
  return fail(denied ? Errc::denied : Errc::io,
              fmt::format("cannot listen on {}: {}", where, error.message()));
}

}  // namespace
}  // namespace server

struct HttpServer::State {
  State(HttpServerOptions options, Handler handler)
      : core(std::make_shared<server::Core>(std::move(options), std::move(handler))),
        acceptor(server::asio::make_strand(core->io)),
        pause(acceptor.get_executor()),
        keep_running(core->io.get_executor()) {}

  std::shared_ptr<server::Core> core;
  server::asio::ip::tcp::acceptor acceptor;
  server::asio::steady_timer pause;
  server::asio::executor_work_guard<server::asio::io_context::executor_type> keep_running;
  std::vector<std::unique_ptr<Worker>> workers;
  std::uint16_t port = 0;
};

HttpServer::HttpServer(std::unique_ptr<State> state) : state_(std::move(state)) {}

// What can throw here is memory that is not there, and that stops the program.
// NOLINTNEXTLINE(bugprone-exception-escape)
HttpServer::~HttpServer() {
  stop();
}

std::uint16_t HttpServer::port() const {
  return state_->port;
}

Result<std::unique_ptr<HttpServer>> HttpServer::start(HttpServerOptions options, Handler handler) {
  const std::size_t threads = std::max<std::size_t>(options.threads, 1);
  auto state = std::make_unique<State>(std::move(options), std::move(handler));
  TM_TRY_VOID(server::listen(state->acceptor, state->core->options));
  state->port = state->acceptor.local_endpoint().port();
  server::asio::post(state->acceptor.get_executor(), [raw = state.get()] {
    server::accept_next(*raw->core, raw->acceptor, raw->pause);
  });
  for (std::size_t i = 0; i < threads; ++i) {
    state->workers.push_back(std::make_unique<Worker>(fmt::format("http-{}", i)));
    state->workers.back()->post([core = state->core] { server::run_io(core->io); });
  }
  return std::unique_ptr<HttpServer>(new HttpServer(std::move(state)));
}

void HttpServer::stop() {
  if (state_->workers.empty()) return;
  server::Core& core = *state_->core;
  core.draining = true;
  server::asio::post(state_->acceptor.get_executor(), [this] {
    boost::system::error_code ignored;
    state_->acceptor.close(ignored);
    state_->pause.cancel();
  });
  server::drain_all(core);
  if (!core.wait_until_empty(core.options.limits.stop_grace)) {
    server::abort_all(core);
    core.wait_until_empty();
  }
  state_->keep_running.reset();
  state_->workers.clear();
}

}  // namespace tidemark::net
