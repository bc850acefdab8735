#include "cli/rows/row_reader.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "cli/rows/cell.h"
#include "codec/json.h"

namespace tidemark::cli::rows {
namespace {

constexpr const char* kTime = "timestamp";
constexpr const char* kValue = "value";
// Of a number beyond the doubles as of one in CSV: it is infinite.
constexpr codec::ReadLimits kJsonLimits{LineReader::kLineMaxBytes, 16, 10'000, true};
constexpr const char* kHeaderHint = "Name the columns timestamp and value, separated by commas";

bool same_word(std::string_view text, std::string_view word) {
  if (text.size() != word.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool upper = text[i] >= 'A' && text[i] <= 'Z';
    if ((upper ? static_cast<char>(text[i] - 'A' + 'a') : text[i]) != word[i]) return false;
  }
  return true;
}

/// What kind of file starts with `line`, if it is none of ours.
const char* foreign(std::string_view line) {
  if (line.starts_with("\x1F\x8B")) return "is compressed; use: zcat FILE | tidemark detect -";
  if (line.starts_with("\xFF\xFE") || line.starts_with("\xFE\xFF")) {
    return "is UTF-16 text; save it as UTF-8";
  }
  if (line.starts_with("PAR1")) return "is Parquet; export it as CSV or JSON lines";
  if (line.starts_with("PK\x03\x04")) return "is a ZIP file or a spreadsheet; export it as CSV";
  if (line.starts_with('[')) return "is a JSON list; write one JSON object a line";
  return nullptr;
}

Result<std::string> text_of(const codec::Document& member) {
  if (member.is_string()) return member.as_string();
  if (member.is_int()) return fmt::format("{}", member.as_int());
  if (member.is_double()) return fmt::format("{}", member.as_double());
  if (member.is_null()) return std::string();
  return fail(Errc::invalid, "must be a text or a number");
}

Error header_error(int times, int values, const std::string& found) {
  const bool twice = times > 1 || values > 1;
  const bool is_time = twice ? times > 1 : times == 0;
  return {Errc::invalid,
          fmt::format("{} column is called {}; the header has {}. {}",
                      twice ? "more than one" : "no",
                      is_time ? kTime : kValue,
                      found,
                      kHeaderHint)};
}

}  // namespace

tl::unexpected<Error> RowReader::wrong(std::size_t line, const Error& error) const {
  if (error.code == Errc::io) return tl::unexpected(error);
  return fail(Errc::invalid, fmt::format("{}:{}: {}", name_, line, error.what));
}

Result<const Row*> RowReader::next() {
  if (kind_ == Kind::unknown) {
    TM_TRY_VOID(begin());
  }
  return kind_ == Kind::csv ? next_csv() : next_json();
}

/// Finds the kind of the input by its first line that is not empty.
Result<void> RowReader::begin() {
  for (;;) {
    const auto line = lines_.next();
    if (!line) return wrong(lines_.line(), line.error());
    if (!*line) {
      return fail(
          Errc::invalid,
          fmt::format("{} is empty; its first line must name the columns timestamp and value",
                      name_));
    }
    const std::string_view text = trimmed(**line);
    if (text.empty()) continue;
    if (const char* what = foreign(text)) {
      return fail(Errc::invalid, fmt::format("{} {}", name_, what));
    }
    if (text.starts_with('{')) {
      kind_ = Kind::json;
      pending_ = std::string(text);
      return {};
    }
    kind_ = Kind::csv;
    if (auto read = csv_.begin_with(**line); !read) {
      read.error().what += fmt::format(". {}", kHeaderHint);
      return wrong(csv_.line(), read.error());
    }
    return read_header();
  }
}

Result<void> RowReader::read_header() {
  std::string found;
  int times = 0;
  int values = 0;
  columns_ = csv_.fields();
  for (std::size_t i = 0; i < columns_; ++i) {
    const std::string_view name = trimmed(csv_.field(i));
    if (found.size() < 200) found += fmt::format("{}{}", i == 0 ? "" : ", ", quoted(name));
    if (same_word(name, kTime) && ++times > 0) time_column_ = i;
    if (same_word(name, kValue) && ++values > 0) value_column_ = i;
  }
  if (times == 1 && values == 1) return {};
  return wrong(csv_.line(), header_error(times, values, found));
}

Result<const Row*> RowReader::next_csv() {
  const auto more = csv_.next();
  if (!more) return wrong(std::max(csv_.line(), lines_.line()), more.error());
  if (!*more) return nullptr;
  const auto refuse = [this](const Error& error) { return wrong(csv_.line(), error); };
  if (csv_.fields() != columns_) {
    return refuse({Errc::invalid,
                   fmt::format("row has {} fields, the header {}; fill in or quote fields",
                               csv_.fields(),
                               columns_)});
  }
  if (const auto taken = take_time(csv_.field(time_column_)); !taken) return refuse(taken.error());
  if (const auto taken = take_value(csv_.field(value_column_), kValue); !taken) {
    return refuse(taken.error());
  }
  return &row_;
}

Result<void> RowReader::take_time(std::string_view text) {
  row_.time_text = trimmed(text);
  const auto at = has_rows_ ? parse_time(row_.time_text) : parse_first_time(row_.time_text);
  has_rows_ = true;
  if (!at) return fail(Errc::invalid, "timestamp: " + at.error().what);
  row_.at = *at;
  return {};
}

Result<void> RowReader::take_value(std::string_view text, const char* where) {
  const auto value = parse_value(text);
  if (!value) return fail(Errc::invalid, fmt::format("{}: {}", where, value.error().what));
  row_.value = *value;
  row_.value_text = *value ? trimmed(text) : std::string_view();
  return {};
}

Result<const Row*> RowReader::next_json() {
  if (pending_) return read_json_row(*std::exchange(pending_, std::nullopt));
  for (;;) {
    const auto line = lines_.next();
    if (!line) return wrong(lines_.line(), line.error());
    if (!*line) return nullptr;
    const std::string_view text = trimmed(**line);
    if (!text.empty()) return read_json_row(text);
  }
}

Result<const Row*> RowReader::read_json_row(std::string_view line) {
  const auto refuse = [this](std::string what) {
    return wrong(lines_.line(), {Errc::invalid, std::move(what)});
  };
  const auto document = codec::read_json(line, kJsonLimits);
  if (!document) return refuse("not a JSON object: " + document.error().what);
  if (!document->is_map()) return refuse("not a JSON object; write {\"timestamp\":…,\"value\":…}");
  const codec::Document* time = document->find(kTime);
  const codec::Document* value = document->find(kValue);
  if (time == nullptr) return refuse("object has no member \"timestamp\"");
  const auto time_text = text_of(*time);
  if (!time_text) return refuse("timestamp " + time_text.error().what);
  if (const auto taken = take_time(*time_text); !taken) return refuse(taken.error().what);
  // The reader of JSON leaves null members out: null and absent are both a missing point.
  const auto value_text = value == nullptr ? Result<std::string>() : text_of(*value);
  if (!value_text) return refuse("value " + value_text.error().what);
  if (const auto taken = take_value(*value_text, kValue); !taken) return refuse(taken.error().what);
  return &row_;
}

}  // namespace tidemark::cli::rows
