#include "query/insights/parser.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include <fmt/format.h>

#include "query/insights/lexer.h"
#include "query/metric_math.h"
#include "query/select_limits.h"

namespace tidemark::query::insights {
namespace {

using Kind = Token::Kind;

constexpr std::array<std::string_view, 11> kKeywords = {
    "SELECT", "FROM", "SCHEMA", "WHERE", "AND", "GROUP", "BY", "ORDER", "ASC", "DESC", "LIMIT"};

constexpr std::array<std::pair<std::string_view, Function>, 5> kFunctions{{
    {"AVG", Function::avg},
    {"COUNT", Function::count},
    {"MAX", Function::max},
    {"MIN", Function::min},
    {"SUM", Function::sum},
}};

constexpr std::string_view kAccountKey = "AWS.AccountId";

/// `word` is in capitals.
bool same_word(std::string_view text, std::string_view word) {
  return std::equal(text.begin(), text.end(), word.begin(), word.end(), [](char a, char b) {
    return (a >= 'a' && a <= 'z' ? static_cast<char>(a - 'a' + 'A') : a) == b;
  });
}

/// One token after the other: nothing in the language nests.
class Parser {
 public:
  explicit Parser(std::vector<Token> tokens) : tokens_(std::move(tokens)) {}

  Result<Select> run() {
    TM_TRY_VOID(expect_word("SELECT"));
    TM_TRY(out_.function, function());
    TM_TRY_VOID(expect_symbol("("));
    TM_TRY(out_.metric, name("a metric's name"));
    TM_TRY_VOID(expect_symbol(")"));
    TM_TRY_VOID(expect_word("FROM"));
    TM_TRY_VOID(source());
    TM_TRY_VOID(where());
    TM_TRY_VOID(group_by());
    TM_TRY_VOID(order_by());
    TM_TRY_VOID(limit());
    if (token().kind != Kind::end) return expected("the end or a further clause");
    return std::move(out_);
  }

 private:
  [[nodiscard]] const Token& token() const { return tokens_[at_]; }
  [[nodiscard]] bool is_symbol(std::string_view text) const {
    return token().kind == Kind::symbol && token().text == text;
  }
  [[nodiscard]] bool is_word(std::string_view word) const {
    return token().kind == Kind::word && same_word(token().text, word);
  }
  bool take_word(std::string_view word) {
    if (!is_word(word)) return false;
    ++at_;
    return true;
  }
  bool take_symbol(std::string_view text) {
    if (!is_symbol(text)) return false;
    ++at_;
    return true;
  }

  [[nodiscard]] tl::unexpected<Error> expected(std::string_view what) const {
    const std::string found = token().kind == Kind::end
                                  ? "the query ends"
                                  : fmt::format("there is '{}'", token().text.substr(0, 40));
    return fail(Errc::invalid,
                fmt::format("expected {}, but {} at position {}", what, found, token().position));
  }
  Result<void> expect_word(std::string_view word) {
    if (!take_word(word)) return expected(word);
    return {};
  }
  Result<void> expect_symbol(std::string_view text) {
    if (!take_symbol(text)) return expected(fmt::format("'{}'", text));
    return {};
  }

  Result<Function> function() {
    for (const auto& [word, function] : kFunctions) {
      if (take_word(word)) return function;
    }
    return expected("AVG, COUNT, MAX, MIN or SUM");
  }

  /// A namespace, a metric's name or a dimension's.
  Result<std::string> name(std::string_view what) {
    if (token().kind != Kind::word && token().kind != Kind::name) return expected(what);
    if (token().text.empty()) return expected(what);
    if (token().kind == Kind::word) TM_TRY_VOID(check_unquoted());
    return std::move(tokens_[at_++].text);
  }

  [[nodiscard]] Result<void> check_unquoted() const {
    const std::string& text = token().text;
    const bool is_keyword = std::any_of(kKeywords.begin(),
                                        kKeywords.end(),
                                        [&text](std::string_view k) { return same_word(text, k); });
    if (!is_keyword && text.find('.') == std::string::npos) return {};
    return fail(Errc::invalid,
                fmt::format("'{}' at position {} must stand in double quotes to be a name",
                            text.substr(0, 40),
                            token().position));
  }

