#include "query/metric_math.h"

#include <algorithm>

#include "query/math/evaluate.h"
#include "query/math/functions.h"
#include "query/math/parser.h"

namespace tidemark::query {
namespace {

using math::Node;

template <typename Visit>
void for_each_node(const Node& node, const Visit& visit) {
  visit(node);
  for (const auto& child : node.children)
    for_each_node(*child, visit);
}

void add_once(std::vector<std::string>* list, const std::string& text) {
  if (std::find(list->begin(), list->end(), text) == list->end()) list->push_back(text);
}

}  // namespace

Result<MathExpression> MathExpression::parse(std::string_view text) {
  TM_TRY(auto root, math::parse(text));
  return MathExpression(std::move(root));
}

Result<MathResult> MathExpression::evaluate(MathScope& scope) const {
  math::Evaluation evaluation{scope, false, scope.settled_from()};
  TM_TRY(math::Value value, math::evaluate(*root_, &evaluation));
  MathResult out{0.0, evaluation.dropped_points, {}, evaluation.settled_from};
  if (const auto* number = std::get_if<double>(&value)) {
    out.value = *number;
  } else if (auto* series = std::get_if<TimeSeries>(&value)) {
    out.value = std::move(*series);
  } else if (auto* array = std::get_if<math::Array>(&value)) {
    out.value = std::move(*array);
  } else {
    return fail(Errc::invalid, "expression is a word or string, not a time series, at position 1");
  }
  return out;
}

std::vector<std::string> MathExpression::ids() const {
  std::vector<std::string> out;
  for_each_node(*root_, [&out](const Node& node) {
    if (node.kind == Node::Kind::id) add_once(&out, node.text);
  });
  return out;
}

std::vector<std::string> MathExpression::metrics_calls() const {
  std::vector<std::string> out;
  for_each_node(*root_, [&out](const Node& node) {
    if (node.kind != Node::Kind::call || node.function->name != "METRICS") return;
    add_once(&out, node.children.empty() ? std::string() : node.children[0]->text);
  });
  return out;
}

bool MathExpression::calls(std::string_view function) const {
  bool out = false;
  for_each_node(*root_, [&out, function](const Node& node) {
    out = out || (node.kind == Node::Kind::call && node.function->name == function);
  });
  return out;
}

namespace {

bool is_list(const Node& node) {
  return node.kind == Node::Kind::list ||
         (node.kind == Node::Kind::call && node.function->name == "METRICS");
}

Reach reach_of_call(const Node& call) {
  constexpr std::string_view kOfOneValue[] = {
      "ABS", "CEIL", "FLOOR", "IF", "LOG", "LOG10", "METRICS", "PERIOD"};
  constexpr std::string_view kOfLists[] = {"AVG", "MAX", "MIN", "STDDEV", "SUM"};
  constexpr std::string_view kBack[] = {"DIFF", "DIFF_TIME", "RATE"};
  const auto is_one_of = [&](const auto& names) {
    return std::find(std::begin(names), std::end(names), call.function->name) != std::end(names);
  };
  if (call.function->name == "FILL") {
    const Node& filler = *call.children[1];
    if (filler.kind == Node::Kind::number) return Reach::one_time;
    const bool repeats = filler.kind == Node::Kind::word && filler.text == "REPEAT";
    return repeats ? Reach::back : Reach::window;
  }
  if (is_one_of(kOfLists)) return is_list(*call.children[0]) ? Reach::one_time : Reach::window;
  if (is_one_of(kBack)) return Reach::back;
  return is_one_of(kOfOneValue) ? Reach::one_time : Reach::window;
}

}  // namespace

Reach MathExpression::reach() const {
  Reach out = Reach::one_time;
  for_each_node(*root_, [&out](const Node& node) {
    if (node.kind == Node::Kind::call) out = std::max(out, reach_of_call(node));
  });
  return out;
}

std::optional<MathExpression::Band> MathExpression::as_band() const {
  const Node& node = *root_;
  if (node.kind != Node::Kind::call || node.function->name != "ANOMALY_DETECTION_BAND" ||
      node.children[0]->kind != Node::Kind::id) {
    return std::nullopt;
  }
  Band out{node.children[0]->text, 2};
  if (node.children.size() == 1) return out;
  if (node.children[1]->kind != Node::Kind::number || node.children[1]->number <= 0) {
    return std::nullopt;
  }
  out.k = node.children[1]->number;
  return out;
}

}  // namespace tidemark::query
