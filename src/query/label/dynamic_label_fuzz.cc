// Any bytes as a label: rendered over a series with points, one without, and an expression's.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "query/label/dynamic_label.h"

namespace {

using tidemark::MetricStat;
using tidemark::Timestamp;
using tidemark::query::TimeSeries;

const MetricStat& metric() {
  static const MetricStat kMetric{{"1", "us-east-1", "N", "m", {{"d", "v"}}},
                                  std::chrono::seconds(60),
                                  *tidemark::parse_statistic("Sum"),
                                  std::nullopt};
  return kMetric;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace label = tidemark::query::label;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const label::LabelTimes times{Timestamp::max(), std::chrono::minutes(-90)};
  const TimeSeries none{"", std::chrono::seconds(60), true, {}};
  TimeSeries some = none;
  some.points = {{Timestamp::min(), -1e308}, {Timestamp::from_s(0), 0}, {Timestamp::max(), 1e308}};
  const std::size_t values = label::dynamic_values(text);
  for (const TimeSeries& series : {some, none}) {
    const std::string whole = label::render(text, {"default", &metric(), series}, times);
    (void)label::render(text, {"default", nullptr, series}, times);
    // A value is at most as long as a time, and one that there is none of stays as it is.
    if (whole.size() > text.size() + values * 40) __builtin_trap();
    if (values == 0 && whole != text) __builtin_trap();
  }
  if (label::has_default_label(text) && values == 0) __builtin_trap();
  return 0;
}
