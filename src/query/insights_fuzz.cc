// Any bytes as an expression: those of a Metrics Insights query are parsed and read over three
// series.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "query/insights/parser.h"
#include "query/insights/read.h"
#include "query/testing_reader.h"

namespace {

using tidemark::Timestamp;
using tidemark::query::TestingReader;

const TestingReader& three_series() {
  static const TestingReader kReader = [] {
    TestingReader out;
    const tidemark::MetricRef plain{"1", "us-east-1", "N", "m", {}};
    auto one = plain;
    one.dimensions = {{"a", "x"}, {"b", "y"}};
    auto other = plain;
    other.dimensions = {{"a", "z"}};
    out.put(plain, Timestamp::from_s(0), 1);
    out.put(one, Timestamp::from_s(60), 1e300);
    out.put(other, Timestamp::from_s(120), -2);
    return out;
  }();
  return kReader;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace insights = tidemark::query::insights;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)insights::is_select(text);
  const auto select = insights::parse_select(text);
  if (!select) {
    if (select.error().what.empty()) __builtin_trap();
    return 0;
  }
  const auto read = insights::read_select(three_series(),
                                          *select,
                                          {"1", "us-east-1"},
                                          std::chrono::seconds(60),
                                          {Timestamp::from_s(0), Timestamp::from_s(300)});
  if (!read || read->series.size() > tidemark::query::kSelectSeriesMax) __builtin_trap();
  return 0;
}
