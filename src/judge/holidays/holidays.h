#pragma once

#include <span>
#include <string>
#include <string_view>

#include "judge/calendar.h"

/// Public holidays that follow from a rule. Days that an office names year by year, by the moon or
/// by decree, are no rule: countries that live by them are left out.
namespace tidemark::judge::holidays {

struct Holiday {
  const char* name;
  const char* day;  ///< as a day of a calendar
  Shift shift = Shift::none;
  int since = 0;     ///< year; 0: older than any data
  int until = 9999;  ///< year, included
};

struct Country {
  const char* code;  ///< ISO 3166
  std::span<const Holiday> days;
};

/// By its code, in capitals; nullptr: none of countries.def.
const Country* find(std::string_view code);
/// All codes, in the order of countries.def, with commas.
std::string codes();

}  // namespace tidemark::judge::holidays
