#include <bit>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "codec/cbor.h"
#include "codec/epoch.h"
#include "codec/map_keys.h"
#include "codec/utf8.h"

namespace tidemark::codec {
namespace {

// Major types of the initial byte (RFC 8949, section 3.1).
enum class Major { unsigned_int, negative_int, bytes, text, array, map, tag, simple };

struct Head {
  Major major = Major::simple;
  unsigned info = 0;           // the low five bits
  std::uint64_t argument = 0;  // the value, length or tag that follows; 0 if indefinite
  [[nodiscard]] bool indefinite() const { return info == 31; }
};

// Section 3.3 and appendix D: sign, five bits of exponent, ten of significand.
double half_float(std::uint64_t bits) {
  const int exponent = static_cast<int>((bits >> 10U) & 0x1fU);
  const auto significand = static_cast<double>(bits & 0x3ffU);
  double value = 0;
  if (exponent == 0) {
    value = std::ldexp(significand, -24);
  } else if (exponent != 31) {
    value = std::ldexp(significand + 1024, exponent - 25);
  } else {
    value = significand == 0 ? std::numeric_limits<double>::infinity()
                             : std::numeric_limits<double>::quiet_NaN();
  }
  return (bits & 0x8000U) != 0 ? -value : value;
}

class Reader {
 public:
  Reader(std::string_view bytes, const ReadLimits& limits) : bytes_(bytes), limits_(limits) {}

  Result<Document> read() {
    if (bytes_.size() > limits_.bytes) {
      return fail(Errc::limit, fmt::format("CBOR is longer than {} bytes", limits_.bytes));
    }
    TM_TRY(Document document, item(0));
    if (left() != 0) return error("something after the end of the CBOR item");
    return document;
  }

 private:
  Result<Document> item(std::size_t depth) {
    if (depth > limits_.depth) {
      return fail(Errc::limit, fmt::format("CBOR is nested deeper than {}", limits_.depth));
    }
    if (++values_ > limits_.values) {
      return fail(Errc::limit, fmt::format("CBOR holds more than {} values", limits_.values));
    }
    TM_TRY(const Head head, this->head());
    return content(head, depth);
  }

  Result<Document> content(const Head& head, std::size_t depth) {
    switch (head.major) {
      case Major::unsigned_int:
        return integer(head);
      case Major::negative_int:
        return integer(head);
      case Major::bytes: {
        TM_TRY(std::string bytes, string(head));
        return Document(Blob{std::move(bytes)});
      }
      case Major::text: {
        TM_TRY(std::string text, string(head));
        return Document(std::move(text));
      }
      case Major::array:
        return array(head, depth);
      case Major::map:
        return map(head, depth);
      case Major::tag:
        return tagged(head, depth);
      case Major::simple:
        return simple(head);
    }
    return error("not a CBOR item");
  }

  Result<Head> head() {
    if (left() == 0) return error("the CBOR item ends early");
    const auto byte = static_cast<unsigned char>(bytes_[at_++]);
    Head head{static_cast<Major>(byte >> 5U), byte & 0x1fU, byte & 0x1fU};
    if (head.info < 24) return head;
    head.argument = 0;
    if (head.info == 31) {
      const bool allowed = head.major >= Major::bytes && head.major != Major::tag;
      return allowed ? Result<Head>(head) : error("an indefinite length where none may be");
    }
    if (head.info > 27) return error("a reserved CBOR length");
    const std::size_t size = std::size_t{1} << (head.info - 24U);
    if (left() < size) return error("the CBOR item ends early");
    for (std::size_t i = 0; i < size; ++i) {
      head.argument = (head.argument << 8U) | static_cast<unsigned char>(bytes_[at_++]);
    }
    return head;
  }

  static Result<Document> integer(const Head& head) {
    const bool negative = head.major == Major::negative_int;
    if (head.argument > static_cast<std::uint64_t>(INT64_MAX)) {
      const auto value = static_cast<double>(head.argument);
      return Document(negative ? -1.0 - value : value);
    }
    const auto value = static_cast<std::int64_t>(head.argument);
    return Document(negative ? -1 - value : value);
  }

