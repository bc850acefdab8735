#include "query/math/parser.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "query/math/functions.h"
#include "query/math/lexer.h"
#include "query/metric_math.h"

namespace tidemark::query::math {
namespace {

using NodePtr = std::unique_ptr<const Node>;
using Kind = Node::Kind;

constexpr std::array<std::string_view, 8> kWords = {
    "REPEAT", "LINEAR", "AVG", "MIN", "MAX", "SUM", "ASC", "DESC"};

/// Binding strength of a binary operator; 0: it is none. `^` is not among them.
int strength(std::string_view op) {
  if (op == "OR") return 1;
  if (op == "AND") return 2;
  if (op == "==" || op == "!=" || op == "<" || op == "<=" || op == ">" || op == ">=") return 3;
  if (op == "+" || op == "-") return 4;
  if (op == "*" || op == "/") return 5;
  return 0;
}

std::unique_ptr<Node> make_node(Kind kind, const Token& token) {
  auto out = std::make_unique<Node>();
  out->kind = kind;
  out->position = token.position;
  out->text = token.text;
  out->number = token.number;
  return out;
}

class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<NodePtr> run() {
    TM_TRY(auto root, binary(1));
    if (token().kind != Token::Kind::end) return unexpected_token();
    return root;
  }

 private:
  [[nodiscard]] const Token& token() const { return tokens_[at_]; }
  [[nodiscard]] bool is_symbol(std::string_view text) const {
    return token().kind == Token::Kind::symbol && token().text == text;
  }
  [[nodiscard]] tl::unexpected<Error> unexpected_token() const {
    if (token().kind == Token::Kind::end) {
      return fail(Errc::invalid,
                  fmt::format("unexpected end of expression at position {}", token().position));
    }
    return fail(
        Errc::invalid,
        fmt::format(
            "unexpected '{}' at position {}", token().text.substr(0, 40), token().position));
  }

  Result<void> expect(std::string_view symbol) {
    if (!is_symbol(symbol)) return unexpected_token();
    ++at_;
    return {};
  }

  /// Operators at least as strong as `least`, all to the left.
  Result<NodePtr> binary(int least) {
    TM_TRY(NodePtr left, unary());
    while (token().kind == Token::Kind::symbol || token().kind == Token::Kind::name) {
      const int found = strength(token().text);
      if (found == 0 || found < least) break;
      auto node = make_node(Kind::binary, token());
      ++at_;
      TM_TRY(NodePtr right, binary(found + 1));
      node->children.push_back(std::move(left));
      node->children.push_back(std::move(right));
      left = std::move(node);
    }
    return left;
  }

  /// Every way to nest passes here, so here the depth is held.
  Result<NodePtr> unary() {
    if (depth_ >= kExpressionMaxDepth) {
      return fail(Errc::limit,
                  fmt::format("expression is nested deeper than {} at position {}",
                              kExpressionMaxDepth,
                              token().position));
    }
    ++depth_;
    auto out = is_symbol("-") ? negation() : power();
    --depth_;
    return out;
  }

  Result<NodePtr> negation() {
    auto node = make_node(Kind::unary, token());
    ++at_;
    TM_TRY(NodePtr operand, unary());
    node->children.push_back(std::move(operand));
    return NodePtr(std::move(node));
  }

  Result<NodePtr> power() {
    TM_TRY(NodePtr base, primary());
    if (!is_symbol("^")) return base;
    auto node = make_node(Kind::binary, token());
    ++at_;
    TM_TRY(NodePtr exponent, unary());
    node->children.push_back(std::move(base));
    node->children.push_back(std::move(exponent));
    return NodePtr(std::move(node));
  }

  Result<NodePtr> primary() {
    switch (token().kind) {
      case Token::Kind::number:
        return leaf(Kind::number);
      case Token::Kind::text:
        return leaf(Kind::text);
      case Token::Kind::name:
        return named();
      default:
        break;
    }
    if (is_symbol("[")) {
      auto node = make_node(Kind::list, token());
      ++at_;
      TM_TRY_VOID(items("]", node.get()));
      if (node->children.empty()) {
        return fail(Errc::invalid, fmt::format("empty list at position {}", node->position));
      }
      return NodePtr(std::move(node));
    }
    TM_TRY_VOID(expect("("));
    TM_TRY(NodePtr inside, binary(1));
    TM_TRY_VOID(expect(")"));
    return inside;
  }

  Result<NodePtr> leaf(Kind kind) {
    NodePtr out = make_node(kind, token());
    ++at_;
    return out;
  }

  Result<NodePtr> named() {
    const Token name = token();
    if (strength(name.text) != 0) return unexpected_token();  // AND, OR
    const Token& next = tokens_[at_ + 1];
    if (next.kind == Token::Kind::symbol && next.text == "(") return call();
    if (name.text.front() >= 'a' && name.text.front() <= 'z') return leaf(Kind::id);
    if (std::find(kWords.begin(), kWords.end(), name.text) != kWords.end()) {
      return leaf(Kind::word);
    }
    return fail(Errc::invalid,
                fmt::format("'{}' at position {} is neither a function with its "
                            "arguments nor an id: ids start with a lowercase letter",
                            name.text.substr(0, 40),
                            name.position));
  }

  Result<NodePtr> call() {
    auto node = make_node(Kind::call, token());
    node->function = find_function(node->text);
    if (node->function == nullptr) {
      return fail(
          Errc::invalid,
          fmt::format(
              "Function '{}' not found at position {}", node->text.substr(0, 40), node->position));
    }
    at_ += 2;
    TM_TRY_VOID(items(")", node.get()));
    const std::size_t count = node->children.size();
    if (count < node->function->min_args || count > node->function->max_args) {
      return fail(Errc::invalid,
                  fmt::format("Function '{}' takes {} to {} arguments, not {}, at position {}",
                              node->text,
                              node->function->min_args,
                              node->function->max_args,
                              count,
                              node->position));
    }
    return NodePtr(std::move(node));
  }

  /// Expressions with commas between, up to and with `close`.
  Result<void> items(std::string_view close, Node* parent) {
    if (is_symbol(close)) {
      ++at_;
      return {};
    }
    while (true) {
      TM_TRY(NodePtr item, binary(1));
      parent->children.push_back(std::move(item));
      if (!is_symbol(",")) return expect(close);
      ++at_;
    }
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<std::unique_ptr<const Node>> parse(std::string_view expression) {
  if (expression.size() > kExpressionMaxBytes) {
    return fail(
        Errc::limit,
        fmt::format(
            "expression has {} characters, limit {}", expression.size(), kExpressionMaxBytes));
  }
  TM_TRY(auto tokens, tokenize(expression));
  return Parser(std::move(tokens)).run();
}

}  // namespace tidemark::query::math
