#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace tidemark::query::insights {

struct Token {
  enum class Kind {
    word,    ///< keyword, function, number or a name without quotes
    name,    ///< in double quotes
    value,   ///< in single quotes
    symbol,  ///< ( ) , = !=
    end
  };
  Kind kind = Kind::end;
  std::size_t position = 0;  ///< from 1
  std::string text;          ///< without quotes and escapes
};

/// The last token is `end`. Errors: `invalid`, with the position.
Result<std::vector<Token>> tokenize(std::string_view query);

}  // namespace tidemark::query::insights
