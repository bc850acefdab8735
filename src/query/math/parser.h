#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"
#include "query/math/node.h"

namespace tidemark::query::math {

/// Reads a whole expression. Loosest first: OR, AND, comparison, + -, * /, unary -, ^.
/// Errors: `invalid` with the position, `limit` for too many bytes or levels.
Result<std::unique_ptr<const Node>> parse(std::string_view expression);

}  // namespace tidemark::query::math
