#include "alarm/mute_schedule.h"

#include <charconv>
#include <vector>

#include <fmt/format.h>

namespace tidemark::alarm {
namespace {

constexpr std::int64_t kDay = 86'400;
constexpr std::int64_t kMinute = 60;
/// Data time is never outside of these; beyond, local times may not be representable.
constexpr Timestamp kFirst = Timestamp::from_s(-8'500'000'000);  // in 1700
constexpr Timestamp kLast = Timestamp::from_s(8'500'000'000);    // in 2239
bool is_near(Timestamp at) {
  return at >= kFirst && at <= kLast;
}
/// No clock leaps further than this.
constexpr std::int64_t kLeapMax = 3 * 3600;
/// Leap days are up to eight years apart.
constexpr std::int64_t kMinutesAhead = std::int64_t(8) * 366 * 24 * 60;

std::int64_t floor_days(std::int64_t seconds) {
  return seconds >= 0 ? seconds / kDay : (seconds - kDay + 1) / kDay;
}

std::optional<int> whole(std::string_view text) {
  int out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (error != std::errc() || end != text.data() + text.size() || out < 0) return std::nullopt;
  return out;
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  for (;;) {
    const auto end = text.find(at);
    out.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

/// One field of a cron expression: its name for people, what it may hold.
struct Field {
  const char* name;
  int least, most;
  std::string_view names;  ///< three letters each, the first stands for `first_name`
  int first_name;
};
constexpr Field kMinutes{"minutes", 0, 59, "", 0};
constexpr Field kHours{"hours", 0, 23, "", 0};
constexpr Field kDays{"day-of-month", 1, 31, "", 0};
constexpr Field kMonths{"month", 1, 12, "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC", 1};
constexpr Field kWeekdays{"day-of-week", 0, 7, "SUNMONTUEWEDTHUFRISAT", 0};

std::optional<int> number_of(const Field& field, std::string_view text) {
  std::string capitals;
  for (const char c : text)
    capitals += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  for (std::size_t i = 0; capitals.size() == 3 && i < field.names.size(); i += 3) {
    if (field.names.substr(i, 3) == capitals) return field.first_name + static_cast<int>(i / 3);
  }
  const auto out = whole(text);
  return out && *out >= field.least && *out <= field.most ? out : std::nullopt;
}

struct Span {
  int from, to, step;
};

std::optional<Span> read_span(const Field& field, std::string_view text) {
  Span out{field.least, field.most, 1};
  const auto slash = text.find('/');
  if (slash != std::string_view::npos) {
    const auto step = whole(text.substr(slash + 1));
    if (!step || *step == 0) return std::nullopt;
    out.step = *step;
    text = text.substr(0, slash);
  }
  if (text == "*") return out;
  const auto dash = text.find('-');
  const auto from = number_of(field, text.substr(0, dash));
  if (!from) return std::nullopt;
  out.from = *from;
  // "5/10" begins at 5 and has no end; "5" is 5 alone.
  if (dash != std::string_view::npos) {
    const auto to = number_of(field, text.substr(dash + 1));
    if (!to || *to < *from) return std::nullopt;
    out.to = *to;
  } else if (slash == std::string_view::npos) {
    out.to = *from;
  }
  return out;
}

/// Calls `set` with every number of the field.
template <typename Set>
Result<void> read_field(const Field& field, std::string_view text, const Set& set) {
  for (const std::string_view part : split(text, ',')) {
    const auto span = read_span(field, part);
    if (!span) {
      return fail(Errc::invalid,
                  fmt::format("'{}' is no {} of a cron expression ({} to {})",
                              part,
                              field.name,
                              field.least,
                              field.most));
    }
    for (int n = span->from; n <= span->to; n += span->step)
      set(n);
  }
  return {};
}

/// The text within "NAME(…)"; nullopt: not of that form.
std::optional<std::string_view> within(std::string_view name, std::string_view text) {
  if (text.substr(0, name.size()) != name || text.size() < name.size() + 2) return std::nullopt;
  text.remove_prefix(name.size());
  if (text.front() != '(' || text.back() != ')') return std::nullopt;
  return text.substr(1, text.size() - 2);
}

/// Takes "12H" from the front of `text`; `units` are those that may still come, in order.
std::optional<std::chrono::minutes> take_part(std::string_view* text, std::string_view* units) {
  const auto end = text->find_first_not_of("0123456789");
  if (end == std::string_view::npos || end > 6) return std::nullopt;
  const auto number = whole(text->substr(0, end));
  const char unit = (*text)[end];
  const auto place = units->find(unit);
  if (!number || place == std::string_view::npos) return std::nullopt;
  units->remove_prefix(place + 1);
  text->remove_prefix(end + 1);
  const int minutes = unit == 'D' ? 24 * 60 : unit == 'H' ? 60 : 1;
  return std::chrono::minutes(std::int64_t{minutes} * *number);
}

/// nullopt also beyond the most there can be, which a Duration need not hold.
std::optional<Duration> read_iso(std::string_view text) {
  if (text.size() < 3 || text.front() != 'P') return std::nullopt;
  text.remove_prefix(1);
  std::string_view units = "D";
  bool is_time = false;
  std::chrono::minutes out{0};
  while (!text.empty()) {
    if (text.front() == 'T' && !is_time) {
      is_time = true;
      units = "HM";
      text.remove_prefix(1);
    }
    const auto part = take_part(&text, &units);
    if (!part) return std::nullopt;
    out += *part;
  }
  if (out > std::chrono::duration_cast<std::chrono::minutes>(MuteSchedule::kDurationMax)) {
    return std::nullopt;
  }
  return out;
}

Result<Duration> read_duration(std::string_view text) {
  const auto out = read_iso(text);
  if (!out || *out < MuteSchedule::kDurationMin) {
    return fail(Errc::invalid,
                fmt::format("Duration '{}' must be an ISO 8601 duration in days, hours and minutes "
                            "from PT1M to P15D",
                            text));
  }
  return *out;
}

}  // namespace

Result<MuteSchedule> MuteSchedule::make(std::string_view expression,
                                        std::string_view duration,
                                        const std::string& zone) {
  MuteSchedule out;
  TM_TRY(out.duration_, read_duration(duration));
  if (!Zone::is_known(zone)) {
    return fail(Errc::invalid, fmt::format("Timezone '{}' is not known", zone));
  }
  out.zone_ = Zone(zone);
  if (const auto once = within("at", expression)) {
    TM_TRY_VOID(out.read_once(*once));
  } else if (const auto cron = within("cron", expression)) {
    TM_TRY_VOID(out.read_cron(*cron));
  } else {
    return fail(Errc::invalid,
                fmt::format("Expression '{}' must be at(yyyy-MM-ddThh:mm) or cron(minutes hours "
                            "day-of-month month day-of-week)",
                            expression));
  }
  return out;
}

Result<void> MuteSchedule::read_once(std::string_view text) {
  const bool formed = text.size() == 16 && text[10] == 'T';
  const auto local = formed ? parse_rfc3339(fmt::format("{}:00Z", text)) : std::nullopt;
  if (!local) {
    return fail(Errc::invalid, fmt::format("'{}' is no date and time yyyy-MM-ddThh:mm", text));
  }
  once_ = zone_.at_local(local->s());
  return {};
}

Result<void> MuteSchedule::read_cron(std::string_view text) {
  const auto fields = split(text, ' ');
  if (fields.size() != 5) {
    return fail(Errc::invalid,
                fmt::format("cron has five fields (minutes hours day-of-month month day-of-week), "
                            "not {}",
                            fields.size()));
  }
  TM_TRY_VOID(read_field(kMinutes, fields[0], [this](int n) { minutes_.set(std::size_t(n)); }));
  TM_TRY_VOID(read_field(kHours, fields[1], [this](int n) { hours_.set(std::size_t(n)); }));
  TM_TRY_VOID(read_field(kDays, fields[2], [this](int n) { days_.set(std::size_t(n)); }));
  TM_TRY_VOID(read_field(kMonths, fields[3], [this](int n) { months_.set(std::size_t(n)); }));
  TM_TRY_VOID(
      read_field(kWeekdays, fields[4], [this](int n) { weekdays_.set(std::size_t(n) % 7); }));
  any_day_ = fields[2] == "*";
  any_weekday_ = fields[4] == "*";
  return {};
}

bool MuteSchedule::can_begin() const {
  // A weekday is in every month; with `*` for it every day is one.
  if (once_ || !any_weekday_) return true;
  constexpr std::array<std::size_t, 13> kLongest{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  for (std::size_t month = 1; month < kLongest.size(); ++month) {
    if (!months_.test(month)) continue;
    for (std::size_t day = 1; day <= kLongest[month]; ++day) {
      if (days_.test(day)) return true;
    }
  }
  return false;
}

bool MuteSchedule::holds_day(std::int64_t local_day) const {
  const CivilTime civil = to_civil(Timestamp::from_s(local_day * kDay));
  if (!months_.test(std::size_t(civil.month))) return false;
  const bool day = days_.test(std::size_t(civil.day));
  const bool weekday = weekdays_.test(std::size_t(civil.weekday));
  return any_day_ || any_weekday_ ? day && weekday : day || weekday;
}

bool MuteSchedule::holds_minute(std::int64_t local_minute) const {
  const std::int64_t of_day = local_minute - floor_days(local_minute * kMinute) * kDay / kMinute;
  return hours_.test(std::size_t(of_day / 60)) && minutes_.test(std::size_t(of_day % 60));
}

std::optional<Timestamp> MuteSchedule::newest_begin(Timestamp at, Timestamp after) {
  if (once_) return *once_ <= at && *once_ > after ? once_ : std::nullopt;
  const std::int64_t last = (at.s() + zone_.offset_s(at) + kLeapMax) / kMinute;
  const std::int64_t first = (after.s() + zone_.offset_s(after) - kLeapMax) / kMinute;
  for (std::int64_t minute = last; minute >= first; --minute) {
    const std::int64_t day = floor_days(minute * kMinute);
    if (!holds_day(day)) {
      minute = day * kDay / kMinute;  // on with the day before
      continue;
    }
    if (!holds_minute(minute)) continue;
    const Timestamp begin = zone_.at_local(minute * kMinute);
    if (begin <= at) return begin > after ? std::optional(begin) : std::nullopt;
  }
  return std::nullopt;
}

std::optional<Timestamp> MuteSchedule::muted_until(Timestamp at) {
  if (!is_near(at)) return std::nullopt;
  auto begin = newest_begin(at, at - duration_);
  if (!begin) return std::nullopt;
  Timestamp end = *begin + duration_;
  // The newest window that begins within this one reaches furthest.
  for (int followed = 0; followed < kFollowMax; ++followed) {
    begin = newest_begin(end, end - duration_);
    if (!begin) break;
    end = *begin + duration_;
  }
  return end;
}

std::optional<Timestamp> MuteSchedule::next_begin(Timestamp at) {
  if (!is_near(at)) return std::nullopt;
  if (once_) return *once_ > at ? once_ : std::nullopt;
  const std::int64_t first = (at.s() + zone_.offset_s(at) - kLeapMax) / kMinute;
  for (std::int64_t minute = first; minute < first + kMinutesAhead; ++minute) {
    const std::int64_t day = floor_days(minute * kMinute);
    if (!holds_day(day)) {
      minute = (day + 1) * kDay / kMinute - 1;  // on with the day after
      continue;
    }
    if (!holds_minute(minute)) continue;
    const Timestamp begin = zone_.at_local(minute * kMinute);
    if (begin > at) return begin;
  }
  return std::nullopt;
}

}  // namespace tidemark::alarm
