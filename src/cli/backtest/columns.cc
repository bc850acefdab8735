#include "cli/backtest/columns.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "base/people_number.h"
#include "cli/remote/answer.h"
#include "cli/rows/csv_field.h"

namespace tidemark::cli::backtest {
namespace {

using nlohmann::json;

std::string separated(const std::vector<Row>& rows, char by) {
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += by;
      out += by == ',' ? rows::csv_field(row[i]) : row[i];
    }
    out += '\n';
  }
  return out;
}

}  // namespace

std::string aligned(const std::vector<Row>& rows) {
  const auto length = [](const std::string& text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
      return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
    }));
  };
  std::vector<std::size_t> widths(rows.front().size());
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i)
      widths[i] = std::max(widths[i], length(row[i]));
  }
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      out += row[i];
      if (i + 1 < row.size()) out.append(widths[i] - length(row[i]) + 2, ' ');
    }
    out += '\n';
  }
  return out;
}

std::optional<std::string> program_text(const json& answer,
                                        std::vector<Row> (*rows)(const json& answer),
                                        Format format) {
  switch (format) {
    case Format::json:
      return answer.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
    case Format::csv:
      return separated(rows(answer), ',');
    case Format::tsv:
      return separated(rows(answer), '\t');
    case Format::table:
      break;
  }
  return std::nullopt;
}

std::string people_text(const json& object, const char* member) {
  const auto number = remote::number_at(object, member);
  return number ? people_number(*number) : "";
}

}  // namespace tidemark::cli::backtest
