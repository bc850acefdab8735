#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "base/once_in_a_while.h"
#include "net/http_server.h"
#include "net/server/admission.h"
#include "net/server/head.h"

namespace tidemark::net::server {

namespace asio = boost::asio;

class Connection;

/// What all connections share. Lives as long as an answer may still come: every Pending holds it.
struct Core : std::enable_shared_from_this<Core> {
  Core(HttpServerOptions given_options, Handler given_handler);

  void join(const std::shared_ptr<Connection>& connection);
  void leave(Connection* connection);
  /// Counts a connection over the limit, and says so in the log now and then.
  void note_refused(const std::string& ip);
  [[nodiscard]] std::vector<std::shared_ptr<Connection>> connections();
  /// True: no connection is left.
  bool wait_until_empty(Duration at_most);
  void wait_until_empty();

  const HttpServerOptions options;
  const Handler handler;
  const HeadRules rules;
  Admission admission;
  std::atomic<bool> draining = false;
  std::atomic<int> refusing = 0;

  std::mutex mutex;
  std::condition_variable emptied;
  std::unordered_map<Connection*, std::weak_ptr<Connection>> open;  // guarded by mutex
  OnceInAWhile refused_lines{std::chrono::seconds(10)};

  asio::io_context io;  // last: what it still holds at its end may refer to the members above
};

/// One answer owed. The first answer() counts; without one its destructor gives a 500.
class Pending {
 public:
  using Deliver = std::function<void(HttpResponse)>;
  Pending(std::shared_ptr<Core> core, Deliver deliver);
  ~Pending();
  Pending(const Pending&) = delete;
  Pending& operator=(const Pending&) = delete;
  void answer(HttpResponse response);

 private:
  std::shared_ptr<Core> core_;  // destroyed after deliver_, whose coroutine needs its io_context
  std::atomic<bool> answered_ = false;
  Deliver deliver_;
};

}  // namespace tidemark::net::server
