#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "codec/document.h"
#include "codec/read_limits.h"

namespace tidemark::codec {

inline constexpr ReadLimits kCborLimits{.depth = 32};

/// Reads one CBOR item (RFC 8949) that fills `bytes`: definite and indefinite lengths, integers,
/// half, single and double floats, tag 1 as a time. Other tags are looked through, undefined is
/// null, an unsigned integer above the int64 range becomes a double. Refused: keys that are not
/// text, duplicate keys, text that is not UTF-8, big numbers (tags 2 and 3), other simple values.
/// A length is compared with the bytes left before anything is allocated.
Result<Document> read_cbor(std::string_view bytes, const ReadLimits& limits = kCborLimits);

/// Definite lengths, shortest integers, doubles and times in 64 bits (times: tag 1).
std::string write_cbor(const Document& document);

}  // namespace tidemark::codec
