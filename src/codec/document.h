#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/time.h"

namespace tidemark::codec {

struct DocumentMember;

/// Bytes, as opposed to text: base64 in JSON and XML, a byte string in CBOR.
struct Blob {
  std::string bytes;
  friend bool operator==(const Blob&, const Blob&) = default;
};

/// One value of a message whatever its wire form was: null, bool, integer, double, text, bytes,
/// time, list or map. Maps keep the order in which members were set; a key stands once.
///
///   Document reply{{"NextToken", "abc"}, {"Metrics", Document::list()}};
///   for (const Document& query : input.list_at("MetricDataQueries")) query.text_at("Id");
class Document {
 public:
  using List = std::vector<Document>;
  using Map = std::vector<DocumentMember>;

  Document();
  // Values turn into documents without ceremony, so that replies read like the message they build.
  // NOLINTBEGIN(google-explicit-constructor)
  Document(std::nullptr_t);
  template <std::same_as<bool> T>
  Document(T value) : value_(value) {}
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Document(T value);
  Document(double value);
  Document(const char* text);
  Document(std::string_view text);
  Document(std::string text);
  Document(Blob bytes);
  Document(Timestamp at);
  Document(List items);
  Document(Map members);
  // NOLINTEND(google-explicit-constructor)
  /// A map; `{}` alone is null, see map().
  Document(std::initializer_list<DocumentMember> members);

  /// An empty list.
  static Document list();
  /// An empty map.
  static Document map();

  [[nodiscard]] bool is_null() const { return holds<std::monostate>(); }
  [[nodiscard]] bool is_bool() const { return holds<bool>(); }
  [[nodiscard]] bool is_int() const { return holds<std::int64_t>(); }
  [[nodiscard]] bool is_double() const { return holds<double>(); }
  /// int or double.
  [[nodiscard]] bool is_number() const { return is_int() || is_double(); }
  [[nodiscard]] bool is_string() const { return holds<std::string>(); }
  [[nodiscard]] bool is_blob() const { return holds<Blob>(); }
  [[nodiscard]] bool is_time() const { return holds<Timestamp>(); }
  [[nodiscard]] bool is_list() const { return holds<List>(); }
  [[nodiscard]] bool is_map() const;

  /// The value; asking for another kind than it is breaks an invariant and stops the process.
  [[nodiscard]] bool as_bool() const;
  [[nodiscard]] std::int64_t as_int() const;
  /// Also of an int.
  [[nodiscard]] double as_double() const;
  [[nodiscard]] const std::string& as_string() const;
  [[nodiscard]] std::string& as_string();
  [[nodiscard]] const std::string& as_blob() const;
  [[nodiscard]] Timestamp as_time() const;
  [[nodiscard]] const List& as_list() const;
  [[nodiscard]] List& as_list();
  [[nodiscard]] const Map& as_map() const;
  [[nodiscard]] Map& as_map();

  /// The member of that name; nullptr when there is none, when it is null, or this is not a map.
  [[nodiscard]] const Document* find(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const { return find(key) != nullptr; }

  /// A member by name and kind. Absent, null or of another kind: nullopt (for lists: empty).
  [[nodiscard]] std::optional<std::string_view> text_at(std::string_view key) const;
  [[nodiscard]] std::optional<bool> bool_at(std::string_view key) const;
  [[nodiscard]] std::optional<std::int64_t> int_at(std::string_view key) const;
  /// Also of an int.
  [[nodiscard]] std::optional<double> double_at(std::string_view key) const;
  [[nodiscard]] std::optional<Timestamp> time_at(std::string_view key) const;
  [[nodiscard]] std::span<const Document> list_at(std::string_view key) const;
  /// The texts of a list member, in order; items that are not text are left out.
  [[nodiscard]] std::vector<std::string> texts_at(std::string_view key) const;

  /// Sets or replaces a member; null becomes a map first.
  Document& set(std::string_view key, Document value);
  /// As set(), unless `value` is nullopt.
  template <typename T>
  Document& set_if(std::string_view key, const std::optional<T>& value);
  /// Appends; null becomes a list first.
  Document& push_back(Document value);
  /// Items of a list, members of a map; 0 for anything else.
  [[nodiscard]] std::size_t size() const;

  /// Same kind and value; maps compare without regard to order. 1 and 1.0 differ; NaN equals NaN.
  friend bool operator==(const Document& a, const Document& b);

 private:
  template <typename T>
  [[nodiscard]] bool holds() const {
    return std::holds_alternative<T>(value_);
  }
  std::variant<std::monostate, bool, std::int64_t, double, std::string, Blob, Timestamp, List, Map>
      value_;
};

/// A named member of a map.
struct DocumentMember {
  std::string key;
  Document value;
};

// Defined here, because they need to know what a member is.
inline Document::Document() = default;
inline Document::Document(std::nullptr_t) {}
template <std::integral T>
  requires(!std::same_as<T, bool>)
Document::Document(T value) : value_(static_cast<std::int64_t>(value)) {}
inline Document::Document(double value) : value_(value) {}
inline Document::Document(const char* text) : value_(std::string(text)) {}
inline Document::Document(std::string_view text) : value_(std::string(text)) {}
inline Document::Document(std::string text) : value_(std::move(text)) {}
inline Document::Document(Blob bytes) : value_(std::move(bytes)) {}
inline Document::Document(Timestamp at) : value_(at) {}
inline Document Document::list() {
  return Document(List{});
}

template <typename T>
Document& Document::set_if(std::string_view key, const std::optional<T>& value) {
  return value ? set(key, Document(*value)) : *this;
}

/// The bytes as base64 with padding (RFC 4648, section 4).
std::string encode_base64(std::string_view bytes);
/// nullopt: not base64 (a wrong letter, length or padding).
std::optional<std::string> decode_base64(std::string_view text);

}  // namespace tidemark::codec
