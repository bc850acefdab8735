#include "cli/backtest/print_team.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "cli/backtest/columns.h"
#include "cli/remote/answer.h"

namespace tidemark::cli::backtest {
namespace {

using nlohmann::json;
using remote::list_at;
using remote::number_at;
using remote::text_at;

/// An alarm without a band of its own fires as it is, whatever the width.
std::string firings_at_k(const json& answer, const json& alarm) {
  if (!number_at(answer, "k")) return "";
  return text_at(alarm, number_at(alarm, "firings_at_k") ? "firings_at_k" : "firings_total");
}

std::vector<Row> plain_rows(const json& answer) {
  std::vector<Row> out{
      {"name", "kind", "firings_total", "muted_total", "per_week", "firings_at_k", "sentence"}};
  for (const json& alarm : list_at(answer, "alarms")) {
    out.push_back({text_at(alarm, "name"),
                   text_at(alarm, "kind"),
                   text_at(alarm, "firings_total"),
                   text_at(alarm, "muted_total"),
                   text_at(alarm, "per_week"),
                   firings_at_k(answer, alarm),
                   text_at(alarm, "sentence")});
  }
  return out;
}

std::vector<Row> people_rows(const json& answer) {
  const auto k = number_at(answer, "k");
  std::vector<Row> out{
      {"ALARM", "KIND", "FIRINGS", "MUTED", "A WEEK", k ? fmt::format("AT K = {}", *k) : "AT K"}};
  for (const json& alarm : list_at(answer, "alarms")) {
    out.push_back({text_at(alarm, "name"),
                   text_at(alarm, "kind"),
                   text_at(alarm, "firings_total"),
                   text_at(alarm, "muted_total"),
                   people_text(alarm, "per_week"),
                   firings_at_k(answer, alarm)});
  }
  out.push_back({"together", "", "", "", people_text(answer, "per_week"), ""});
  if (k) out.back().back() = people_text(answer, "per_week_at_k") + " a week";
  return out;
}

}  // namespace

std::string team_data_text(const json& answer, Format format) {
  if (auto text = program_text(answer, plain_rows, format)) return *std::move(text);
  return aligned(people_rows(answer));
}

std::string team_words_text(const json& answer) {
  const std::string words = text_at(answer, "words");
  return words.empty() ? "" : words + "\n";
}

bool team_fired(const json& answer) {
  const auto alarms = list_at(answer, "alarms");
  return std::any_of(alarms.begin(), alarms.end(), [](const json& alarm) {
    return number_at(alarm, "firings_total").value_or(0) > 0;
  });
}

}  // namespace tidemark::cli::backtest
