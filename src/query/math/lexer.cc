#include "query/math/lexer.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include <fmt/format.h>

namespace tidemark::query::math {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Longest first: "<=" must not be read as "<".
constexpr std::array<std::string_view, 18> kSymbols = {
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "+", "-", "*", "/", "^", "(", ")", "[", "]", ","};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  Result<std::vector<Token>> run() {
    std::vector<Token> out;
    for (skip_space(); at_ < text_.size(); skip_space()) {
      TM_TRY(Token token, next());
      out.push_back(std::move(token));
    }
    out.push_back({Token::Kind::end, text_.size() + 1, "", 0});
    return out;
  }

 private:
  void skip_space() {
    while (at_ < text_.size() && is_space(text_[at_]))
      ++at_;
  }
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }

  Result<Token> next() {
    const char c = peek();
    if (is_digit(c) || (c == '.' && is_digit(peek(1)))) return number();
    if (is_letter(c)) return name();
    if (c == '"' || c == '\'') return text();
    const std::string_view rest = text_.substr(at_);
    const auto symbol = std::find_if(kSymbols.begin(), kSymbols.end(), [rest](std::string_view s) {
      return rest.starts_with(s);
    });
    if (symbol == kSymbols.end()) {
      return fail(Errc::invalid, fmt::format("unexpected character at position {}", at_ + 1));
    }
    Token out{Token::Kind::symbol, at_ + 1, std::string(*symbol), 0};
    at_ += symbol->size();
    if (out.text == "&&") out = {Token::Kind::name, out.position, "AND", 0};
    if (out.text == "||") out = {Token::Kind::name, out.position, "OR", 0};
    return out;
  }

  Result<Token> number() {
    Token out{Token::Kind::number, at_ + 1, "", 0};
    const char* const first = text_.data() + at_;
    const auto [end, error] = std::from_chars(first, text_.data() + text_.size(), out.number);
    if (error != std::errc() || !std::isfinite(out.number)) {
      return fail(Errc::invalid, fmt::format("number out of range at position {}", out.position));
    }
    at_ += static_cast<std::size_t>(end - first);
    if (is_letter(peek())) {
      return fail(Errc::invalid, fmt::format("unexpected character at position {}", at_ + 1));
    }
    return out;
  }

  Result<Token> name() {
    Token out{Token::Kind::name, at_ + 1, "", 0};
    const std::size_t first = at_;
    while (is_letter(peek()) || is_digit(peek()))
      ++at_;
    out.text = text_.substr(first, at_ - first);
    return out;
  }

  Result<Token> text() {
    Token out{Token::Kind::text, at_ + 1, "", 0};
    const std::size_t close = text_.find(text_[at_], at_ + 1);
    if (close == std::string_view::npos) {
      return fail(Errc::invalid,
                  fmt::format("string that begins at position {} has no end", out.position));
    }
    out.text = text_.substr(at_ + 1, close - at_ - 1);
    at_ = close + 1;
    return out;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view expression) {
  return Lexer(expression).run();
}

}  // namespace tidemark::query::math
