#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>

#include <fmt/format.h>

#include "codec/json.h"
#include "codec/map_keys.h"
#include "codec/utf8.h"

namespace tidemark::codec {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

class Reader {
 public:
  Reader(std::string_view text, const ReadLimits& limits) : text_(text), limits_(limits) {}

  Result<Document> read() {
    if (text_.size() > limits_.bytes) {
      return fail(Errc::limit, fmt::format("JSON is longer than {} bytes", limits_.bytes));
    }
    TM_TRY(Document document, value(0));
    skip_blanks();
    if (at_ != text_.size()) return error("something after the end of the JSON text");
    return document;
  }

 private:
  Result<Document> value(std::size_t depth) {
    skip_blanks();
    if (depth > limits_.depth) {
      return fail(Errc::limit, fmt::format("JSON is nested deeper than {}", limits_.depth));
    }
    if (++values_ > limits_.values) {
      return fail(Errc::limit, fmt::format("JSON holds more than {} values", limits_.values));
    }
    if (at_ == text_.size()) return error("the JSON text ends early");
    switch (text_[at_]) {
      case '{':
        return map(depth);
      case '[':
        return list(depth);
      case '"': {
        TM_TRY(std::string text, string());
        return Document(std::move(text));
      }
      default:
        return word_or_number();
    }
  }

  Result<Document> map(std::size_t depth) {
    ++at_;
    Document::Map members;
    skip_blanks();
    if (take('}')) return Document(std::move(members));
    do {
      skip_blanks();
      if (at_ == text_.size() || text_[at_] != '"') return error("a member's name is missing");
      TM_TRY(std::string key, string());
      skip_blanks();
      if (!take(':')) return error("':' is missing after a member's name");
      TM_TRY(Document item, value(depth + 1));
      members.push_back({std::move(key), std::move(item)});
      skip_blanks();
    } while (take(','));
    if (!take('}')) return error("',' or '}' is missing");
    if (const auto twice = duplicate_key(members)) {
      return fail(Errc::invalid, fmt::format("JSON member \"{}\" stands twice", *twice));
    }
    return Document(std::move(members));
  }

  Result<Document> list(std::size_t depth) {
    ++at_;
    Document::List items;
    skip_blanks();
    if (take(']')) return Document(std::move(items));
    do {
      TM_TRY(Document item, value(depth + 1));
      items.push_back(std::move(item));
      skip_blanks();
    } while (take(','));
    if (!take(']')) return error("',' or ']' is missing");
    return Document(std::move(items));
  }

  Result<std::string> string() {
    const std::size_t start = ++at_;
    std::string out;
    std::size_t plain = start;
    for (; at_ < text_.size() && text_[at_] != '"'; ++at_) {
      if (static_cast<unsigned char>(text_[at_]) < 0x20)
        return error("a control character in a string");
      if (text_[at_] != '\\') continue;
      out.append(text_.substr(plain, at_ - plain));
      TM_TRY_VOID(escape(&out));
      plain = at_ + 1;
    }
    if (at_ == text_.size()) return error("a string does not end");
    const std::string_view rest = text_.substr(plain, at_ - plain);
    if (!is_utf8(text_.substr(start, at_ - start))) return error("a string is not UTF-8");
    out.append(rest);
    ++at_;
    return out;
  }

  // Stands on the backslash; leaves at_ on the last character of the escape.
  Result<void> escape(std::string* out) {
    if (++at_ == text_.size()) return error("a string does not end");
    constexpr std::string_view kLetters = "\"\\/bfnrt";
    constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    if (const auto i = kLetters.find(text_[at_]); i != std::string_view::npos) {
      out->push_back(kMeanings[i]);
      return {};
    }
    if (text_[at_] != 'u') return error("an unknown escape in a string");
    TM_TRY(std::uint32_t unit, hex4());
    if (unit >= 0xdc00 && unit <= 0xdfff) return error("half a surrogate pair");
    if (unit >= 0xd800 && unit <= 0xdbff) {
      if (text_.substr(at_ + 1, 2) != "\\u") return error("half a surrogate pair");
      at_ += 2;
      TM_TRY(const std::uint32_t low, hex4());
      if (low < 0xdc00 || low > 0xdfff) return error("half a surrogate pair");
      unit = 0x10000 + ((unit - 0xd800) << 10U) + (low - 0xdc00);
    }
    append_utf8(unit, out);
    return {};
  }

  // Stands on the 'u'; leaves at_ on the last digit.
  Result<std::uint32_t> hex4() {
    const std::string_view digits = text_.substr(at_ + 1, 4);
    std::uint32_t unit = 0;
    const auto [end, code] =
        std::from_chars(digits.data(), digits.data() + digits.size(), unit, 16);
    if (digits.size() != 4 || code != std::errc() || end != digits.data() + 4) {
      return error("a \\u escape without four digits");
    }
    at_ += 4;
    return unit;
  }

  Result<Document> word_or_number() {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    if (take_word("true")) return Document(true);
    if (take_word("false")) return Document(false);
    if (take_word("null")) return Document();
    if (take_word("NaN")) return Document(std::numeric_limits<double>::quiet_NaN());
    if (take_word("Infinity")) return Document(kInfinity);
    if (take_word("-Infinity")) return Document(-kInfinity);
    return number();
  }

  Result<Document> number() {
    const std::size_t start = at_;
    take('-');
    const std::size_t first = at_;
    skip_digits();
    if (at_ == first || (text_[first] == '0' && at_ > first + 1)) return error("not a JSON value");
    bool whole = true;
    if (take('.')) {
      whole = false;
      if (!skip_digits()) return error("a number without digits after its point");
    }
    if (take('e') || take('E')) {
      whole = false;
      if (!take('-')) take('+');
      if (!skip_digits()) return error("a number without digits in its exponent");
    }
    return convert(text_.substr(start, at_ - start), whole);
  }

  Result<Document> convert(std::string_view digits, bool whole) {
    const char* end = digits.data() + digits.size();
    std::int64_t integer = 0;
    if (whole && std::from_chars(digits.data(), end, integer).ec == std::errc()) {
      return Document(integer);
    }
    double real = 0;
    if (std::from_chars(digits.data(), end, real).ec != std::errc()) {
      real = std::strtod(std::string(digits).c_str(), nullptr);  // rounds what is too small to 0
      if (std::isinf(real) && !limits_.beyond_double)
        return error("a number too large for a double");
    }
    return Document(real);
  }

  bool skip_digits() {
    const std::size_t start = at_;
    while (at_ < text_.size() && is_digit(text_[at_]))
      ++at_;
    return at_ > start;
  }

  void skip_blanks() {
    while (at_ < text_.size() &&
           (text_[at_] == ' ' || text_[at_] == '\t' || text_[at_] == '\n' || text_[at_] == '\r')) {
      ++at_;
    }
  }

  bool take(char c) {
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  bool take_word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return false;
    at_ += word.size();
    return true;
  }

  [[nodiscard]] tl::unexpected<Error> error(std::string_view what) const {
    return fail(Errc::invalid, fmt::format("{} at byte {}", what, at_));
  }

  std::string_view text_;
  const ReadLimits& limits_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
};

}  // namespace

Result<Document> read_json(std::string_view text, const ReadLimits& limits) {
  return Reader(text, limits).read();
}

}  // namespace tidemark::codec
