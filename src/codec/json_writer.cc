#include <cmath>

#include <fmt/format.h>

#include "codec/epoch.h"
#include "codec/json.h"
#include "codec/utf8.h"

namespace tidemark::codec {
namespace {

void append_string(std::string_view text, std::string* out) {
  constexpr std::string_view kHex = "0123456789abcdef";
  out->push_back('"');
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out->push_back('\\');
      out->push_back(c);
    } else if (c == '\n') {
      out->append("\\n");
    } else if (byte < 0x20 || byte == 0x7f) {
      out->append("\\u00");
      out->push_back(kHex[byte >> 4U]);
      out->push_back(kHex[byte & 15U]);
    } else {
      out->push_back(c);
    }
  }
  out->push_back('"');
}

void append_value(const Document& value, std::string* out);

void append_map(const Document::Map& members, std::string* out) {
  out->push_back('{');
  bool first = true;
  for (const DocumentMember& member : members) {
    if (member.value.is_null()) continue;
    if (!first) out->push_back(',');
    first = false;
    out->append(json_string(member.key));
    out->push_back(':');
    append_value(member.value, out);
  }
  out->push_back('}');
}

void append_list(const Document::List& items, std::string* out) {
  out->push_back('[');
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out->push_back(',');
    append_value(items[i], out);
  }
  out->push_back(']');
}

void append_double(double value, std::string* out) {
  if (std::isfinite(value)) {
    out->append(format_double(value));
  } else {
    append_string(format_double(value), out);
  }
}

void append_value(const Document& value, std::string* out) {
  if (value.is_map()) return append_map(value.as_map(), out);
  if (value.is_list()) return append_list(value.as_list(), out);
  if (value.is_string()) {
    out->append(json_string(value.as_string()));
  } else if (value.is_double()) {
    append_double(value.as_double(), out);
  } else if (value.is_int()) {
    fmt::format_to(std::back_inserter(*out), "{}", value.as_int());
  } else if (value.is_bool()) {
    out->append(value.as_bool() ? "true" : "false");
  } else if (value.is_time()) {
    out->append(format_epoch(value.as_time()));
  } else if (value.is_blob()) {
    append_string(encode_base64(value.as_blob()), out);
  } else {
    out->append("null");
  }
}

}  // namespace

std::string write_json(const Document& document) {
  std::string out;
  append_value(document, &out);
  return out;
}

std::string json_string(std::string_view text) {
  std::string out;
  out.reserve(text.size() + 2);
  if (is_utf8(text)) {
    append_string(text, &out);
  } else {
    append_string(replace_invalid_utf8(text), &out);
  }
  return out;
}

std::string format_double(double value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value > 0 ? "Infinity" : "-Infinity";
  std::string text = fmt::format("{}", value);
  if (text.find_first_of(".e") == std::string::npos) text += ".0";
  return text;
}

}  // namespace tidemark::codec
