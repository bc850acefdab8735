#include <cmath>

#include <fmt/format.h>

#include "query/math/evaluate.h"
#include "query/math/functions.h"

namespace tidemark::query::math::functions {

Result<Value> anomaly_detection_band(Call& call) {
  const Node& input = *call.node.children[0];
  if (input.kind != Node::Kind::id) {
    return fail(Errc::invalid,
                fmt::format("ANOMALY_DETECTION_BAND takes the id of a metric or "
                            "expression as its first argument at position {}",
                            input.position));
  }
  double width = 2;
  if (call.node.children.size() > 1) {
    TM_TRY(const Value second, evaluate(*call.node.children[1], &call.evaluation));
    const auto* number = std::get_if<double>(&second);
    if (number == nullptr || !std::isfinite(*number) || *number <= 0) {
      return fail(Errc::invalid,
                  fmt::format("ANOMALY_DETECTION_BAND wants a number above 0 as its "
                              "second argument at position {}",
                              call.node.children[1]->position));
    }
    width = *number;
  }
  auto limits = call.evaluation.scope.band(input.text, width);
  if (limits) return *std::move(limits);
  if (limits.error().code != Errc::not_found) return tl::unexpected(std::move(limits).error());
  return fail(Errc::invalid,
              fmt::format("no metric or expression has the id '{}' at position {}",
                          input.text.substr(0, 255),
                          input.position));
}

Result<Value> unsupported(Call& call) {
  return fail(
      Errc::invalid,
      fmt::format(
          "Function '{}' is not supported at position {}", call.node.text, call.node.position));
}

}  // namespace tidemark::query::math::functions
