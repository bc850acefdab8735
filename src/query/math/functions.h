#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "query/math/node.h"
#include "query/math/values.h"

namespace tidemark::query::math {

/// One call under evaluation. `args` are evaluated already, unless the function is lazy.
struct Call {
  const Node& node;
  std::vector<Value> args;
  Evaluation& evaluation;
};

/// A function of the language: one line in functions.def.
struct Function {
  std::string_view name;
  Result<Value> (*apply)(Call& call);
  std::size_t min_args;
  std::size_t max_args;
  /// Looks at its arguments itself, as written.
  bool lazy;
};

/// nullptr: there is none of this name (names are upper case).
const Function* find_function(std::string_view name);

/// The failure of a call whose arguments have types it does not take.
tl::unexpected<Error> wrong_types(const Call& call);

namespace functions {
#define TM_MATH(name, function, min_args, max_args) Result<Value> function(Call& call);
#define TM_MATH_LAZY(name, function, min_args, max_args) Result<Value> function(Call& call);
#include "query/math/functions.def"
#undef TM_MATH
#undef TM_MATH_LAZY
}  // namespace functions

}  // namespace tidemark::query::math
