#include "base/people_unit.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tidemark {
namespace {

// The pages write them alike: ui/src/time/unit.ts.
constexpr std::array<std::pair<std::string_view, std::string_view>, 16> kShort{
    {{"None", ""},
     {"Count", ""},
     {"Percent", "%"},
     {"Seconds", "s"},
     {"Milliseconds", "ms"},
     {"Microseconds", "µs"},
     {"Bytes", "bytes"},
     {"Kilobytes", "kB"},
     {"Megabytes", "MB"},
     {"Gigabytes", "GB"},
     {"Terabytes", "TB"},
     {"Bits", "bits"},
     {"Kilobits", "kbit"},
     {"Megabits", "Mbit"},
     {"Gigabits", "Gbit"},
     {"Terabits", "Tbit"}}};
constexpr std::string_view kPerSecond = "/Second";

}  // namespace

std::string people_unit(std::string_view unit, std::string_view statistic) {
  if (statistic == "SampleCount") return "";
  const bool is_rate = unit.ends_with(kPerSecond);
  if (is_rate) unit.remove_suffix(kPerSecond.size());
  const auto known = std::find_if(
      kShort.begin(), kShort.end(), [&](const auto& each) { return each.first == unit; });
  const std::string word(known == kShort.end() ? unit : known->second);
  if (word.empty()) return is_rate ? " a second" : "";
  return " " + word + (is_rate ? "/s" : "");
}

}  // namespace tidemark
