#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "codec/aws/shapes.h"
#include "codec/document.h"

namespace tidemark::codec::aws {

/// One decoded name=value of a form or query string.
using FormField = std::pair<std::string, std::string>;

/// A whole form may hold this many fields: 1,000 metrics with 30 dimensions and 150 values need
/// 360,000 at most.
inline constexpr std::size_t kMaxFormFields = 400'000;

/// Splits and percent-decodes `a=1&b=2` ('+' is a blank). Refused: wrong escapes, bytes that are
/// not UTF-8, too many fields.
Result<std::vector<FormField>> read_form(std::string_view form);

/// The awsQuery serialization: structure members by name, lists as `member.N`, maps as
/// `entry.N.key` and `entry.N.value`. Items come in the order of their numbers, whatever order and
/// gaps the fields have. Names the shape does not know are ignored. Errc::invalid names the field.
Result<Document> read_query(const Shape& shape, std::vector<FormField> fields);

}  // namespace tidemark::codec::aws
