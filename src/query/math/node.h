#pragma once

#include <memory>
#include <string>
#include <vector>

namespace tidemark::query::math {

struct Function;  // functions.h

/// A node of a parsed expression.
struct Node {
  enum class Kind {
    number,  ///< `number`
    text,    ///< a quoted string: `text`
    id,      ///< the id of a query: `text`
    word,    ///< an upper-case word that some functions take (REPEAT, DESC …): `text`
    unary,   ///< `text` is the operator; one child
    binary,  ///< `text` is the operator; two children
    list,    ///< [a, b, …]
    call     ///< `function` with children as arguments
  };
  Kind kind = Kind::number;
  std::size_t position = 0;  ///< of its first byte (an operator: of the operator), from 1
  double number = 0;
  std::string text;
  const Function* function = nullptr;
  std::vector<std::unique_ptr<const Node>> children;
};

}  // namespace tidemark::query::math
