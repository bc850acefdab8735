#pragma once

#include <string>
#include <string_view>

#include "codec/aws/shapes.h"
#include "codec/document.h"

namespace tidemark::codec::aws {

/// `text` for use between tags: & < > escaped, a carriage return as a reference (parsers would
/// drop it), and what XML 1.0 cannot carry at all (other control characters, U+FFFE, bytes that
/// are not UTF-8) as U+FFFD.
std::string xml_escape(std::string_view text);

/// Appends the members of a map as elements, the way awsQuery replies are written: lists as
/// `member` elements, maps as `entry` elements with key and value, times in ISO 8601, bytes in
/// base64. `shape` tells maps from structures; nullptr: everything is a structure.
void append_xml_members(const Shape* shape, const Document& value, std::string* out);

}  // namespace tidemark::codec::aws
