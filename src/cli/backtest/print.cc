#include "cli/backtest/print.h"

#include <array>
#include <vector>

#include <fmt/format.h>

#include "base/people_number.h"
#include "cli/backtest/columns.h"
#include "cli/remote/answer.h"

namespace tidemark::cli::backtest {
namespace {

using nlohmann::json;
using remote::list_at;
using remote::number_at;
using remote::text_at;

constexpr std::array<const char*, 7> kColumns{
    "began", "ended", "seconds", "value", "lower", "upper", "reason"};

double number_of(const json& object, const char* member) {
  return number_at(object, member).value_or(0);
}

std::string reason_of(const json& firing) {
  const std::string words = text_at(firing, "reason_words");
  return words.empty() ? text_at(firing, "reason") : words;
}

std::vector<Row> plain_rows(const json& answer) {
  std::vector<Row> out{Row(kColumns.begin(), kColumns.end())};
  for (const json& firing : list_at(answer, "firings")) {
    out.push_back({text_at(firing, "began"),
                   text_at(firing, "ended"),
                   text_at(firing, "seconds"),
                   text_at(firing, "value"),
                   text_at(firing, "lower"),
                   text_at(firing, "upper"),
                   reason_of(firing)});
  }
  return out;
}

std::vector<Row> people_rows(const json& answer) {
  std::vector<Row> out{{"BEGAN", "ENDED", "MINUTES", "VALUE", "LOWER", "UPPER", "WHY"}};
  for (const json& firing : list_at(answer, "firings")) {
    const std::string ended = text_at(firing, "ended");
    out.push_back({text_at(firing, "began"),
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
  for (const json& result : list_at(width, "table")) {
    const double k = number_of(result, "k");
    const bool is_advised = number_of(width, "k") == k;
    if (!is_advised && (k < 1 || k > 6 || k * 2 != static_cast<int>(k * 2))) continue;
    out.push_back({fmt::format("{}{}", k, is_advised ? " *" : ""),
                   text_at(result, "firings_total"),
                   people_number(number_of(result, "alarm_seconds") / 60)});
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
  if (auto text = program_text(answer, plain_rows, format)) return *std::move(text);
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
  add(text_at(answer, "sentence"));
  add(text_at(answer, "past_words"));
  const std::size_t listed = list_at(answer, "firings").size();
  const double total = number_of(answer, "firings_total");
  if (static_cast<double>(listed) < total)
    add(fmt::format("The newest {} of {} are listed.", listed, total));
  const auto width = answer.find("width");
  if (width != answer.end() && width->is_object()) add(text_at(*width, "words"));
  return out;
}

}  // namespace tidemark::cli::backtest
