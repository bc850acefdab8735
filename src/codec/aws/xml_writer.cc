#include "codec/aws/xml_writer.h"

#include <fmt/format.h>

#include "codec/json.h"
#include "codec/utf8.h"

namespace tidemark::codec::aws {
namespace {

constexpr std::string_view kReplacement = "\xef\xbf\xbd";

void append_value(const Shape* shape, const Document& value, std::string* out);

void append_element(std::string_view tag,
                    const Shape* shape,
                    const Document& value,
                    std::string* out) {
  out->append("<").append(tag).append(">");
  append_value(shape, value, out);
  out->append("</").append(tag).append(">");
}

void append_entries(const Shape& shape, const Document& map, std::string* out) {
  for (const DocumentMember& member : map.as_map()) {
    out->append("<entry>");
    append_element(shape.key_name, nullptr, Document(member.key), out);
    append_element(shape.value_name, shape.item, member.value, out);
    out->append("</entry>");
  }
}

std::string scalar_text(const Document& value) {
  if (value.is_string()) return xml_escape(value.as_string());
  if (value.is_double()) return format_double(value.as_double());
  if (value.is_int()) return fmt::format("{}", value.as_int());
  if (value.is_bool()) return value.as_bool() ? "true" : "false";
  if (value.is_time()) return format_rfc3339(value.as_time());
  return value.is_blob() ? encode_base64(value.as_blob()) : "";
}

void append_value(const Shape* shape, const Document& value, std::string* out) {
  if (value.is_list()) {
    const Shape* item = shape != nullptr ? shape->item : nullptr;
    for (const Document& each : value.as_list())
      append_element("member", item, each, out);
  } else if (value.is_map() && shape != nullptr && shape->kind == ShapeKind::map) {
    append_entries(*shape, value, out);
  } else if (value.is_map()) {
    append_xml_members(shape, value, out);
  } else {
    out->append(scalar_text(value));
  }
}

}  // namespace

std::string xml_escape(std::string_view text) {
  if (!is_utf8(text)) return xml_escape(replace_invalid_utf8(text));
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    const bool noncharacter =
        text.substr(i, 3) == "\xef\xbf\xbe" || text.substr(i, 3) == "\xef\xbf\xbf";
    if (noncharacter) {
      out.append(kReplacement);
      i += 2;
    } else if (c == '&') {
      out.append("&amp;");
    } else if (c == '<') {
      out.append("&lt;");
    } else if (c == '>') {
      out.append("&gt;");
    } else if (c == '\r') {
      out.append("&#xD;");
    } else if (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') {
      out.append(kReplacement);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

void append_xml_members(const Shape* shape, const Document& value, std::string* out) {
  if (!value.is_map()) return;
  for (const DocumentMember& member : value.as_map()) {
    if (member.value.is_null()) continue;
    const ShapeMember* declared = shape != nullptr ? shape->find(member.key) : nullptr;
    append_element(member.key, declared != nullptr ? declared->shape : nullptr, member.value, out);
  }
}

}  // namespace tidemark::codec::aws
