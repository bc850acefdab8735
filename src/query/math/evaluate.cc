#include "query/math/evaluate.h"

#include <fmt/format.h>

#include "query/math/functions.h"
#include "query/math/operators.h"

namespace tidemark::query::math {
namespace {

Value to_value(MathValue value) {
  return std::visit([](auto&& held) -> Value { return std::forward<decltype(held)>(held); },
                    std::move(value));
}

Result<Value> of_id(const Node& node, Evaluation* evaluation) {
  auto found = evaluation->scope.value_of(node.text);
  if (found) return to_value(*std::move(found));
  if (found.error().code != Errc::not_found) return tl::unexpected(std::move(found).error());
  return fail(Errc::invalid,
              fmt::format("no metric or expression has the id '{}' at position {}",
                          node.text.substr(0, 255),
                          node.position));
}

/// Members of a list are series and arrays of them, which become one array.
Result<Value> of_list(const Node& node, Evaluation* evaluation) {
  Array out;
  for (const auto& child : node.children) {
    TM_TRY(Value value, evaluate(*child, evaluation));
    if (auto* series = std::get_if<TimeSeries>(&value)) {
      out.push_back(std::move(*series));
    } else if (auto* array = std::get_if<Array>(&value)) {
      for (TimeSeries& member : *array)
        out.push_back(std::move(member));
    } else {
      return unsupported_types("[]", {std::move(value)}, child->position);
    }
    // Each member was checked, so at most two full arrays are held before evaluate() refuses this.
    if (out.size() > kMathMaxSeries) break;
  }
  return out;
}

Result<Value> of_call(const Node& node, Evaluation* evaluation) {
  Call call{node, {}, *evaluation};
  if (!node.function->lazy) {
    for (const auto& child : node.children) {
      TM_TRY(Value value, evaluate(*child, evaluation));
      call.args.push_back(std::move(value));
    }
  }
  return node.function->apply(call);
}

Result<Value> of_binary(const Node& node, Evaluation* evaluation) {
  TM_TRY(Value left, evaluate(*node.children[0], evaluation));
  TM_TRY(Value right, evaluate(*node.children[1], evaluation));
  return apply_binary(node, std::move(left), std::move(right), evaluation);
}

Result<Value> of_unary(const Node& node, Evaluation* evaluation) {
  TM_TRY(Value operand, evaluate(*node.children[0], evaluation));
  return apply_negation(node, std::move(operand));
}

Result<Value> unchecked(const Node& node, Evaluation* evaluation) {
  switch (node.kind) {
    case Node::Kind::number:
      return node.number;
    case Node::Kind::text:
      return Text{node.text};
    case Node::Kind::word:
      return Word{node.text};
    case Node::Kind::id:
      return of_id(node, evaluation);
    case Node::Kind::unary:
      return of_unary(node, evaluation);
    case Node::Kind::binary:
      return of_binary(node, evaluation);
    case Node::Kind::list:
      return of_list(node, evaluation);
    case Node::Kind::call:
      return of_call(node, evaluation);
  }
  return fail(Errc::internal, "unknown kind of node");
}

}  // namespace

Result<Value> evaluate(const Node& node, Evaluation* evaluation) {
  auto value = unchecked(node, evaluation);
  if (!value) return value;
  TM_TRY_VOID(check_size(*value));
  return value;
}

}  // namespace tidemark::query::math
