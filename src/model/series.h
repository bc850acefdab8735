#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tidemark {

/// The store's short name of a series; never reused, stable for the life of the data directory.
enum class SeriesId : std::uint64_t {};

struct Label {
  std::string name;
  std::string value;
  friend auto operator<=>(const Label&, const Label&) = default;
};

/// A series = its name and its labels. `labels` are sorted by name and names are unique: make one
/// with make_series_key(). Name and values may hold any UTF-8.
struct SeriesKey {
  std::string name;
  std::vector<Label> labels;
  /// The label's value, or "" when it is absent.
  [[nodiscard]] std::string_view label(std::string_view label_name) const;
  friend auto operator<=>(const SeriesKey&, const SeriesKey&) = default;
};

/// Sorts the labels. Two labels of one name, an empty name or a value over its limit:
/// `Errc::invalid`, naming the label. An empty value means "no such label" and is dropped.
Result<SeriesKey> make_series_key(std::string name, std::vector<Label> labels);

/// Canonical bytes: equal keys give equal bytes. Format: text(name), varint(count), then
/// text(name) text(value) for each label in order (base/bytes.h).
std::string encode_series_key(const SeriesKey& key);
Result<SeriesKey> decode_series_key(std::string_view bytes);

/// `name{a="x", b="y"}` for people; quotes and backslashes escaped.
std::string to_text(const SeriesKey& key);

/// Labels that begin with this are Tidemark's own (derived series such as issued bands).
inline constexpr std::string_view kOwnLabelPrefix = "tidemark_";

/// Which labels a selection asks for. The series' name is the label "__name__".
struct Matcher {
  enum class Op { equal, not_equal, exists };
  std::string label;
  Op op = Op::equal;
  std::string value;
};
inline constexpr std::string_view kNameLabel = "__name__";

/// True if all matchers hold. Derived series (a label with kOwnLabelPrefix) match only when a
/// matcher names that label.
bool matches(const SeriesKey& key, const std::vector<Matcher>& matchers);

}  // namespace tidemark
