#include "cli/rows/csv_reader.h"

namespace tidemark::cli::rows {

Result<bool> CsvReader::next() {
  for (;;) {
    TM_TRY(const auto line, lines_.next());
    if (!line) return false;
    if (line->empty()) continue;
    TM_TRY_VOID(begin_with(*line));
    return true;
  }
}

Result<void> CsvReader::begin_with(std::string_view line) {
  text_.clear();
  ends_.clear();
  line_ = lines_.line();
  at_ = At::field_start;
  TM_TRY_VOID(take(line));
  while (at_ == At::quoted) {
    TM_TRY(const auto more, lines_.next());
    if (!more) {
      return fail(Errc::invalid, "a field's opening quote has no closing one; add the missing \"");
    }
    text_ += '\n';
    TM_TRY_VOID(take(*more));
  }
  return end_field();
}

Result<void> CsvReader::take(std::string_view line) {
  if (text_.size() + line.size() > LineReader::kLineMaxBytes) {
    return fail(Errc::limit, "record is longer than 1 MiB; is a closing quote missing?");
  }
  for (const char byte : line)
    TM_TRY_VOID(take_byte(byte));
  return {};
}

Result<void> CsvReader::take_byte(char byte) {
  if (at_ == At::quoted) {
    if (byte == '"') {
      at_ = At::after_quote;
    } else {
      text_ += byte;
    }
    return {};
  }
  if (byte == ',') {
    TM_TRY_VOID(end_field());
    at_ = At::field_start;
    return {};
  }
  if (byte == '"' && at_ != At::plain) {
    // Doubled inside of quotes: one quote of the text.
    if (at_ == At::after_quote) text_ += byte;
    at_ = At::quoted;
    return {};
  }
  if (at_ == At::after_quote) {
    return fail(Errc::invalid,
                "text follows a closing quote; put a comma after it, or double the quotes inside "
                "of the field");
  }
  at_ = At::plain;
  text_ += byte;
  return {};
}

Result<void> CsvReader::end_field() {
  if (ends_.size() == kFieldsMax) return fail(Errc::limit, "record has more than 10000 fields");
  ends_.push_back(text_.size());
  return {};
}

}  // namespace tidemark::cli::rows
