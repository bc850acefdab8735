#include "codec/aws/conform.h"

#include <charconv>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "codec/epoch.h"

namespace tidemark::codec::aws {
namespace {

std::string_view kind_of(const Document& value) {
  if (value.is_map()) return "a structure";
  if (value.is_list()) return "a list";
  if (value.is_string()) return "text";
  if (value.is_number()) return "a number";
  if (value.is_bool()) return "a boolean";
  if (value.is_time()) return "a timestamp";
  return value.is_blob() ? "bytes" : "null";
}

std::string_view wanted(ShapeKind kind) {
  switch (kind) {
    case ShapeKind::string:
      return "text";
    case ShapeKind::integer:
      return "a whole number";
    case ShapeKind::real:
      return "a number";
    case ShapeKind::boolean:
      return "a boolean";
    case ShapeKind::blob:
      return "bytes";
    case ShapeKind::time:
      return "a timestamp";
    case ShapeKind::list:
      return "a list";
    case ShapeKind::map:
      return "a map";
    case ShapeKind::structure:
      return "a structure";
  }
  return "";
}

Mismatch mismatch(const Shape& shape, const Document& value) {
  return {"", fmt::format("expected {}, found {}", wanted(shape.kind), kind_of(value))};
}

Mismatch below(std::string_view step, Mismatch inner) {
  inner.path = inner.path.empty() ? std::string(step) : fmt::format("{}.{}", step, inner.path);
  return inner;
}

std::optional<double> special_double(std::string_view text) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  if (text == "Infinity") return kInfinity;
  if (text == "-Infinity") return -kInfinity;
  return std::nullopt;
}

bool make_integer(Document* value) {
  if (value->is_int()) return true;
  if (!value->is_double()) return false;
  constexpr double kExact = 9007199254740992;  // 2^53: below it every whole double is an int64
  const double real = value->as_double();
  if (!(std::abs(real) <= kExact) || real != std::floor(real)) return false;
  *value = static_cast<std::int64_t>(real);
  return true;
}

bool make_real(Document* value) {
  if (value->is_double()) return true;
  if (value->is_int()) {
    *value = value->as_double();
    return true;
  }
  const auto special = value->is_string() ? special_double(value->as_string()) : std::nullopt;
  if (special) *value = *special;
  return special.has_value();
}

bool make_time(Document* value) {
  if (value->is_time()) return true;
  std::optional<Timestamp> at;
  if (value->is_number()) at = time_from_epoch(value->as_double());
  if (value->is_string()) at = parse_rfc3339(value->as_string());
  if (at) *value = *at;
  return at.has_value();
}

bool make_blob(Document* value) {
  if (value->is_blob()) return true;
  if (!value->is_string()) return false;
  auto bytes = decode_base64(value->as_string());
  if (!bytes) return false;
  *value = Blob{*std::move(bytes)};
  return true;
}

bool make_scalar(const Shape& shape, Document* value) {
  switch (shape.kind) {
    case ShapeKind::string:
      return value->is_string();
    case ShapeKind::integer:
      return make_integer(value);
    case ShapeKind::real:
      return make_real(value);
    case ShapeKind::boolean:
      return value->is_bool();
    case ShapeKind::blob:
      return make_blob(value);
    case ShapeKind::time:
      return make_time(value);
    default:
      return false;
  }
}

std::optional<Mismatch> conform_list(const Shape& shape, Document* value) {
  if (!value->is_list()) return mismatch(shape, *value);
  std::size_t number = 0;
  for (Document& item : value->as_list()) {
    ++number;
    if (auto wrong = conform(*shape.item, &item)) {
      return below(fmt::format("{}", number), *std::move(wrong));
    }
  }
  return std::nullopt;
}

// `shape_of` tells what a member must be; nullptr drops it.
template <typename ShapeOf>
std::optional<Mismatch> conform_members(Document::Map& members, const ShapeOf& shape_of) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < members.size(); ++i) {
    const Shape* shape = members[i].value.is_null() ? nullptr : shape_of(members[i].key);
    if (shape == nullptr) continue;
    if (auto wrong = conform(*shape, &members[i].value)) {
      return below(members[i].key, *std::move(wrong));
    }
    if (kept != i) members[kept] = std::move(members[i]);
    ++kept;
  }
  members.resize(kept);
  return std::nullopt;
}

std::optional<double> parse_real(std::string_view text) {
  if (const auto special = special_double(text)) return special;
  double real = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, real);
  if (code != std::errc() || stop != end || !std::isfinite(real)) return std::nullopt;
  return real;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t integer = 0;
  const char* end = text.data() + text.size();
  const auto [stop, code] = std::from_chars(text.data(), end, integer);
  if (code != std::errc() || stop != end) return std::nullopt;
  return integer;
}

std::optional<bool> parse_bool(std::string_view text) {
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  return std::nullopt;
}

template <typename T>
bool store(std::optional<T> value, Document* out) {
  if (!value) return false;
  *out = Document(*std::move(value));
  return true;
}

}  // namespace

std::optional<Mismatch> conform(const Shape& shape, Document* value) {
  switch (shape.kind) {
    case ShapeKind::list:
      return conform_list(shape, value);
    case ShapeKind::map:
      if (!value->is_map()) return mismatch(shape, *value);
      return conform_members(value->as_map(), [&](std::string_view) { return shape.item; });
    case ShapeKind::structure:
      if (!value->is_map()) return mismatch(shape, *value);
      return conform_members(value->as_map(), [&](std::string_view key) {
        const ShapeMember* member = shape.find(key);
        return member == nullptr ? nullptr : member->shape;
      });
    default:
      if (make_scalar(shape, value)) return std::nullopt;
      return mismatch(shape, *value);
  }
}

std::optional<std::string> convert_text(const Shape& shape, std::string_view text, Document* out) {
  bool converted = true;
  switch (shape.kind) {
    case ShapeKind::integer:
      converted = store(parse_integer(text), out);
      break;
    case ShapeKind::real:
      converted = store(parse_real(text), out);
      break;
    case ShapeKind::boolean:
      converted = store(parse_bool(text), out);
      break;
    case ShapeKind::time:
      if (!store(parse_rfc3339(text), out)) return "timestamp must follow ISO8601";
      break;
    case ShapeKind::blob: {
      auto bytes = decode_base64(text);
      converted = bytes.has_value();
      if (bytes) *out = Blob{*std::move(bytes)};
      break;
    }
    default:
      *out = Document(text);
  }
  if (converted) return std::nullopt;
  return fmt::format("expected {}", wanted(shape.kind));
}

}  // namespace tidemark::codec::aws
