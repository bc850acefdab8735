#include "web/own/members.h"

#include <algorithm>

#include "base/closest_word.h"

namespace tidemark::web::own {
namespace {

constexpr std::size_t kShownMaxBytes = 60;

}  // namespace

std::optional<ApiError> refuse_unknown(const json& object,
                                       Members known,
                                       const std::string& where) {
  if (!object.is_object()) return std::nullopt;
  for (const auto& [name, value] : object.items()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string field = where + name.substr(0, kShownMaxBytes);
    return ApiError{400,
                    "invalid_field",
                    field + " is no member of this" + closest_word_hint(name, known),
                    field};
  }
  return std::nullopt;
}

}  // namespace tidemark::web::own
