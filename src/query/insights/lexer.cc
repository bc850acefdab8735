#include "query/insights/lexer.h"

#include <algorithm>

#include <fmt/format.h>

namespace tidemark::query::insights {
namespace {

using Kind = Token::Kind;

constexpr std::string_view kSpace = " \t\n\r";

/// The dot is for AWS.AccountId; the parser refuses it elsewhere.
bool is_of_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '.';
}

/// A backslash stands before a quotation mark or a backslash; elsewhere it is itself.
bool is_escape(std::string_view text, std::size_t at) {
  constexpr std::string_view kEscaped = "\\\"'";
  return text[at] == '\\' && at + 1 < text.size() &&
         kEscaped.find(text[at + 1]) != std::string_view::npos;
}

Result<Token> quoted(std::string_view query, std::size_t* at) {
  const char quote = query[*at];
  Token out{quote == '"' ? Kind::name : Kind::value, *at + 1, ""};
  for (std::size_t i = *at + 1; i < query.size(); ++i) {
    if (query[i] == quote) {
      *at = i + 1;
      return out;
    }
    if (is_escape(query, i)) ++i;
    out.text.push_back(query[i]);
  }
  return fail(Errc::invalid,
              fmt::format("the {} quotation mark at position {} has no other",
                          quote == '"' ? "double" : "single",
                          out.position));
}

Result<Token> next(std::string_view query, std::size_t* at) {
  const char c = query[*at];
  if (c == '"' || c == '\'') return quoted(query, at);
  Token out{Kind::symbol, *at + 1, std::string(1, c)};
  if (c == '!' && query.substr(*at).starts_with("!=")) {
    out.text = "!=";
  } else if (is_of_word(c)) {
    const auto end =
        std::find_if_not(query.begin() + static_cast<std::ptrdiff_t>(*at), query.end(), is_of_word);
    out.kind = Kind::word;
    out.text.assign(query.begin() + static_cast<std::ptrdiff_t>(*at), end);
  } else if (c != '(' && c != ')' && c != ',' && c != '=') {
    return fail(Errc::invalid,
                fmt::format("unexpected character at position {}: a name that has others than "
                            "letters, digits and underscores stands in double quotes",
                            out.position));
  }
  *at += out.text.size();
  return out;
}

}  // namespace

Result<std::vector<Token>> tokenize(std::string_view query) {
  std::vector<Token> out;
  std::size_t at = query.find_first_not_of(kSpace);
  while (at != std::string_view::npos && at < query.size()) {
    TM_TRY(Token token, next(query, &at));
    out.push_back(std::move(token));
    at = query.find_first_not_of(kSpace, at);
  }
  out.push_back({Kind::end, query.size() + 1, ""});
  return out;
}

}  // namespace tidemark::query::insights
