#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include "base/result.h"
#include "base/time.h"

/// Readers for the nodes of the configuration file, put together to a table of keys.
namespace tidemark::server::yaml {

/// A mistake in the file; thrown by readers and caught where the file is read, since yaml-cpp
/// throws, too.
struct Mistake {
  YAML::Mark mark;
  std::string what;
};

using Read = std::function<void(const YAML::Node&)>;
using Fields = std::map<std::string, Read>;

/// A key of a map with its value.
struct Entry {
  std::string key;
  YAML::Mark mark;  ///< the key's
  YAML::Node value;
};
/// Those of a map, in their order; a key that stands there twice is a mistake, since readers of
/// YAML differ in which of the two they would take.
std::vector<Entry> entries_of(const YAML::Node& map);

/// Every key must be one of `fields` and stand there once; an unknown one is a mistake that names
/// what was meant.
void read_map(const YAML::Node& node, const Fields& fields);
/// The text of a single value.
std::string scalar(const YAML::Node& node);

Read text(std::string* to);
Read yes_or_no(bool* to);
Read duration(Duration* to);
/// "2GiB".
Read bytes(std::optional<std::uint64_t>* to);
Read texts(std::vector<std::string>* to);
Read section(Fields fields);
/// What `read` has taken must pass `check`; if not, the mistake names `key`.
Read checked(std::string key, Read read, std::function<Result<void>()> check);
template <typename Number>
Read number(Number* to) {
  return [to](const YAML::Node& node) {
    if (!YAML::convert<Number>::decode(node, *to)) {
      throw Mistake{node.Mark(), fmt::format("expected a whole number, not '{}'", scalar(node))};
    }
  };
}

}  // namespace tidemark::server::yaml
