#include "judge/holidays/holidays.h"

#include <algorithm>
#include <array>

namespace tidemark::judge::holidays {

#define TM_COUNTRY(name) extern const Country name;
#include "judge/holidays/countries.def"
#undef TM_COUNTRY

namespace {

constexpr std::array kCountries{
#define TM_COUNTRY(name) &name,
#include "judge/holidays/countries.def"
#undef TM_COUNTRY
};

}  // namespace

const Country* find(std::string_view code) {
  const auto found = std::find_if(kCountries.begin(), kCountries.end(), [&](const Country* each) {
    return each->code == code;
  });
  return found == kCountries.end() ? nullptr : *found;
}

std::string codes() {
  std::string out;
  for (const Country* each : kCountries) {
    if (!out.empty()) out += ", ";
    out += each->code;
  }
  return out;
}

}  // namespace tidemark::judge::holidays
