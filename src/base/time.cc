#include "base/time.h"

#include <fmt/format.h>

namespace tidemark {
namespace {

// Days from 1970-01-01 and back: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
std::int64_t days_from_civil(std::int64_t y, int m, int d) {
  y -= m <= 2 ? 1 : 0;
  const std::int64_t era = (y >= 0 ? y : y - 399) / 400;
  const std::int64_t yoe = y - era * 400;
  const std::int64_t doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
  const std::int64_t doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
  return era * 146097 + doe - 719468;
}

bool digits(std::string_view text, std::size_t at, std::size_t count, int* out) {
  if (at + count > text.size()) return false;
  int value = 0;
  for (std::size_t i = at; i < at + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return false;
    value = value * 10 + (text[i] - '0');
  }
  *out = value;
  return true;
}

int days_in_month(int year, int month) {
  constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  const bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  return month == 2 && leap ? 29 : kDays[month - 1];
}

std::optional<std::int64_t> parse_fraction_ns(std::string_view text, std::size_t* at) {
  if (*at >= text.size() || (text[*at] != '.' && text[*at] != ',')) return 0;
  std::int64_t ns = 0;
  std::int64_t unit = 100'000'000;
  std::size_t i = *at + 1;
  const std::size_t first = i;
  for (; i < text.size() && text[i] >= '0' && text[i] <= '9'; ++i) {
    ns += (text[i] - '0') * unit;
    unit /= 10;
  }
  if (i == first || i - first > 9) return std::nullopt;
  *at = i;
  return ns;
}

std::optional<std::int64_t> parse_offset_s(std::string_view text) {
  if (text == "Z" || text == "z") return 0;
  if (text.size() < 5 || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  int hours = 0;
  int minutes = 0;
  const std::size_t minutes_at = text[3] == ':' ? 4 : 3;
  if (!digits(text, 1, 2, &hours) || !digits(text, minutes_at, 2, &minutes)) return std::nullopt;
  if (text.size() != minutes_at + 2 || hours > 23 || minutes > 59) return std::nullopt;
  const std::int64_t seconds = hours * 3600 + minutes * 60;
  return text[0] == '-' ? -seconds : seconds;
}

bool valid(const CivilTime& c) {
  return c.month >= 1 && c.month <= 12 && c.day >= 1 && c.day <= days_in_month(c.year, c.month) &&
         c.hour <= 23 && c.minute <= 59 && c.second <= 60 && c.year >= 1678 && c.year <= 2261;
}

}  // namespace

CivilTime to_civil(Timestamp at) {
  const std::int64_t total = at.s();
  const std::int64_t days = total >= 0 ? total / 86400 : -((-total + 86399) / 86400);
  const auto rest = static_cast<int>(total - days * 86400);
  const std::int64_t z = days + 719468;
  const std::int64_t era = (z >= 0 ? z : z - 146096) / 146097;
  const std::int64_t doe = z - era * 146097;
  const std::int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
  const std::int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  const std::int64_t mp = (5 * doy + 2) / 153;
  CivilTime out;
  out.day = static_cast<int>(doy - (153 * mp + 2) / 5 + 1);
  out.month = static_cast<int>(mp < 10 ? mp + 3 : mp - 9);
  out.year = static_cast<int>(yoe + era * 400 + (out.month <= 2 ? 1 : 0));
  out.hour = rest / 3600;
  out.minute = rest / 60 % 60;
  out.second = rest % 60;
  out.weekday = static_cast<int>(((days + 4) % 7 + 7) % 7);
  return out;
}

Timestamp from_civil(const CivilTime& civil) {
  const std::int64_t days = days_from_civil(civil.year, civil.month, civil.day);
  return Timestamp::from_s(days * 86400 + civil.hour * 3600 + civil.minute * 60 + civil.second);
}

std::string format_rfc3339(Timestamp at) {
  const CivilTime c = to_civil(at);
  const std::int64_t ms = at.ms() - at.s() * 1000;
  const std::string fraction = ms == 0 ? std::string() : fmt::format(".{:03}", ms);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}Z",
                     c.year,
                     c.month,
                     c.day,
                     c.hour,
                     c.minute,
                     c.second,
                     fraction);
}

std::string format_aws(Timestamp at) {
  const CivilTime c = to_civil(at);
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}+0000",
                     c.year,
                     c.month,
                     c.day,
                     c.hour,
                     c.minute,
                     c.second,
                     at.ms() - at.s() * 1000);
}

std::optional<Timestamp> parse_rfc3339(std::string_view text) {
  CivilTime c;
  const bool shape = digits(text, 0, 4, &c.year) && digits(text, 5, 2, &c.month) &&
                     digits(text, 8, 2, &c.day) && digits(text, 11, 2, &c.hour) &&
                     digits(text, 14, 2, &c.minute) && digits(text, 17, 2, &c.second);
  if (!shape || text[4] != '-' || text[7] != '-' || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  if ((text[10] != 'T' && text[10] != 't' && text[10] != ' ') || !valid(c)) return std::nullopt;
  std::size_t at = 19;
  const auto fraction = parse_fraction_ns(text, &at);
  if (!fraction) return std::nullopt;
  const auto offset = parse_offset_s(text.substr(at));
  if (!offset) return std::nullopt;
  return from_civil(c) + Duration(*fraction) - std::chrono::seconds(*offset);
}

}  // namespace tidemark
