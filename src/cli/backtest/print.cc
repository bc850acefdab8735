#include "cli/backtest/print.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/people_number.h"

namespace tidemark::cli::backtest {
namespace {

using nlohmann::json;
using Row = std::vector<std::string>;

constexpr std::array<const char*, 7> kColumns{
    "began", "ended", "seconds", "value", "lower", "upper", "reason"};

/// A control character must not move the terminal's cursor, nor end a row.
std::string printable(std::string text) {
  std::replace_if(
      text.begin(),
      text.end(),
      [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; },
      ' ');
  return text;
}

std::string text_of(const json& object, const char* member) {
  const auto found = object.find(member);
  if (found == object.end() || found->is_null()) return "";
  if (found->is_string()) return printable(found->get<std::string>());
  return printable(found->dump());
}

double number_of(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_number() ? found->get<double>() : 0;
}

/// The members of a list; none where there is no list.
std::vector<json> list_of(const json& object, const char* member) {
  const auto found = object.find(member);
  if (found == object.end() || !found->is_array()) return {};
  return found->get<std::vector<json>>();
}

std::string people_text(const json& object, const char* member) {
  const auto found = object.find(member);
  return found != object.end() && found->is_number() ? people_number(found->get<double>()) : "";
}

std::string reason_of(const json& firing) {
  const std::string words = text_of(firing, "reason_words");
  return words.empty() ? text_of(firing, "reason") : words;
}

std::vector<Row> plain_rows(const json& answer) {
  std::vector<Row> out{Row(kColumns.begin(), kColumns.end())};
  for (const json& firing : list_of(answer, "firings")) {
    out.push_back({text_of(firing, "began"),
                   text_of(firing, "ended"),
                   text_of(firing, "seconds"),
                   text_of(firing, "value"),
                   text_of(firing, "lower"),
                   text_of(firing, "upper"),
                   reason_of(firing)});
  }
  return out;
}

std::vector<Row> people_rows(const json& answer) {
  std::vector<Row> out{{"BEGAN", "ENDED", "MINUTES", "VALUE", "LOWER", "UPPER", "WHY"}};
  for (const json& firing : list_of(answer, "firings")) {
    const std::string ended = text_of(firing, "ended");
    out.push_back({text_of(firing, "began"),
                   ended.empty() ? "still on" : ended,
                   people_number(number_of(firing, "seconds") / 60),
                   people_text(firing, "value"),
                   people_text(firing, "lower"),
                   people_text(firing, "upper"),
                   reason_of(firing)});
  }
  return out;
}

/// Which widths are worth a row: the whole and half ones, and the one that is advised.
std::vector<Row> width_rows(const json& width) {
  std::vector<Row> out{{"K", "FIRINGS", "MINUTES"}};
  for (const json& result : list_of(width, "table")) {
    const double k = number_of(result, "k");
    const bool is_advised = number_of(width, "k") == k;
    if (!is_advised && (k < 1 || k > 6 || k * 2 != static_cast<int>(k * 2))) continue;
    out.push_back({fmt::format("{}{}", k, is_advised ? " *" : ""),
                   text_of(result, "firings_total"),
                   people_number(number_of(result, "alarm_seconds") / 60)});
  }
  return out;
}

/// Columns under each other; the last one is not padded. Counts characters, not bytes.
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

std::string quoted(const std::string& text) {
  if (text.find_first_of(",\"") == std::string::npos) return text;
  std::string out = "\"";
  for (const char c : text)
    out.append(c == '"' ? 2 : 1, c);
  return out + "\"";
}

std::string separated(const std::vector<Row>& rows, char by) {
  std::string out;
  for (const Row& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      if (i > 0) out += by;
      out += by == ',' ? quoted(row[i]) : row[i];
    }
    out += '\n';
  }
  return out;
}

}  // namespace

std::optional<Format> parse_format(std::string_view text) {
  if (text == "table") return Format::table;
  if (text == "tsv") return Format::tsv;
  if (text == "csv") return Format::csv;
  if (text == "json") return Format::json;
  return std::nullopt;
}

std::string data_text(const json& answer, Format format) {
  switch (format) {
    case Format::json:
      return answer.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
    case Format::csv:
      return separated(plain_rows(answer), ',');
    case Format::tsv:
      return separated(plain_rows(answer), '\t');
    case Format::table:
      break;
  }
  std::string out;
  const auto rows = people_rows(answer);
  if (rows.size() > 1) out += aligned(rows);
  const auto width = answer.find("width");
  if (width != answer.end() && width->is_object()) {
    out += (out.empty() ? "" : "\n") + aligned(width_rows(*width));
  }
  return out;
}

std::string words_text(const json& answer) {
  std::string out;
  const auto add = [&out](const std::string& line) {
    if (!line.empty()) out += line + "\n";
  };
  add(text_of(answer, "sentence"));
  add(text_of(answer, "past_words"));
  const std::size_t listed = list_of(answer, "firings").size();
  const double total = number_of(answer, "firings_total");
  if (static_cast<double>(listed) < total)
    add(fmt::format("The newest {} of {} are listed.", listed, total));
  const auto width = answer.find("width");
  if (width != answer.end() && width->is_object()) add(text_of(*width, "words"));
  return out;
}

}  // namespace tidemark::cli::backtest
