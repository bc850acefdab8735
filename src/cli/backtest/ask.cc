#include "cli/backtest/ask.h"

#include <array>

#include <fmt/format.h>

namespace tidemark::cli::backtest {
namespace {

using nlohmann::json;

constexpr std::size_t kRuleMaxBytes = std::size_t{1} << 20;

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

Result<json> read_rule(const BacktestFlags& flags, rows::ByteInput& in) {
  TM_TRY(const std::string text, read_all(in));
  json out = json::parse(text, nullptr, false);
  if (!out.is_object()) {
    return fail(Errc::invalid,
                fmt::format("{}: not a JSON object with the fields of an alarm (docs/backtest.md)",
                            flags.file == "-" ? "standard input" : flags.file));
  }
  return out;
}

json team_of(const BacktestFlags& flags) {
  json out = json::object();
  if (!flags.alarms.empty()) out["alarms"] = flags.alarms;
  if (!flags.tag.empty()) out["tag"] = flags.tag;
  if (!flags.prefix.empty()) out["prefix"] = flags.prefix;
  return out;
}

}  // namespace

Result<json> make_body(const BacktestFlags& flags, rows::ByteInput* rule) {
  json out = json::object();
  if (rule != nullptr) {
    TM_TRY(out, read_rule(flags, *rule));
  } else if (flags.team) {
    out = team_of(flags);
  } else if (!flags.alarms.empty()) {
    out["alarm"] = flags.alarms.front();
  }
  if (!flags.from.empty()) out["from"] = flags.from;
  if (!flags.to.empty()) out["to"] = flags.to;
  if (flags.alarms_per_week) out["alarms_per_week"] = *flags.alarms_per_week;
  return out;
}

Result<json> ask(net::HttpClient& client, const BacktestFlags& flags, const json& body) {
  TM_TRY(auto out,
         remote::ask(client, flags.server, flags.team ? "/backtest/team" : "/backtest", body));
  const bool answers = flags.team
                           ? out.contains("alarms") && out["alarms"].is_array()
                           : out.contains("firings_total") && out["firings_total"].is_number();
  if (!answers) {
    return fail(Errc::internal, "the server's answer is no backtest; is it an older one?");
  }
  return out;
}

}  // namespace tidemark::cli::backtest
