#include "query/math/functions.h"

#include <algorithm>

namespace tidemark::query::math {
namespace {

constexpr Function kFunctions[] = {
#define TM_MATH(name, function, min_args, max_args) \
  {#name, functions::function, min_args, max_args, false},
#define TM_MATH_LAZY(name, function, min_args, max_args) \
  {#name, functions::function, min_args, max_args, true},
#include "query/math/functions.def"
#undef TM_MATH
#undef TM_MATH_LAZY
};

}  // namespace

const Function* find_function(std::string_view name) {
  const auto* const found =
      std::find_if(std::begin(kFunctions), std::end(kFunctions), [name](const Function& function) {
        return function.name == name;
      });
  return found == std::end(kFunctions) ? nullptr : found;
}

tl::unexpected<Error> wrong_types(const Call& call) {
  return unsupported_types(call.node.function->name, call.args, call.node.position);
}

}  // namespace tidemark::query::math
