#pragma once

#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "judge/detector_spec.h"
#include "server/config_yaml.h"

/// How the file names what is watched, and parts of it.
namespace tidemark::server {

/// A node as the own API would have it: plain scalars become what they look like, quoted ones stay
/// texts. `texts`: of metric math, where a dimension's value or a label may look like a number and
/// is none.
nlohmann::json to_json(const YAML::Node& node, bool texts = false);

yaml::Read dimensions(std::vector<Label>* to);
/// Texts, whatever they look like: a cost centre may be a number.
yaml::Read tags(judge::Tags* to);

/// The keys that name what is watched: `namespace`, `name`, `region`, `dimensions` and `stat`, or
/// `math` and `region`.
class TargetFields {
 public:
  /// Must outlive what add_to() gave.
  TargetFields() { single_.metric = MetricRef{"", "us-east-1", "", "", {}}; }
  void add_to(yaml::Fields* fields);
  /// After reading; `node` is where a mistake is told. `account`: of the metrics; "": not known.
  judge::DetectorTarget target(const YAML::Node& node, const std::string& account) &&;
  /// Nothing of it is said.
  [[nodiscard]] bool empty() const;

 private:
  judge::DetectorTarget single_;
  std::optional<YAML::Node> math_;
};

}  // namespace tidemark::server
