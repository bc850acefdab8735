#include "web/admin.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/duration.h"

namespace tidemark::web {
namespace {

net::HttpResponse text(int status, std::string body) {
  return {status, {{"Content-Type", "text/plain; charset=utf-8"}}, std::move(body), nullptr};
}

net::HttpResponse json(const nlohmann::json& body) {
  return {200, {{"Content-Type", "application/json"}}, body.dump(), nullptr};
}

net::HttpResponse not_served(const std::string& path, std::string_view flag) {
  return net::json_error(404, "not_found", fmt::format("{} is served with {}", path, flag));
}

net::HttpResponse outcome(const Result<void>& result, std::string_view done) {
  if (!result) return net::json_error(500, errc_name(result.error().code), result.error().what);
  return text(200, std::string(done));
}

/// {"advance":"1d12h"}, at most 366 days.
Result<Duration> read_advance(const std::string& body) {
  const auto parsed = nlohmann::json::parse(body, nullptr, false);
  if (!parsed.is_object() || !parsed.contains("advance") || !parsed["advance"].is_string()) {
    return fail(Errc::invalid, R"(expected {"advance":"1d"}, a duration)");
  }
  const std::string amount = parsed["advance"];
  TM_TRY(const auto by, parse_duration(amount));
  if (by > std::chrono::hours(24 * 366)) {
    return fail(Errc::invalid, fmt::format("advance '{}' is over the limit of 366 days", amount));
  }
  return by;
}

}  // namespace

bool AdminDoor::is_admin(const net::HttpRequest& request) {
  return request.path.starts_with("/-/") || request.path == "/metrics" ||
         request.path == "/moto-api/reset";
}

net::HttpResponse AdminDoor::answer(const net::HttpRequest& request) const {
  const std::string& path = request.path;
  if (path == "/-/healthy") return text(200, "Tidemark is healthy.\n");
  if (path == "/-/ready") {
    const bool ready = !actions_.is_ready || actions_.is_ready();
    return ready ? text(200, "Tidemark is ready.\n") : text(503, "Tidemark is starting.\n");
  }
  if (path == "/metrics") {
    if (actions_.before_metrics) actions_.before_metrics();
    return text(200, meter_.text());
  }
  if (path == "/-/clock" && request.method == "GET" && actions_.now) {
    return json({{"now", format_rfc3339(actions_.now())}});
  }
  if (request.method != "POST") {
    return net::json_error(405, "method_not_allowed", fmt::format("{} wants POST", path));
  }
  return act(request);
}

net::HttpResponse AdminDoor::act(const net::HttpRequest& request) const {
  const std::string& path = request.path;
  if (path == "/-/clock") return clock(request);
  if (path == "/moto-api/reset") {
    if (!actions_.reset) return not_served(path, "--enable-test-api");
    return outcome(actions_.reset(), R"({"status": "ok"})");
  }
  const bool lifecycle = path == "/-/flush" || path == "/-/reload" || path == "/-/quit";
  if (!lifecycle) {
    return net::json_error(404, "not_found", fmt::format("there is nothing at {}", path));
  }
  if (!actions_.quit) return not_served(path, "--enable-lifecycle");
  if (path == "/-/flush") return outcome(actions_.flush(), "flushed\n");
  if (path == "/-/reload") return reload();
  actions_.quit();
  return text(200, "stopping\n");
}

net::HttpResponse AdminDoor::reload() const {
  auto said = actions_.reload();
  if (said) return text(200, *std::move(said) + "\n");
  return net::json_error(400, errc_name(said.error().code), said.error().what);
}

net::HttpResponse AdminDoor::clock(const net::HttpRequest& request) const {
  if (!actions_.advance_clock) return not_served("/-/clock", "--enable-test-api and --clock");
  const auto by = read_advance(request.body);
  if (!by) return net::json_error(400, "invalid", by.error().what);
  const auto now = actions_.advance_clock(*by);
  if (!now) return net::json_error(500, errc_name(now.error().code), now.error().what);
  return json({{"now", format_rfc3339(*now)}});
}

}  // namespace tidemark::web
