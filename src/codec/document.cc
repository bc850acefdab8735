#include "codec/document.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "base/assert.h"

namespace tidemark::codec {
namespace {

constexpr std::string_view kBase64 =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int base64_digit(char c) {
  const std::size_t at = kBase64.find(c);
  return at == std::string_view::npos ? -1 : static_cast<int>(at);
}

bool same_double(double a, double b) {
  return a == b || (std::isnan(a) && std::isnan(b));
}

// Members are few and mostly in the same order, so the search starts where it should hit.
bool same_map(const Document::Map& a, const Document::Map& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    const DocumentMember* other = &b[i];
    if (other->key != a[i].key) {
      const auto found =
          std::find_if(b.begin(), b.end(), [&](const auto& m) { return m.key == a[i].key; });
      if (found == b.end()) return false;
      other = &*found;
    }
    if (!(a[i].value == other->value)) return false;
  }
  return true;
}

}  // namespace

Document::Document(List items) : value_(std::move(items)) {}
Document::Document(Map members) : value_(std::move(members)) {}
Document::Document(std::initializer_list<DocumentMember> members) : value_(Map(members)) {}

Document Document::map() {
  return Document(Map{});
}

bool Document::is_map() const {
  return holds<Map>();
}

bool Document::as_bool() const {
  TM_ASSERT(is_bool());
  return std::get<bool>(value_);
}

std::int64_t Document::as_int() const {
  TM_ASSERT(is_int());
  return std::get<std::int64_t>(value_);
}

double Document::as_double() const {
  TM_ASSERT(is_number());
  if (is_int()) return static_cast<double>(std::get<std::int64_t>(value_));
  return std::get<double>(value_);
}

const std::string& Document::as_string() const {
  TM_ASSERT(is_string());
  return std::get<std::string>(value_);
}

std::string& Document::as_string() {
  TM_ASSERT(is_string());
  return std::get<std::string>(value_);
}

const std::string& Document::as_blob() const {
  TM_ASSERT(is_blob());
  return std::get<Blob>(value_).bytes;
}

Timestamp Document::as_time() const {
  TM_ASSERT(is_time());
  return std::get<Timestamp>(value_);
}

const Document::List& Document::as_list() const {
  TM_ASSERT(is_list());
  return std::get<List>(value_);
}

Document::List& Document::as_list() {
  TM_ASSERT(is_list());
  return std::get<List>(value_);
}

const Document::Map& Document::as_map() const {
  TM_ASSERT(is_map());
  return std::get<Map>(value_);
}

Document::Map& Document::as_map() {
  TM_ASSERT(is_map());
  return std::get<Map>(value_);
}

const Document* Document::find(std::string_view key) const {
  if (!is_map()) return nullptr;
  for (const DocumentMember& member : std::get<Map>(value_)) {
    if (member.key == key) return member.value.is_null() ? nullptr : &member.value;
  }
  return nullptr;
}

std::optional<std::string_view> Document::text_at(std::string_view key) const {
  const Document* value = find(key);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return value->as_string();
}

std::optional<bool> Document::bool_at(std::string_view key) const {
  const Document* value = find(key);
  if (value == nullptr || !value->is_bool()) return std::nullopt;
  return value->as_bool();
}

std::optional<std::int64_t> Document::int_at(std::string_view key) const {
  const Document* value = find(key);
  if (value == nullptr || !value->is_int()) return std::nullopt;
  return value->as_int();
}

std::optional<double> Document::double_at(std::string_view key) const {
  const Document* value = find(key);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->as_double();
}

std::optional<Timestamp> Document::time_at(std::string_view key) const {
  const Document* value = find(key);
  if (value == nullptr || !value->is_time()) return std::nullopt;
  return value->as_time();
}

std::span<const Document> Document::list_at(std::string_view key) const {
  const Document* value = find(key);
  if (value == nullptr || !value->is_list()) return {};
  return value->as_list();
}

std::vector<std::string> Document::texts_at(std::string_view key) const {
  std::vector<std::string> texts;
  for (const Document& item : list_at(key)) {
    if (item.is_string()) texts.push_back(item.as_string());
  }
  return texts;
}

Document& Document::set(std::string_view key, Document value) {
  if (is_null()) value_ = Map{};
  for (DocumentMember& member : as_map()) {
    if (member.key == key) {
      member.value = std::move(value);
      return *this;
    }
  }
  as_map().push_back({std::string(key), std::move(value)});
  return *this;
}

Document& Document::push_back(Document value) {
  if (is_null()) value_ = List{};
  as_list().push_back(std::move(value));
  return *this;
}

std::size_t Document::size() const {
  if (is_list()) return as_list().size();
  return is_map() ? as_map().size() : 0;
}

bool operator==(const Document& a, const Document& b) {
  if (a.value_.index() != b.value_.index()) return false;
  if (a.is_double()) return same_double(a.as_double(), b.as_double());
  if (a.is_map()) return same_map(a.as_map(), b.as_map());
  if (a.is_list()) return a.as_list() == b.as_list();
  if (a.is_string()) return a.as_string() == b.as_string();
  if (a.is_blob()) return a.as_blob() == b.as_blob();
  if (a.is_time()) return a.as_time() == b.as_time();
  if (a.is_int()) return a.as_int() == b.as_int();
  return a.is_null() || a.as_bool() == b.as_bool();
}

std::string encode_base64(std::string_view bytes) {
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t left = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = (group << 8U) | (j < left ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out.push_back(j <= left ? kBase64[(group >> (18U - 6U * j)) & 63U] : '=');
    }
  }
  return out;
}

std::optional<std::string> decode_base64(std::string_view text) {
  if (text.size() % 4 != 0) return std::nullopt;
  const std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  std::string out;
  out.reserve(text.size() / 4 * 3);
  std::uint32_t group = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool pad = i >= text.size() - padding;
    const int digit = pad ? 0 : base64_digit(text[i]);
    if (digit < 0) return std::nullopt;
    group = (group << 6U) | static_cast<std::uint32_t>(digit);
    if (i % 4 != 3) continue;
    for (const unsigned shift : std::array<unsigned, 3>{16U, 8U, 0U}) {
      out.push_back(static_cast<char>((group >> shift) & 0xffU));
    }
    group = 0;
  }
  out.resize(out.size() - padding);
  return out;
}

}  // namespace tidemark::codec