  Result<LabelKey> key() {
    if (token().kind == Kind::word && token().text == kAccountKey) {
      ++at_;
      return LabelKey{std::string(kAccountKey), true};
    }
    TM_TRY(std::string dimension, name("a dimension's name"));
    return LabelKey{std::move(dimension), false};
  }

  Result<void> source() {
    if (!take_word("SCHEMA")) {
      TM_TRY(out_.metric_namespace, name("a namespace or SCHEMA"));
      return {};
    }
    TM_TRY_VOID(expect_symbol("("));
    TM_TRY(out_.metric_namespace, name("a namespace"));
    auto& dimensions = out_.schema.emplace();
    while (take_symbol(",")) {
      TM_TRY(std::string dimension, name("a dimension's name"));
      dimensions.push_back(std::move(dimension));
    }
    TM_TRY_VOID(expect_symbol(")"));
    std::sort(dimensions.begin(), dimensions.end());
    dimensions.erase(std::unique(dimensions.begin(), dimensions.end()), dimensions.end());
    return {};
  }

  Result<void> where() {
    if (!take_word("WHERE")) return {};
    do {
      Condition condition;
      TM_TRY(condition.key, key());
      condition.equal = is_symbol("=");
      if (!take_symbol("=") && !take_symbol("!=")) return expected("= or !=");
      if (token().kind != Kind::value) return expected("a value in single quotes");
      condition.value = std::move(tokens_[at_++].text);
      out_.where.push_back(std::move(condition));
    } while (take_word("AND"));
    return {};
  }

  Result<void> group_by() {
    if (!take_word("GROUP")) return {};
    TM_TRY_VOID(expect_word("BY"));
    do {
      TM_TRY(LabelKey label, key());
      out_.group_by.push_back(std::move(label));
    } while (take_symbol(","));
    return {};
  }

  Result<void> order_by() {
    if (!take_word("ORDER")) return {};
    TM_TRY_VOID(expect_word("BY"));
    Order& order = out_.order.emplace();
    TM_TRY(order.by, function());
    TM_TRY_VOID(expect_symbol("("));
    TM_TRY_VOID(expect_symbol(")"));
    order.descending = take_word("DESC");
    if (!order.descending) take_word("ASC");
    return {};
  }

  Result<void> limit() {
    if (!take_word("LIMIT")) return {};
    const std::string& text = token().text;
    std::size_t most = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), most);
    if (token().kind != Kind::word || error != std::errc() || end != text.data() + text.size() ||
        most < 1 || most > kSelectSeriesMax) {
      return expected(fmt::format("a number from 1 to {}", kSelectSeriesMax));
    }
    out_.limit = most;
    ++at_;
    return {};
  }

  std::vector<Token> tokens_;
  std::size_t at_ = 0;
  Select out_;
};

}  // namespace

bool is_select(std::string_view expression) {
  constexpr std::string_view kSpace = " \t\n\r";
  constexpr std::string_view kSelect = "SELECT";
  const std::size_t first = expression.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return false;
  if (!same_word(expression.substr(first, kSelect.size()), kSelect)) return false;
  const std::size_t behind = first + kSelect.size();
  const std::size_t next = expression.find_first_not_of(kSpace, behind);
  // Ids begin with a small letter, so what begins with a capital one is none.
  if (next == behind || next == std::string_view::npos) {
    return next == std::string_view::npos && expression[first] == 'S';
  }
  const std::string_view rest = expression.substr(next);
  const std::string_view word = rest.substr(0, rest.find_first_of(" \t\n\r("));
  const char c = rest.front();
  const bool is_name = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '"';
  return expression[first] == 'S' || (is_name && word != "AND" && word != "OR");
}

Result<Select> parse_select(std::string_view query) {
  if (query.size() > kExpressionMaxBytes) {
    return fail(
        Errc::limit,
        fmt::format("query has {} characters, limit {}", query.size(), kExpressionMaxBytes));
  }
  TM_TRY(auto tokens, tokenize(query));
  return Parser(std::move(tokens)).run();
}

}  // namespace tidemark::query::insights
