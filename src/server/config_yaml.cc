#include "server/config_yaml.h"

#include <algorithm>

#include "base/duration.h"

namespace tidemark::server::yaml {
namespace {

std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({change, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row[b.size()];
}

std::string did_you_mean(const std::string& key, const Fields& fields) {
  std::string best;
  std::size_t best_distance = 3;
  std::string all;
  for (const auto& [name, read] : fields) {
    all += (all.empty() ? "" : ", ") + name;
    if (const std::size_t d = distance(key, name); d < best_distance) {
      best_distance = d;
      best = name;
    }
  }
  return best.empty() ? "; known are " + all : "; did you mean '" + best + "'?";
}

}  // namespace

void read_map(const YAML::Node& node, const Fields& fields) {
  if (node.IsNull()) return;
  if (!node.IsMap()) throw Mistake{node.Mark(), "expected keys with values"};
  for (const auto& item : node) {
    const auto key = item.first.as<std::string>();
    const auto found = fields.find(key);
    if (found == fields.end()) {
      throw Mistake{item.first.Mark(),
                    fmt::format("unknown key '{}'{}", key, did_you_mean(key, fields))};
    }
    found->second(item.second);
  }
}

std::string scalar(const YAML::Node& node) {
  if (!node.IsScalar()) throw Mistake{node.Mark(), "expected a single value"};
  return node.Scalar();
}

Read text(std::string* to) {
  return [to](const YAML::Node& node) { *to = scalar(node); };
}

Read yes_or_no(bool* to) {
  return [to](const YAML::Node& node) {
    const std::string value = scalar(node);
    if (value != "true" && value != "false") {
      throw Mistake{node.Mark(), fmt::format("expected true or false, not '{}'", value)};
    }
    *to = value == "true";
  };
}

Read duration(Duration* to) {
  return [to](const YAML::Node& node) {
    auto parsed = parse_duration(scalar(node));
    if (!parsed) throw Mistake{node.Mark(), parsed.error().what};
    *to = *parsed;
  };
}

Read texts(std::vector<std::string>* to) {
  return [to](const YAML::Node& node) {
    if (!node.IsSequence()) throw Mistake{node.Mark(), "expected a list"};
    to->clear();
    for (const auto& item : node)
      to->push_back(scalar(item));
  };
}

Read section(Fields fields) {
  return [fields = std::move(fields)](const YAML::Node& node) { read_map(node, fields); };
}

}  // namespace tidemark::server::yaml
