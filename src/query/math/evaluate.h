#pragma once

#include "query/math/node.h"
#include "query/math/values.h"

namespace tidemark::query::math {

Result<Value> evaluate(const Node& node, Evaluation* evaluation);

}  // namespace tidemark::query::math
