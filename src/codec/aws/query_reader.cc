#include "codec/aws/query_reader.h"

#include <algorithm>
#include <charconv>
#include <span>

#include <fmt/format.h>

#include "codec/aws/conform.h"
#include "codec/aws/percent.h"
#include "codec/map_keys.h"
#include "codec/utf8.h"

namespace tidemark::codec::aws {
namespace {

Result<std::string> form_decode(std::string_view text) {
  std::string blanks(text);
  std::replace(blanks.begin(), blanks.end(), '+', ' ');
  auto decoded = percent_decode(blanks);
  if (!decoded) return fail(Errc::invalid, "a '%' without two hexadecimal digits");
  if (!is_utf8(*decoded)) return fail(Errc::invalid, "a form field is not UTF-8");
  return *std::move(decoded);
}

// Fields sorted by name with '.' below every other character, so that all fields under one prefix
// stand together; `depth` is where the part of the name that matters now begins.
using Fields = std::span<const FormField>;

bool sorts_before(const FormField& a, const FormField& b) {
  return std::lexicographical_compare(
      a.first.begin(), a.first.end(), b.first.begin(), b.first.end(), [](char x, char y) {
        const auto rank = [](char c) { return c == '.' ? 0 : static_cast<unsigned char>(c) + 1; };
        return rank(x) < rank(y);
      });
}

// The next step of a field's name: "MetricData" of "MetricData.member.1" at depth 0.
std::string_view step_at(const FormField& field, std::size_t depth) {
  const std::string_view rest = std::string_view(field.first).substr(depth);
  return rest.substr(0, rest.find('.'));
}

struct Group {
  std::string_view step;
  Fields fields;          // all under that step
  std::size_t depth = 0;  // behind the step and its dot
};

// Takes the first group off `fields`.
Group take_group(Fields* fields, std::size_t depth) {
  const std::string_view step = step_at(fields->front(), depth);
  std::size_t end = 1;
  while (end < fields->size() && step_at((*fields)[end], depth) == step)
    ++end;
  Group group{step, fields->first(end), depth + step.size() + 1};
  *fields = fields->subspan(end);
  return group;
}

// A field that ends here carries the value itself: "Dimensions=" is an empty list.
const FormField* value_of(const Group& group) {
  const FormField& first = group.fields.front();
  return first.first.size() + 1 == group.depth ? &first : nullptr;
}

std::string_view name_of(const Group& group) {
  return std::string_view(group.fields.front().first).substr(0, group.depth - 1);
}

tl::unexpected<Error> wrong(const Group& group, std::string_view what) {
  return fail(Errc::invalid, fmt::format("{}: {}", name_of(group), what));
}

Result<Document> read_value(const Shape& shape, const Group& group);

Result<Document> read_structure(const Shape& shape, Fields fields, std::size_t depth) {
  Document::Map members;
  while (!fields.empty()) {
    const Group group = take_group(&fields, depth);
    const ShapeMember* member = shape.find(group.step);
    if (member == nullptr) continue;
    TM_TRY(Document value, read_value(*member->shape, group));
    members.push_back({std::string(group.step), std::move(value)});
  }
  return Document(std::move(members));
}

// The numbered groups below `tag` ("member" or "entry"), by number.
Result<std::vector<Group>> numbered(const Group& parent, std::string_view tag) {
  constexpr std::uint32_t kMaxNumber = 10'000'000;
  std::vector<std::pair<std::uint32_t, Group>> found;
  Fields fields = parent.fields.subspan(value_of(parent) != nullptr ? 1 : 0);
  while (!fields.empty()) {
    const Group tagged = take_group(&fields, parent.depth);
    if (tagged.step != tag) return wrong(tagged, fmt::format("expected .{}.N", tag));
    Fields items = tagged.fields;
    while (!items.empty()) {
      const bool bare = items.front().first.size() < tagged.depth;
      if (bare) return wrong(tagged, "a list item without its number");
      const Group item = take_group(&items, tagged.depth);
      std::uint32_t number = 0;
      const char* end = item.step.data() + item.step.size();
      const auto [stop, code] = std::from_chars(item.step.data(), end, number);
      const bool valid = code == std::errc() && stop == end && item.step[0] != '0';
      if (!valid || number > kMaxNumber) return wrong(item, "not the number of a list item");
      found.emplace_back(number, item);
    }
  }
  std::sort(
      found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<Group> groups;
  groups.reserve(found.size());
  for (const auto& [number, group] : found)
    groups.push_back(group);
  return groups;
}

Result<Document> read_list(const Shape& shape, const Group& group) {
  TM_TRY(const std::vector<Group> items, numbered(group, "member"));
  Document::List list;
  list.reserve(items.size());
  for (const Group& item : items) {
    TM_TRY(Document value, read_value(*shape.item, item));
    list.push_back(std::move(value));
  }
  return Document(std::move(list));
}

Result<DocumentMember> read_entry(const Shape& shape, const Group& entry) {
  if (value_of(entry) != nullptr) return wrong(entry, "expected a key and a value");
  const FormField* key = nullptr;
  Document value;
  Fields fields = entry.fields;
  while (!fields.empty()) {
    const Group part = take_group(&fields, entry.depth);
    if (part.step == shape.key_name) key = value_of(part);
    if (part.step != shape.value_name) continue;
    TM_TRY(value, read_value(*shape.item, part));
  }
  if (key == nullptr || value.is_null()) return wrong(entry, "expected a key and a value");
  return DocumentMember{key->second, std::move(value)};
}

Result<Document> read_map(const Shape& shape, const Group& group) {
  TM_TRY(const std::vector<Group> entries, numbered(group, "entry"));
  Document::Map map;
  for (const Group& entry : entries) {
    TM_TRY(DocumentMember member, read_entry(shape, entry));
    map.push_back(std::move(member));
  }
  if (const auto twice = duplicate_key(map)) {
    return wrong(group, fmt::format("the key {} stands twice", *twice));
  }
  return Document(std::move(map));
}

Result<Document> read_value(const Shape& shape, const Group& group) {
  const FormField* own = value_of(group);
  const bool nested = group.fields.size() > (own != nullptr ? 1U : 0U);
  const bool container = shape.kind == ShapeKind::structure || shape.kind == ShapeKind::list ||
                         shape.kind == ShapeKind::map;
  if (container && own != nullptr && !own->second.empty()) return wrong(group, "unexpected value");
  if (!container && nested) return wrong(group, "unexpected members below it");
  if (shape.kind == ShapeKind::list) return read_list(shape, group);
  if (shape.kind == ShapeKind::map) return read_map(shape, group);
  if (shape.kind == ShapeKind::structure) {
    return read_structure(shape, group.fields.subspan(own != nullptr ? 1 : 0), group.depth);
  }
  Document value;
  if (const auto what = convert_text(shape, own->second, &value)) return wrong(group, *what);
  return value;
}

}  // namespace

Result<std::vector<FormField>> read_form(std::string_view form) {
  std::vector<FormField> fields;
  while (!form.empty()) {
    const std::string_view field = form.substr(0, form.find('&'));
    form.remove_prefix(std::min(field.size() + 1, form.size()));
    if (field.empty()) continue;
    if (fields.size() == kMaxFormFields) {
      return fail(Errc::limit, fmt::format("more than {} form fields", kMaxFormFields));
    }
    const std::size_t equals = std::min(field.find('='), field.size());
    TM_TRY(std::string name, form_decode(field.substr(0, equals)));
    TM_TRY(std::string value, form_decode(field.substr(std::min(equals + 1, field.size()))));
    fields.emplace_back(std::move(name), std::move(value));
  }
  return fields;
}

Result<Document> read_query(const Shape& shape, std::vector<FormField> fields) {
  std::sort(fields.begin(), fields.end(), sorts_before);
  const auto twice =
      std::adjacent_find(fields.begin(), fields.end(), [](const auto& a, const auto& b) {
        return a.first == b.first;
      });
  if (twice != fields.end()) {
    return fail(Errc::invalid, fmt::format("{}: the parameter stands twice", twice->first));
  }
  return read_structure(shape, fields, 0);
}

}  // namespace tidemark::codec::aws
