#include "codec/aws/shapes.h"

#include <algorithm>
#include <charconv>

#include "base/assert.h"

namespace tidemark::codec::aws {
namespace {

using Words = std::vector<std::string_view>;

Words words_of(std::string_view text, char separator) {
  Words words;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(separator), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

std::optional<std::int64_t> number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

ShapeKind kind_named(std::string_view name) {
  constexpr std::pair<std::string_view, ShapeKind> kKinds[] = {
      {"string", ShapeKind::string},
      {"enum", ShapeKind::string},
      {"integer", ShapeKind::integer},
      {"long", ShapeKind::integer},
      {"double", ShapeKind::real},
      {"float", ShapeKind::real},
      {"boolean", ShapeKind::boolean},
      {"blob", ShapeKind::blob},
      {"timestamp", ShapeKind::time},
      {"list", ShapeKind::list},
      {"map", ShapeKind::map},
      {"struct", ShapeKind::structure},
  };
  const auto* found = std::find_if(
      std::begin(kKinds), std::end(kKinds), [&](const auto& kind) { return kind.first == name; });
  TM_ASSERT(found != std::end(kKinds));
  return found->second;
}

// Reads one table. The tables are part of the program, so a fault in one is a broken invariant.
// A shape is declared before it is used:
//   service NAME VERSION SIGNING TARGET NAMESPACE
//   error NAME CODE STATUS FAULT MESSAGE_KEY
//   KIND NAME [MIN..MAX]       enum NAME A|B       list NAME ITEM [MIN..MAX]
//   map NAME KEY VALUE [MIN..MAX] [entry=KEY_TAG,VALUE_TAG]
//   struct NAME, then its members indented: "  NAME SHAPE", required ones "  NAME! SHAPE"
//   operation NAME INPUT OUTPUT ERROR,ERROR   (INPUT, OUTPUT, errors: "-" is none)
class TableReader {
 public:
  explicit TableReader(std::string_view table) {
    for (const std::string_view line : words_of(table, '\n')) {
      if (!line.starts_with('#')) read(line, words_of(line, ' '));
    }
  }
  ServiceShapes take() && { return std::move(service_); }

 private:
  void read(std::string_view line, const Words& words) {
    if (line.starts_with(' ')) {
      read_member(words);
    } else if (words[0] == "service") {
      TM_ASSERT(words.size() == 6);
      service_.name = words[1];
      service_.version = words[2];
      service_.signing = words[3];
      service_.target = words[4];
      service_.namespace_uri = words[5];
    } else if (words[0] == "error") {
      TM_ASSERT(words.size() == 6);
      const int status = static_cast<int>(number(words[3]).value_or(400));
      service_.errors[words[1]] = {words[1], words[2], status, words[4], words[5]};
    } else if (words[0] == "operation") {
      TM_ASSERT(words.size() == 5);
      const Words errors = words[4] == "-" ? Words{} : words_of(words[4], ',');
      service_.operations[words[1]] = {
          words[1], shape_or_none(words[2]), shape_or_none(words[3]), errors};
    } else {
      read_shape(words);
    }
  }

  void read_shape(const Words& words) {
    auto shape = std::make_unique<Shape>();
    shape->name = words.at(1);
    shape->kind = kind_named(words[0]);
    std::size_t next = 2;
    if (words[0] == "enum") shape->choices = words_of(words.at(next++), '|');
    if (shape->kind == ShapeKind::map) ++next;  // keys are always plain text
    if (shape->kind == ShapeKind::list || shape->kind == ShapeKind::map) {
      shape->item = this->shape(words.at(next++));
    }
    for (; next < words.size(); ++next)
      read_detail(words[next], shape.get());
    open_ = shape.get();
    service_.shapes[words[1]] = std::move(shape);
  }

  static void read_detail(std::string_view word, Shape* shape) {
    if (word.starts_with("entry=")) {
      const Words names = words_of(word.substr(6), ',');
      shape->key_name = names.at(0);
      shape->value_name = names.at(1);
      return;
    }
    const std::size_t dots = word.find("..");
    TM_ASSERT(dots != std::string_view::npos);
    shape->min = number(word.substr(0, dots));
    shape->max = number(word.substr(dots + 2));
  }

  void read_member(const Words& words) {
    TM_ASSERT(words.size() == 2 && open_ != nullptr);
    const bool required = words[0].ends_with('!');
    const std::string_view name = words[0].substr(0, words[0].size() - (required ? 1 : 0));
    open_->members.push_back({name, shape(words[1]), required});
  }

  [[nodiscard]] const Shape* shape(std::string_view name) const {
    const auto found = service_.shapes.find(name);
    TM_ASSERT(found != service_.shapes.end());
    return found->second.get();
  }

  [[nodiscard]] const Shape* shape_or_none(std::string_view name) const {
    return name == "-" ? nullptr : shape(name);
  }

  ServiceShapes service_;
  Shape* open_ = nullptr;
};

constexpr std::string_view kTables[] = {
#include "codec/aws/cloudwatch.shapes"
    ,
#include "codec/aws/sns.shapes"
    ,
#include "codec/aws/sts.shapes"
    ,
#include "codec/aws/logs.shapes"
};

std::vector<ServiceShapes> read_tables() {
  std::vector<ServiceShapes> tables;
  for (const std::string_view table : kTables)
    tables.push_back(TableReader(table).take());
  return tables;
}

}  // namespace

const ShapeMember* Shape::find(std::string_view member) const {
  const auto found =
      std::find_if(members.begin(), members.end(), [&](const auto& m) { return m.name == member; });
  return found == members.end() ? nullptr : &*found;
}

const ErrorShape* ServiceShapes::find_error(std::string_view name_or_code) const {
  if (const auto found = errors.find(name_or_code); found != errors.end()) return &found->second;
  const auto found = std::find_if(
      errors.begin(), errors.end(), [&](const auto& e) { return e.second.code == name_or_code; });
  return found == errors.end() ? nullptr : &found->second;
}

const std::vector<ServiceShapes>& services() {
  static const std::vector<ServiceShapes> kServices = read_tables();
  return kServices;
}

const ServiceShapes* find_service(std::string_view name) {
  const auto& all = services();
  const auto found =
      std::find_if(all.begin(), all.end(), [&](const auto& s) { return s.name == name; });
  return found == all.end() ? nullptr : &*found;
}

const OperationShape* find_operation(std::string_view service, std::string_view operation) {
  const ServiceShapes* shapes = find_service(service);
  if (shapes == nullptr) return nullptr;
  const auto found = shapes->operations.find(operation);
  return found == shapes->operations.end() ? nullptr : &found->second;
}

}  // namespace tidemark::codec::aws
