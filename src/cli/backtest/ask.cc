#include "cli/backtest/ask.h"

#include <array>

#include <fmt/format.h>

namespace tidemark::cli::backtest {
namespace {

using nlohmann::json;

constexpr std::size_t kRuleMaxBytes = std::size_t{1} << 20;
/// 200 firings with their reasons are less than half of it.
constexpr std::size_t kReplyMaxBytes = std::size_t{4} << 20;

Result<std::string> read_all(rows::ByteInput& in) {
  std::string out;
  std::array<char, 4096> buffer{};
  for (;;) {
    TM_TRY(const std::size_t size, in.read(buffer.data(), buffer.size()));
    if (size == 0) return out;
    out.append(buffer.data(), size);
    if (out.size() > kRuleMaxBytes) return fail(Errc::invalid, "the rule is longer than 1 MiB");
  }
}

Errc code_of(int status) {
  switch (status) {
    case 401:
    case 403:
      return Errc::denied;
    case 404:
      return Errc::not_found;
    case 503:
      return Errc::unavailable;
    default:
      return status >= 400 && status < 500 ? Errc::invalid : Errc::internal;
  }
}

/// The server's own words, if it has any.
std::string message_of(const json& reply, int status) {
  const auto error = reply.is_object() ? reply.find("error") : reply.end();
  if (error != reply.end() && error->is_object() && error->contains("message") &&
      (*error)["message"].is_string()) {
    return (*error)["message"];
  }
  return fmt::format("the server answered {}; is there a Tidemark at this address?", status);
}

}  // namespace

Result<json> make_body(const BacktestFlags& flags, rows::ByteInput* rule) {
  json out = json::object();
  if (rule != nullptr) {
    TM_TRY(const std::string text, read_all(*rule));
    out = json::parse(text, nullptr, false);
    if (!out.is_object()) {
      return fail(
          Errc::invalid,
          fmt::format("{}: not a JSON object with the fields of an alarm (docs/backtest.md)",
                      flags.file == "-" ? "standard input" : flags.file));
    }
  } else {
    out["alarm"] = flags.alarm;
  }
  if (!flags.from.empty()) out["from"] = flags.from;
  if (!flags.to.empty()) out["to"] = flags.to;
  if (flags.alarms_per_week) out["alarms_per_week"] = *flags.alarms_per_week;
  return out;
}

Result<json> ask(net::HttpClient& client, const BacktestFlags& flags, const json& body) {
  net::HttpCall call;
  call.url = flags.url;
  while (call.url.ends_with('/'))
    call.url.pop_back();
  call.url += "/api/tidemark/v1/backtest";
  call.headers = {{"Content-Type", "application/json"}, {"Accept", "application/json"}};
  call.body = body.dump(-1, ' ', false, json::error_handler_t::replace);
  call.timeout =
      std::chrono::duration_cast<Duration>(std::chrono::duration<double>(flags.timeout_s));
  call.body_max_bytes = kReplyMaxBytes;
  auto reply = client.send(call);
  if (!reply) {
    if (reply.error().code != Errc::io) return tl::unexpected(std::move(reply).error());
    return fail(
        Errc::unavailable,
        fmt::format("{}: {}; is `tidemark serve` running there?", flags.url, reply.error().what));
  }
  json out = json::parse(reply->body, nullptr, false);
  if (reply->status != 200) return fail(code_of(reply->status), message_of(out, reply->status));
  if (!out.is_object() || !out.contains("firings_total") || !out["firings_total"].is_number()) {
    return fail(Errc::internal, message_of(out, reply->status));
  }
  return out;
}

}  // namespace tidemark::cli::backtest
