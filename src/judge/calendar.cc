#include "judge/calendar.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <optional>

#include <date/date.h>
#include <fmt/format.h>

#include "judge/holidays/holidays.h"

namespace tidemark::judge {
namespace {

constexpr int kSunday = 0;
constexpr int kMonday = 1;
constexpr int kTuesday = 2;
constexpr int kFriday = 5;
constexpr int kSaturday = 6;

constexpr std::array<std::string_view, 7> kWeekdays{
    "sun", "mon", "tue", "wed", "thu", "fri", "sat"};
constexpr std::array<std::string_view, 12> kMonths{
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::array<std::string_view, 6> kOrdinals{"1st", "2nd", "3rd", "4th", "5th", "last"};
constexpr int kUsualYear = 2023;  // any one that begins on a Sunday and has no 29 February
constexpr int kRareDays = 37;     // of a year, a tenth
constexpr int kEasterMostDays = 100;
constexpr std::string_view kHolidays = "holidays ";

date::year_month_day to_date(const CivilDay& day) {
  return date::year(day.year) / day.month / day.day;
}

CivilDay from_days(date::sys_days days) {
  const date::year_month_day ymd(days);
  return {static_cast<int>(ymd.year()),
          static_cast<int>(static_cast<unsigned>(ymd.month())),
          static_cast<int>(static_cast<unsigned>(ymd.day()))};
}

template <std::size_t N>
std::optional<int> index_in(const std::array<std::string_view, N>& words, std::string_view word) {
  const auto found = std::find(words.begin(), words.end(), word);
  if (found == words.end()) return std::nullopt;
  return static_cast<int>(found - words.begin());
}

std::optional<int> whole(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  int out = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return out;
}

bool is_digit_form(std::string_view text, std::string_view form) {
  return text.size() == form.size() &&
         std::equal(text.begin(), text.end(), form.begin(), [](char c, char f) {
           return f == '0' ? c >= '0' && c <= '9' : c == f;
         });
}

std::optional<CivilDay> read_day(std::string_view text) {
  if (!is_digit_form(text, "0000-00-00")) return std::nullopt;
  const CivilDay out{
      *whole(text.substr(0, 4)), *whole(text.substr(5, 2)), *whole(text.substr(8, 2))};
  return to_date(out).ok() ? std::optional(out) : std::nullopt;
}

int last_day_of(const CivilDay& day) {
  const auto last = date::year(day.year) / day.month / date::last;
  return static_cast<int>(static_cast<unsigned>(date::year_month_day(last).day()));
}

/// Easter Sunday by the anonymous Gregorian algorithm (Nature, 20 April 1876; also Meeus,
/// "Astronomical Algorithms", chapter 8).
date::sys_days easter_of(int year) {
  const int a = year % 19, b = year / 100, c = year % 100;
  const int d = b / 4, e = b % 4, f = (b + 8) / 25, g = (b - f + 1) / 3;
  const int h = (19 * a + b - d - g + 15) % 30;
  const int i = c / 4, k = c % 4, l = (32 + 2 * e + 2 * i - h - k) % 7;
  const int m = (a + 11 * h + 22 * l) / 451;
  const int n = h + l - 7 * m + 114;
  return date::sys_days(to_date({year, n / 31, n % 31 + 1}));
}

std::vector<std::string_view> words_of(std::string_view text) {
  std::vector<std::string_view> out;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) out.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

}  // namespace

CivilDay civil_day(Timestamp at, int offset_s) {
  const auto day =
      date::floor<date::days>(date::sys_seconds(std::chrono::seconds(at.s() + offset_s)));
  return from_days(day);
}

bool CalendarDays::read_dates(std::string_view text, Rule* rule) {
  if (is_digit_form(text, "00-00")) {
    rule->kind = Rule::Kind::yearly;
    rule->month = *whole(text.substr(0, 2));
    rule->day = *whole(text.substr(3, 2));
    // 29 February is a day of leap years.
    return to_date({2024, rule->month, rule->day}).ok();
  }
  const std::size_t slash = text.find('/');
  const auto from = read_day(text.substr(0, slash));
  const auto to = slash == std::string_view::npos ? from : read_day(text.substr(slash + 1));
  if (!from || !to || *to < *from) return false;
  rule->kind = Rule::Kind::span;
  rule->from = *from;
  rule->to = *to;
  return true;
}

bool CalendarDays::read_words(std::string_view text, Rule* rule) {
  const auto words = words_of(text);
  if (words.size() == 1 && text.starts_with("easter")) {
    rule->kind = Rule::Kind::easter;
    const std::string_view offset = text.substr(6);
    const auto days = offset.empty() ? std::optional(0) : whole(offset);
    rule->offset = days.value_or(0);
    const bool is_signed = offset.empty() || offset.front() == '+' || offset.front() == '-';
    return days && is_signed && std::abs(*days) <= kEasterMostDays;
  }
  if (words.size() == 1) {
    const auto weekday = index_in(kWeekdays, words[0]);
    rule->kind = Rule::Kind::weekly;
    rule->weekday = weekday.value_or(0);
    return weekday.has_value();
  }
  if (words.size() == 2 && words[0] == "day") {
    const auto day = whole(words[1]);
    rule->kind = Rule::Kind::monthly;
    rule->day = day.value_or(0);
    return day && *day != 0 && std::abs(*day) <= 31;
  }
  if (words.size() != 4 || words[2] != "of") return false;
  const auto nth = index_in(kOrdinals, words[0]);
  const auto weekday = index_in(kWeekdays, words[1]);
  const auto month = index_in(kMonths, words[3]);
  if (!nth || !weekday || !month) return false;
  rule->kind = Rule::Kind::nth_weekday;
  rule->nth = *nth == 5 ? -1 : *nth + 1;
  rule->weekday = *weekday;
  rule->month = *month + 1;
  return true;
}

Result<CalendarDays::Rule> CalendarDays::read(std::string_view text) {
  Rule rule;
  if (read_dates(text, &rule) || read_words(text, &rule)) return rule;
  return fail(Errc::invalid,
              fmt::format("day '{}' is none of 2026-12-25, 2026-12-24/2026-12-31, 12-25, sat, "
                          "day -1, 4th thu of nov, easter-2, holidays US",
                          text.substr(0, 60)));
}

Result<void> CalendarDays::add(std::string_view text) {
  if (!text.starts_with(kHolidays)) {
    TM_TRY(const auto rule, read(text));
    rules_.push_back(rule);
    return {};
  }
  const std::string_view code = text.substr(kHolidays.size());
  const auto* country = holidays::find(code);
  if (country == nullptr) {
    return fail(
        Errc::invalid,
        fmt::format(
            "there are no holidays of '{}'; known are {}", code.substr(0, 60), holidays::codes()));
  }
  for (const holidays::Holiday& holiday : country->days) {
    TM_TRY(auto rule, read(holiday.day));
    rule.shift = holiday.shift;
    rule.since = holiday.since;
    rule.until = holiday.until;
    rules_.push_back(rule);
  }
  return {};
}

Result<CalendarDays> CalendarDays::make(const Calendar& calendar) {
  if (calendar.name.empty() || calendar.name.size() > kCalendarNameMaxBytes) {
    return fail(Errc::invalid,
                fmt::format("a calendar's name has 1 to {} bytes", kCalendarNameMaxBytes));
  }
  if (calendar.days.size() > kCalendarDaysMax) {
    return fail(Errc::invalid,
                fmt::format("calendar '{}' has {} days, limit {}",
                            calendar.name,
                            calendar.days.size(),
                            kCalendarDaysMax));
  }
  CalendarDays out;
  for (const std::string& day : calendar.days) {
    const auto added = out.add(day);
    if (!added) {
      return fail(Errc::invalid,
                  fmt::format("calendar '{}': {}", calendar.name, added.error().what));
    }
  }
  return out;
}

bool CalendarDays::holds(const Rule& rule, const CivilDay& day, int weekday) {
  if (day.year < rule.since || day.year > rule.until) return false;
  switch (rule.kind) {
    case Rule::Kind::span:
      return day >= rule.from && day <= rule.to;
    case Rule::Kind::yearly:
      return day.month == rule.month && day.day == rule.day;
    case Rule::Kind::weekly:
      return weekday == rule.weekday;
    case Rule::Kind::monthly:
      return rule.day > 0 ? day.day == rule.day : day.day == last_day_of(day) + 1 + rule.day;
    case Rule::Kind::nth_weekday:
      if (day.month != rule.month || weekday != rule.weekday) return false;
      return rule.nth < 0 ? day.day + 7 > last_day_of(day) : (day.day - 1) / 7 + 1 == rule.nth;
    case Rule::Kind::easter:
      return date::sys_days(to_date(day)) == easter_of(day.year) + date::days(rule.offset);
  }
  return false;
}

bool CalendarDays::is_moved_to(const Rule& rule, const CivilDay& day, int weekday) {
  const auto off = [&](int days) {
    const date::sys_days at = date::sys_days(to_date(day)) + date::days(days);
    return holds(rule, from_days(at), static_cast<int>(date::weekday(at).c_encoding()));
  };
  switch (rule.shift) {
    case Shift::none:
      return false;
    case Shift::nearest_weekday:
      return (weekday == kFriday && off(1)) || (weekday == kMonday && off(-1));
    case Shift::next_monday:
      return weekday == kMonday && (off(-1) || off(-2));
    case Shift::two_days_later:
      return (weekday == kMonday || weekday == kTuesday) && off(-2);
    case Shift::sunday_back:
      return weekday == kSaturday && off(1);
  }
  return false;
}

bool CalendarDays::holds_shifted(const Rule& rule, const CivilDay& day, int weekday) {
  if (is_moved_to(rule, day, weekday)) return true;
  const bool is_moved_away = rule.shift == Shift::sunday_back && weekday == kSunday;
  return !is_moved_away && holds(rule, day, weekday);
}

bool CalendarDays::are_rare() const {
  for (const Rule& rule : rules_) {
    if (rule.kind != Rule::Kind::span) continue;
    const auto span = date::sys_days(to_date(rule.to)) - date::sys_days(to_date(rule.from));
    if (span.count() >= kRareDays) return false;
  }
  int count = 0;
  const date::sys_days end = to_date({kUsualYear + 1, 1, 1});
  for (date::sys_days day = to_date({kUsualYear, 1, 1}); day < end; day += date::days(1))
    count += contains(from_days(day)) ? 1 : 0;
  return count < kRareDays;
}

bool CalendarDays::contains(const CivilDay& day) const {
  if (rules_.empty()) return false;
  const int weekday = static_cast<int>(date::weekday(date::sys_days(to_date(day))).c_encoding());
  return std::any_of(rules_.begin(), rules_.end(), [&](const Rule& rule) {
    return holds_shifted(rule, day, weekday);
  });
}

}  // namespace tidemark::judge
