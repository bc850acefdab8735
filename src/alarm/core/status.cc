#include "alarm/core/status.h"

#include <nlohmann/json.hpp>

namespace tidemark::alarm {
namespace {

using nlohmann::json;

Timestamp read_time(const json& from, const char* key) {
  return Timestamp::from_ns(from.at(key).get<std::int64_t>());
}

/// nlohmann throws where the text is not what we wrote: this is the border.
template <typename T, typename Read>
Result<T> guarded(const char* what, const std::string& text, Read read) {
  try {
    return read(json::parse(text));
  } catch (const std::exception& error) {
    return fail(Errc::corrupt, std::string(what) + ": " + error.what());
  }
}

}  // namespace

std::string to_json(const AlarmStatus& status) {
  const json out{{"state", std::string(to_text(status.state))},
                 {"reason", status.reason},
                 {"reason_data", status.reason_data},
                 {"reason_words", status.reason_words},
                 {"updated_at_ns", status.updated_at.ns()},
                 {"transitioned_at_ns", status.transitioned_at.ns()},
                 {"evaluated_to_ns", status.evaluated_to.ns()},
                 {"seen_to_ns", status.seen_to.ns()},
                 {"sequence", status.sequence}};
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<AlarmStatus> status_from_json(const std::string& text) {
  return guarded<AlarmStatus>("alarm state", text, [](const json& from) {
    AlarmStatus out;
    const auto state = parse_alarm_state(from.at("state").get<std::string>());
    if (!state) throw std::invalid_argument("unknown state");
    out.state = *state;
    out.reason = from.at("reason").get<std::string>();
    out.reason_data = from.at("reason_data").get<std::string>();
    out.reason_words = from.at("reason_words").get<std::string>();
    out.updated_at = read_time(from, "updated_at_ns");
    out.transitioned_at = read_time(from, "transitioned_at_ns");
    out.evaluated_to = read_time(from, "evaluated_to_ns");
    out.seen_to = read_time(from, "seen_to_ns");
    out.sequence = from.at("sequence").get<std::uint64_t>();
    return out;
  });
}

std::string to_json(const Progress& progress) {
  return json{{"at_ns", progress.at.ns()}, {"sequence", progress.sequence}}.dump();
}

Result<Progress> progress_from_json(const std::string& text) {
  return guarded<Progress>("evaluated up to", text, [](const json& from) {
    return Progress{read_time(from, "at_ns"), from.at("sequence").get<std::uint64_t>()};
  });
}

}  // namespace tidemark::alarm
