#pragma once

#include "query/math/node.h"
#include "query/math/values.h"

namespace tidemark::query::math {

/// `node` is the operator's (binary or unary); its operands are evaluated.
Result<Value> apply_binary(const Node& node, Value left, Value right, Evaluation* evaluation);
Result<Value> apply_negation(const Node& node, Value operand);

}  // namespace tidemark::query::math
