#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tidemark::query::math {

struct Token {
  enum class Kind { number, text, name, symbol, end };
  Kind kind = Kind::end;
  std::size_t position = 0;  ///< of its first byte, from 1
  std::string text;          ///< a string without its quotes; && and || as AND and OR
  double number = 0;
};

/// Cuts an expression into tokens; the last one is `end`. A byte that begins no token or an open
/// string: `invalid`, with its position.
Result<std::vector<Token>> tokenize(std::string_view expression);

}  // namespace tidemark::query::math
