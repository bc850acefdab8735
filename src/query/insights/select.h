#pragma once

#include <optional>
#include <string>
#include <vector>

/// CloudWatch Metrics Insights: SELECT over all metrics of a name.
namespace tidemark::query::insights {

enum class Function { avg, count, max, min, sum };

/// What WHERE and GROUP BY name: a dimension, or the account of the metric (AWS.AccountId).
struct LabelKey {
  std::string name;
  bool is_account = false;
  friend bool operator==(const LabelKey&, const LabelKey&) = default;
};

struct Condition {
  LabelKey key;
  bool equal = true;  ///< false: !=
  std::string value;
  friend bool operator==(const Condition&, const Condition&) = default;
};

struct Order {
  Function by = Function::avg;
  bool descending = false;
  friend bool operator==(const Order&, const Order&) = default;
};

/// SELECT function(metric) FROM namespace …, parsed.
struct Select {
  Function function = Function::avg;
  std::string metric;
  std::string metric_namespace;
  /// Exactly the dimensions that a metric must have, sorted, each once; nullopt: any.
  std::optional<std::vector<std::string>> schema;
  std::vector<Condition> where;  ///< all must hold
  std::vector<LabelKey> group_by;
  std::optional<Order> order;
  std::optional<std::size_t> limit;
  friend bool operator==(const Select&, const Select&) = default;
};

}  // namespace tidemark::query::insights
