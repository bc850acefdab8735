#include "query/math/operators.h"

#include <cmath>

namespace tidemark::query::math {
namespace {

double truth(bool value) {
  return value ? 1 : 0;
}

using Operation = double (*)(double, double);

Operation arithmetic(std::string_view op) {
  if (op == "+") return [](double a, double b) { return a + b; };
  if (op == "-") return [](double a, double b) { return a - b; };
  if (op == "*") return [](double a, double b) { return a * b; };
  if (op == "/") return [](double a, double b) { return a / b; };
  if (op == "^") return [](double a, double b) { return std::pow(a, b); };
  return nullptr;
}

Operation logical(std::string_view op) {
  if (op == "==") return [](double a, double b) { return truth(a == b); };
  if (op == "!=") return [](double a, double b) { return truth(a != b); };
  if (op == "<") return [](double a, double b) { return truth(a < b); };
  if (op == "<=") return [](double a, double b) { return truth(a <= b); };
  if (op == ">") return [](double a, double b) { return truth(a > b); };
  if (op == ">=") return [](double a, double b) { return truth(a >= b); };
  if (op == "AND") return [](double a, double b) { return truth(a != 0 && b != 0); };
  return [](double a, double b) { return truth(a != 0 || b != 0); };
}

Operation operation_of(std::string_view op) {
  const Operation found = arithmetic(op);
  return found != nullptr ? found : logical(op);
}

/// Points exist where either series has one; the missing one counts as 0.
TimeSeries combine(const TimeSeries& a, const TimeSeries& b, Operation op, Evaluation* evaluation) {
  TimeSeries out = empty_like(a);
  auto left = a.points.begin();
  auto right = b.points.begin();
  while (left != a.points.end() || right != b.points.end()) {
    const bool has_left =
        left != a.points.end() && (right == b.points.end() || left->at <= right->at);
    const bool has_right =
        right != b.points.end() && (left == a.points.end() || right->at <= left->at);
    const Timestamp at = has_left ? left->at : right->at;
    const double left_value = has_left ? (left++)->value : 0;
    const double right_value = has_right ? (right++)->value : 0;
    add_point(&out, at, op(left_value, right_value), evaluation);
  }
  return out;
}

/// A comparison with a scalar that has no value (AVG of nothing) has none either.
double with_scalar(Operation op, double a, double b) {
  if (std::isnan(a) || std::isnan(b)) return std::nan("");
  return op(a, b);
}

TimeSeries combine(const TimeSeries& a, double b, Operation op, Evaluation* evaluation) {
  TimeSeries out = empty_like(a);
  for (const DataPoint& point : a.points) {
    add_point(&out, point.at, with_scalar(op, point.value, b), evaluation);
  }
  return out;
}

TimeSeries combine(double a, const TimeSeries& b, Operation op, Evaluation* evaluation) {
  TimeSeries out = empty_like(b);
  for (const DataPoint& point : b.points) {
    add_point(&out, point.at, with_scalar(op, a, point.value), evaluation);
  }
  return out;
}

struct Combiner {
  Operation op;
  Evaluation* evaluation;

  Result<Value> operator()(double a, double b) const { return with_scalar(op, a, b); }
  Result<Value> operator()(const TimeSeries& a, const TimeSeries& b) const {
    return combine(a, b, op, evaluation);
  }
  Result<Value> operator()(const TimeSeries& a, double b) const {
    return combine(a, b, op, evaluation);
  }
  Result<Value> operator()(double a, const TimeSeries& b) const {
    return combine(a, b, op, evaluation);
  }
  template <typename Other>
  [[nodiscard]] Result<Value> each(const Array& members, const Other& other) const {
    Array out;
    for (const TimeSeries& member : members)
      out.push_back(combine(member, other, op, evaluation));
    return out;
  }
  Result<Value> operator()(const Array& a, double b) const { return each(a, b); }
  Result<Value> operator()(const Array& a, const TimeSeries& b) const { return each(a, b); }
  template <typename Other>
    requires std::same_as<Other, double> || std::same_as<Other, TimeSeries>
  Result<Value> operator()(const Other& a, const Array& members) const {
    Array out;
    for (const TimeSeries& member : members) {
      TimeSeries combined = combine(a, member, op, evaluation);
      combined.label = member.label;
      out.push_back(std::move(combined));
    }
    return out;
  }
  /// Two arrays, words and strings.
  template <typename A, typename B>
  Result<Value> operator()(const A&, const B&) const {
    return fail(Errc::invalid, "");
  }
};

}  // namespace

Result<Value> apply_binary(const Node& node, Value left, Value right, Evaluation* evaluation) {
  auto out = std::visit(Combiner{operation_of(node.text), evaluation}, left, right);
  if (out) return out;
  return unsupported_types(node.text, {std::move(left), std::move(right)}, node.position);
}

Result<Value> apply_negation(const Node& node, Value operand) {
  const auto negate = [](TimeSeries* series) {
    series->is_metric = false;
    for (DataPoint& point : series->points)
      point.value = -point.value;
  };
  if (const auto* number = std::get_if<double>(&operand)) return -*number;
  if (auto* series = std::get_if<TimeSeries>(&operand)) {
    negate(series);
    return operand;
  }
  if (auto* array = std::get_if<Array>(&operand)) {
    for (TimeSeries& member : *array)
      negate(&member);
    return operand;
  }
  return unsupported_types("-", {std::move(operand)}, node.position);
}

}  // namespace tidemark::query::math
