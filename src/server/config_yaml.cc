#include "server/config_yaml.h"

#include <set>

#include "base/closest_word.h"
#include "base/duration.h"
#include "base/people_bytes.h"

namespace tidemark::server::yaml {
namespace {

std::string did_you_mean(const std::string& key, const Fields& fields) {
  std::vector<std::string_view> known;
  for (const auto& [name, read] : fields)
    known.emplace_back(name);
  return closest_word_hint(key, known);
}

}  // namespace

std::vector<Entry> entries_of(const YAML::Node& map) {
  std::vector<Entry> out;
  std::set<std::string> seen;
  for (const auto& item : map) {
    Entry entry{item.first.as<std::string>(), item.first.Mark(), item.second};
    if (!seen.insert(entry.key).second)
      throw Mistake{entry.mark, fmt::format("key '{}' stands here twice", entry.key)};
    out.push_back(std::move(entry));
  }
  return out;
}

void read_map(const YAML::Node& node, const Fields& fields) {
  if (node.IsNull()) return;
  if (!node.IsMap()) throw Mistake{node.Mark(), "expected keys with values"};
  for (const Entry& entry : entries_of(node)) {
    const auto found = fields.find(entry.key);
    if (found == fields.end()) {
      throw Mistake{entry.mark,
                    fmt::format("unknown key '{}'{}", entry.key, did_you_mean(entry.key, fields))};
    }
    found->second(entry.value);
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

Read bytes(std::optional<std::uint64_t>* to) {
  return [to](const YAML::Node& node) {
    auto parsed = parse_bytes(scalar(node));
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

Read checked(std::string key, Read read, std::function<Result<void>()> check) {
  return [key = std::move(key), read = std::move(read), check = std::move(check)](
             const YAML::Node& node) {
    read(node);
    const auto good = check();
    if (!good) throw Mistake{node.Mark(), fmt::format("{}: {}", key, good.error().what)};
  };
}

}  // namespace tidemark::server::yaml
