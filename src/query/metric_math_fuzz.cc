// Any bytes as an expression: parsed, and evaluated over two small series.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "query/metric_math.h"

namespace {

using tidemark::Duration;
using tidemark::Result;
using tidemark::Timestamp;
using tidemark::query::MathScope;
using tidemark::query::MathValue;
using tidemark::query::TimeSeries;

class TinyScope final : public MathScope {
 public:
  Result<MathValue> value_of(const std::string& id) override {
    if (id == "m1") return first();
    if (id == "m2") return second();
    if (id == "e1") return std::vector<TimeSeries>{first(), second()};
    return tidemark::fail(tidemark::Errc::not_found, id);
  }
  Result<std::vector<TimeSeries>> metrics(std::string_view) override {
    return std::vector<TimeSeries>{first(), second()};
  }
  Result<std::vector<TimeSeries>> band(const std::string&, double) override {
    return std::vector<TimeSeries>{second(), first()};
  }
  [[nodiscard]] Timestamp from() const override { return Timestamp::from_s(0); }
  [[nodiscard]] Timestamp to() const override { return Timestamp::from_s(300); }
  [[nodiscard]] Duration period() const override { return std::chrono::seconds(60); }

 private:
  static TimeSeries first() {
    return {"m1",
            std::chrono::seconds(60),
            true,
            {{Timestamp::from_s(0), 1}, {Timestamp::from_s(60), -2}, {Timestamp::from_s(180), 0}}};
  }
  static TimeSeries second() {
    return {"m2",
            std::chrono::seconds(60),
            true,
            {{Timestamp::from_s(60), 1e300}, {Timestamp::from_s(240), 5}}};
  }
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto expression = tidemark::query::MathExpression::parse(text);
  if (!expression) return 0;
  (void)expression->ids();
  (void)expression->metrics_calls();
  (void)expression->as_band();
  TinyScope scope;
  const auto result = expression->evaluate(scope);
  if (!result && result.error().what.empty()) __builtin_trap();
  return 0;
}
