#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace tidemark::judge {

/// A day of the proleptic Gregorian calendar, local to a detector's time zone.
struct CivilDay {
  int year = 1970;
  int month = 1;  ///< 1 to 12
  int day = 1;    ///< 1 to 31
  friend auto operator<=>(const CivilDay&, const CivilDay&) = default;
};
/// The local day of an instant, `offset_s` east of UTC.
CivilDay civil_day(Timestamp at, int offset_s);

/// Days that are unlike others: holidays, closings, sales. A day is one of
///   2026-12-25               that day
///   2026-12-24/2026-12-31    each day of the span, both ends included
///   12-25                    every year
///   sat                      every week: mon tue wed thu fri sat sun
///   day 1, day -1            every month, from its beginning or its end
///   4th thu of nov           every year: 1st to 5th or last, jan to dec
///   easter, easter-2         every year, days before or after Easter Sunday (Western)
///   holidays US              the public holidays of a country (judge/holidays)
struct Calendar {
  std::string name;
  std::vector<std::string> days;
  friend bool operator==(const Calendar&, const Calendar&) = default;
};
inline constexpr std::size_t kCalendarNameMaxBytes = 64;
inline constexpr std::size_t kCalendarDaysMax = 400;

/// Which days are off when the day of a rule falls on a weekend.
enum class Shift {
  none,             ///< that day
  nearest_weekday,  ///< beside it Friday for a Saturday, Monday for a Sunday
  next_monday,      ///< beside it the Monday after
  two_days_later,   ///< beside it the day after the next: two such days in a row never share one
  sunday_back,      ///< Saturday in place of a Sunday
};

/// A calendar made ready for many questions.
class CalendarDays {
 public:
  /// `Errc::invalid`, naming the calendar and the day that cannot be read, or the limit.
  static Result<CalendarDays> make(const Calendar& calendar);
  [[nodiscard]] bool contains(const CivilDay& day) const;
  /// Fewer than one day in ten: what comes every week, or for a season, is no day unlike others but
  /// a season that a model finds by itself.
  [[nodiscard]] bool are_rare() const;

 private:
  struct Rule {
    enum class Kind { span, yearly, weekly, monthly, nth_weekday, easter };
    Kind kind = Kind::span;
    CivilDay from, to;  // span
    int month = 0;      // yearly, nth_weekday
    int day = 0;        // yearly; monthly: from the end if negative
    int weekday = 0;    // weekly, nth_weekday: 0 = Sunday
    int nth = 0;        // 1 to 5, -1 = last
    int offset = 0;     // easter
    Shift shift = Shift::none;
    int since = 0, until = 9999;  // years of the day itself, wherever it is shifted to
  };
  static Result<Rule> read(std::string_view text);
  Result<void> add(std::string_view text);
  static bool read_dates(std::string_view text, Rule* rule);
  static bool read_words(std::string_view text, Rule* rule);
  static bool holds(const Rule& rule, const CivilDay& day, int weekday);
  static bool is_moved_to(const Rule& rule, const CivilDay& day, int weekday);
  static bool holds_shifted(const Rule& rule, const CivilDay& day, int weekday);

  std::vector<Rule> rules_;
};

}  // namespace tidemark::judge
