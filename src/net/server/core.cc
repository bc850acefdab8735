#include "net/server/core.h"

#include <string>
#include <utility>

#include "base/log.h"

namespace tidemark::net::server {
namespace {

HeadRules rules_of(const HttpServerOptions& options) {
  HeadRules rules{options.limits.body_bytes, {}};
  for (const std::string& host : options.hosts)
    rules.hosts.push_back(normal_host(host));
  return rules;
}

void show(const HttpServerOptions& options, std::size_t open) {
  if (options.meter == nullptr) return;
  options.meter->counter("tidemark_http_connections_open").set(static_cast<double>(open));
}

}  // namespace

Core::Core(HttpServerOptions given_options, Handler given_handler)
    : options(std::move(given_options)),
      handler(std::move(given_handler)),
      rules(rules_of(options)),
      admission(options.limits.connections, options.limits.connections_per_ip) {}

void Core::join(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock(mutex);
  open.emplace(connection.get(), connection);
  show(options, open.size());
}

void Core::leave(Connection* connection) {
  const std::lock_guard lock(mutex);
  open.erase(connection);
  show(options, open.size());
  if (open.empty()) emptied.notify_all();
}

void Core::note_refused(const std::string& ip) {
  if (options.meter != nullptr)
    options.meter->counter("tidemark_http_connections_refused_total").add();
  if (options.clock == nullptr) return;
  const auto more = refused_lines.let_through(options.clock->now());
  if (!more) return;
  log(LogLevel::warn,
      "HTTP connections are refused: too many are open",
      {{"peer", ip},
       {"limit", std::to_string(options.limits.connections)},
       {"limit_per_address", std::to_string(options.limits.connections_per_ip)},
       {"refused_since_last_line", std::to_string(*more + 1)}});
}

std::vector<std::shared_ptr<Connection>> Core::connections() {
  const std::lock_guard lock(mutex);
  std::vector<std::shared_ptr<Connection>> out;
  for (const auto& [raw, weak] : open) {
    if (auto connection = weak.lock()) out.push_back(std::move(connection));
  }
  return out;
}

bool Core::wait_until_empty(Duration at_most) {
  std::unique_lock lock(mutex);
  return emptied.wait_for(lock, at_most, [this] { return open.empty(); });
}

void Core::wait_until_empty() {
  std::unique_lock lock(mutex);
  emptied.wait(lock, [this] { return open.empty(); });
}

Pending::Pending(std::shared_ptr<Core> core, Deliver deliver)
    : core_(std::move(core)), deliver_(std::move(deliver)) {}

Pending::~Pending() {
  if (!answered_) answer(json_error(500, "internal", "the request was dropped unanswered"));
}

void Pending::answer(HttpResponse response) {
  if (answered_.exchange(true)) return;
  const Deliver deliver = std::exchange(deliver_, nullptr);
  deliver(std::move(response));
}

}  // namespace tidemark::net::server
