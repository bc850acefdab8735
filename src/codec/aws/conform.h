#pragma once

#include <optional>
#include <string>

#include "codec/aws/shapes.h"
#include "codec/document.h"

namespace tidemark::codec::aws {

/// A value that cannot be what its shape asks for. `path` as the client wrote it, from the outside
/// in: "MetricData.3.Value"; empty: the whole input.
struct Mismatch {
  std::string path;
  std::string what;  ///< "expected a number, found text"
};

/// Turns a freely read JSON or CBOR value into exactly what the shape declares: whole numbers
/// become doubles where doubles are declared, epoch seconds and RFC 3339 texts become times,
/// the texts "NaN", "Infinity" and "-Infinity" doubles, base64 bytes. Members the shape does not
/// know, and nulls, are dropped.
std::optional<Mismatch> conform(const Shape& shape, Document* value);

/// The same for the text of a query parameter; `shape` is not a list, map or structure.
std::optional<std::string> convert_text(const Shape& shape, std::string_view text, Document* out);

}  // namespace tidemark::codec::aws
