#include "alarm/mute_rule.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "alarm/core/check.h"
#include "base/assert.h"

namespace tidemark::alarm {
namespace {

using nlohmann::json;

constexpr std::size_t kScheduleMaxBytes = 256;

MuteSchedule schedule_of(const MuteRule& rule) {
  auto made = MuteSchedule::make(rule.expression, rule.duration, rule.timezone.value_or(""));
  TM_ASSERT(made.has_value());  // check_mute_rule() has seen it
  return *std::move(made);
}

}  // namespace

std::string mute_arn(std::string_view account, std::string_view region, std::string_view name) {
  return fmt::format("arn:aws:cloudwatch:{}:{}:alarm-mute-rule:{}", region, account, name);
}

Outcome<void> check_mute_rule(const MuteRule& rule) {
  TM_TRY_VOID(check_name(rule.name, "name"));
  TM_TRY_VOID(check_length(rule.description.value_or(""), "description", 0, kDescriptionMaxBytes));
  TM_TRY_VOID(check_length(rule.expression, "rule.schedule.expression", 1, kScheduleMaxBytes));
  if (rule.alarm_names.size() > kMuteTargetsMax) {
    return constraint(fmt::format("{} names", rule.alarm_names.size()),
                      "muteTargets.alarmNames",
                      fmt::format("have length less than or equal to {}", kMuteTargetsMax));
  }
  TM_TRY_VOID(check_tags(rule.tags));
  if (rule.start && rule.expire && *rule.start >= *rule.expire) {
    return invalid("StartDate must be before ExpireDate");
  }
  const auto made = MuteSchedule::make(rule.expression, rule.duration, rule.timezone.value_or(""));
  if (!made) return invalid(made.error().what);
  return {};
}

std::string_view to_text(MuteStatus status) {
  switch (status) {
    case MuteStatus::scheduled:
      return "SCHEDULED";
    case MuteStatus::active:
      return "ACTIVE";
    case MuteStatus::expired:
      break;
  }
  return "EXPIRED";
}

std::optional<MuteStatus> parse_mute_status(std::string_view text) {
  for (const auto status : {MuteStatus::scheduled, MuteStatus::active, MuteStatus::expired}) {
    if (to_text(status) == text) return status;
  }
  return std::nullopt;
}

MuteWindows::MuteWindows(const MuteRule& rule)
    : schedule_(schedule_of(rule)),
      start_(rule.start.value_or(Timestamp::min())),
      expire_(rule.expire.value_or(Timestamp::max())) {}

std::optional<Timestamp> MuteWindows::muted_until(Timestamp at) {
  if (at < start_ || at >= expire_) return std::nullopt;
  const auto end = schedule_.muted_until(at);
  return end ? std::optional(std::min(*end, expire_)) : std::nullopt;
}

std::optional<Timestamp> MuteWindows::next_begin(Timestamp at) {
  // A window that is open at `start_` opens then.
  if (at < start_ && schedule_.muted_until(start_)) return start_;
  const auto begin = schedule_.next_begin(std::max(at, start_));
  return begin && *begin < expire_ ? begin : std::nullopt;
}

MuteStatus MuteWindows::status(Timestamp at) {
  if (muted_until(at)) return MuteStatus::active;
  return next_begin(at) ? MuteStatus::scheduled : MuteStatus::expired;
}

std::string to_json(const MuteRule& rule) {
  json out{{"name", rule.name},
           {"account", rule.account},
           {"region", rule.region},
           {"expression", rule.expression},
           {"duration", rule.duration},
           {"alarm_names", rule.alarm_names},
           {"updated_at_ns", rule.updated_at.ns()}};
  if (rule.description) out["description"] = *rule.description;
  if (rule.timezone) out["timezone"] = *rule.timezone;
  if (rule.start) out["start_ns"] = rule.start->ns();
  if (rule.expire) out["expire_ns"] = rule.expire->ns();
  return out.dump(-1, ' ', false, json::error_handler_t::replace);
}

Result<MuteRule> mute_rule_from_json(const std::string& text) {
  // nlohmann throws where the text is not what to_json() wrote: this is the border.
  try {
    const json from = json::parse(text);
    const auto time = [](const json& ns) { return Timestamp::from_ns(ns.get<std::int64_t>()); };
    MuteRule out;
    out.name = from.at("name").get<std::string>();
    out.account = from.at("account").get<std::string>();
    out.region = from.at("region").get<std::string>();
    out.expression = from.at("expression").get<std::string>();
    out.duration = from.at("duration").get<std::string>();
    out.alarm_names = from.at("alarm_names").get<std::vector<std::string>>();
    out.updated_at = time(from.at("updated_at_ns"));
    if (from.contains("description")) out.description = from["description"].get<std::string>();
    if (from.contains("timezone")) out.timezone = from["timezone"].get<std::string>();
    if (from.contains("start_ns")) out.start = time(from["start_ns"]);
    if (from.contains("expire_ns")) out.expire = time(from["expire_ns"]);
    const auto good = check_mute_rule(out);
    if (!good) return fail(Errc::corrupt, "mute rule: " + good.error().message);
    return out;
  } catch (const std::exception& error) {
    return fail(Errc::corrupt, std::string("mute rule: ") + error.what());
  }
}

}  // namespace tidemark::alarm