  Result<std::string> string(const Head& head) {
    std::string out;
    if (!head.indefinite()) {
      TM_TRY_VOID(chunk(head, &out));
      return out;
    }
    while (!take_break()) {
      TM_TRY(const Head part, this->head());
      if (part.major != head.major || part.indefinite()) return error("a chunk of another type");
      TM_TRY_VOID(chunk(part, &out));
    }
    return out;
  }

  Result<void> chunk(const Head& head, std::string* out) {
    if (head.argument > left()) return error("a string longer than the message");
    const std::string_view part = bytes_.substr(at_, static_cast<std::size_t>(head.argument));
    if (head.major == Major::text && !is_utf8(part)) return error("a text is not UTF-8");
    out->append(part);
    at_ += part.size();
    return {};
  }

  Result<Document> array(const Head& head, std::size_t depth) {
    if (head.argument > left()) return error("an array longer than the message");
    Document::List items;
    items.reserve(std::min<std::size_t>(static_cast<std::size_t>(head.argument), 1024));
    for (std::uint64_t i = 0; head.indefinite() ? !take_break() : i < head.argument; ++i) {
      TM_TRY(Document value, item(depth + 1));
      items.push_back(std::move(value));
    }
    return Document(std::move(items));
  }

  Result<Document> map(const Head& head, std::size_t depth) {
    if (head.argument > left() / 2) return error("a map longer than the message");
    Document::Map members;
    members.reserve(std::min<std::size_t>(static_cast<std::size_t>(head.argument), 64));
    for (std::uint64_t i = 0; head.indefinite() ? !take_break() : i < head.argument; ++i) {
      TM_TRY(const Head key_head, this->head());
      if (key_head.major != Major::text) return error("a map key that is not text");
      TM_TRY(std::string key, string(key_head));
      TM_TRY(Document value, item(depth + 1));
      members.push_back({std::move(key), std::move(value)});
    }
    if (const auto twice = duplicate_key(members)) {
      return fail(Errc::invalid, fmt::format("CBOR member \"{}\" stands twice", *twice));
    }
    return Document(std::move(members));
  }

  Result<Document> tagged(const Head& head, std::size_t depth) {
    if (head.argument == 2 || head.argument == 3) return error("a big number");
    TM_TRY(Document inner, item(depth + 1));
    if (head.argument != 1) return inner;
    const auto at = inner.is_number() ? time_from_epoch(inner.as_double()) : std::nullopt;
    if (!at) return error("a time that is not epoch seconds in range");
    return Document(*at);
  }

  Result<Document> simple(const Head& head) {
    switch (head.info) {
      case 20:
        return Document(false);
      case 21:
        return Document(true);
      case 22:
        return Document();
      case 23:
        return Document();
      case 25:
        return Document(half_float(head.argument));
      case 26: {
        const auto bits = static_cast<std::uint32_t>(head.argument);
        return Document(static_cast<double>(std::bit_cast<float>(bits)));
      }
      case 27:
        return Document(std::bit_cast<double>(head.argument));
      case 31:
        return error("a break outside of an indefinite item");
      default:
        return error("an unknown simple value");
    }
  }

  bool take_break() {
    if (left() == 0 || bytes_[at_] != '\xff') return false;
    ++at_;
    return true;
  }

  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }

  [[nodiscard]] tl::unexpected<Error> error(std::string_view what) const {
    return fail(Errc::invalid, fmt::format("{} at byte {}", what, at_));
  }

  std::string_view bytes_;
  const ReadLimits& limits_;
  std::size_t at_ = 0;
  std::size_t values_ = 0;
};

}  // namespace

Result<Document> read_cbor(std::string_view bytes, const ReadLimits& limits) {
  return Reader(bytes, limits).read();
}

}  // namespace tidemark::codec
