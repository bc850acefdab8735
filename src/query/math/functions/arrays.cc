// Functions that pick and order members of an array of series.
#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "query/math/functions.h"

namespace tidemark::query::math::functions {
namespace {

/// Largest count a scalar argument is read as; more than any array holds.
constexpr double kMaxIndex = 1e6;

std::optional<std::size_t> index_of(const Value& value) {
  const auto* number = std::get_if<double>(&value);
  if (number == nullptr || !(*number >= 0) || *number != std::floor(*number)) return std::nullopt;
  return static_cast<std::size_t>(std::min(*number, kMaxIndex));
}

tl::unexpected<Error> bad_index(const Call& call) {
  return fail(Errc::invalid,
              fmt::format("{} wants whole numbers from 0 as its bounds at position {}",
                          call.node.function->name,
                          call.node.position));
}

/// What SORT orders by; nullopt: not one of its functions.
std::optional<double> key_of(std::string_view function, const TimeSeries& series) {
  double sum = 0;
  double least = std::numeric_limits<double>::infinity();
  double most = -least;
  for (const DataPoint& point : series.points) {
    sum += point.value;
    least = std::min(least, point.value);
    most = std::max(most, point.value);
  }
  if (function == "SUM") return sum;
  if (function == "AVG") return sum / static_cast<double>(series.points.size());
  if (function == "MIN") return least;
  if (function == "MAX") return most;
  return std::nullopt;
}

Result<Value> member(Call& call, bool first) {
  auto* array = std::get_if<Array>(&call.args[0]);
  if (array == nullptr) return wrong_types(call);
  if (array->empty()) return TimeSeries{"", call.evaluation.scope.period(), false, {}};
  TimeSeries out = std::move(first ? array->front() : array->back());
  return out;
}

}  // namespace

Result<Value> first(Call& call) {
  return member(call, true);
}
Result<Value> last(Call& call) {
  return member(call, false);
}

Result<Value> metrics(Call& call) {
  if (call.args.empty()) {
    TM_TRY(auto all, call.evaluation.scope.metrics(""));
    return all;
  }
  const auto* part = std::get_if<Text>(&call.args[0]);
  if (part == nullptr) return wrong_types(call);
  TM_TRY(auto some, call.evaluation.scope.metrics(part->text));
  return some;
}

Result<Value> metric_count(Call& call) {
  const auto* array = std::get_if<Array>(&call.args[0]);
  if (array == nullptr) return wrong_types(call);
  return static_cast<double>(array->size());
}

Result<Value> remove_empty(Call& call) {
  auto* array = std::get_if<Array>(&call.args[0]);
  if (array == nullptr) return wrong_types(call);
  std::erase_if(*array, [](const TimeSeries& series) { return series.points.empty(); });
  return std::move(call.args[0]);
}

Result<Value> slice(Call& call) {
  auto* array = std::get_if<Array>(&call.args[0]);
  if (array == nullptr) return wrong_types(call);
  const auto begin = index_of(call.args[1]);
  const auto end = call.args.size() > 2 ? index_of(call.args[2]) : array->size();
  if (!begin || !end) return bad_index(call);
  Array out;
  for (std::size_t i = *begin; i < std::min(*end, array->size()); ++i) {
    out.push_back(std::move((*array)[i]));
  }
  return out;
}

Result<Value> sort(Call& call) {
  auto* array = std::get_if<Array>(&call.args[0]);
  const auto* function = std::get_if<Word>(&call.args[1]);
  const auto* order = std::get_if<Word>(&call.args[2]);
  if (array == nullptr || function == nullptr || order == nullptr || !key_of(function->text, {}) ||
      (order->text != "ASC" && order->text != "DESC")) {
    return wrong_types(call);
  }
  const auto limit = call.args.size() > 3 ? index_of(call.args[3]) : array->size();
  if (!limit) return bad_index(call);
  const bool ascending = order->text == "ASC";
  std::vector<std::pair<double, std::size_t>> keys;
  keys.reserve(array->size());
  for (std::size_t i = 0; i < array->size(); ++i) {
    keys.emplace_back(*key_of(function->text, (*array)[i]), i);
  }
  // Series without points come last, either way.
  std::stable_sort(keys.begin(), keys.end(), [array, ascending](const auto& a, const auto& b) {
    const bool a_empty = (*array)[a.second].points.empty();
    const bool b_empty = (*array)[b.second].points.empty();
    if (a_empty || b_empty) return !a_empty && b_empty;
    return ascending ? a.first < b.first : a.first > b.first;
  });
  Array out;
  for (std::size_t i = 0; i < std::min(*limit, keys.size()); ++i) {
    out.push_back(std::move((*array)[keys[i].second]));
  }
  return out;
}

}  // namespace tidemark::query::math::functions
