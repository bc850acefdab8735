#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/document.h"
#include "codec/read_limits.h"

namespace tidemark::codec {

/// Reads one JSON text (RFC 8259), strictly: valid UTF-8, no duplicate keys, no trailing bytes.
/// Besides, the bare words NaN, Infinity and -Infinity are doubles, because Python clients send
/// them and deserve an answer about the value. Whole numbers that fit are ints, all others doubles.
/// Errc::invalid names the byte; Errc::limit: larger than `limits`.
Result<Document> read_json(std::string_view text, const ReadLimits& limits = {});

/// One line without blanks. Times are epoch seconds with the fraction they have, bytes base64;
/// NaN and infinities become the texts "NaN", "Infinity", "-Infinity" as AWS writes them. Doubles
/// are the shortest text that reads back to the same bits, with a ".0" if whole. Null members of
/// maps are left out, null items of lists are kept.
std::string write_json(const Document& document);

/// `text` as a JSON string with its quotes. Bytes that are not UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

/// The shortest decimal text that reads back as `value`, with ".0" if whole; "NaN", "Infinity".
std::string format_double(double value);

}  // namespace tidemark::codec
