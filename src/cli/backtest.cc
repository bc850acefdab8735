#include "cli/backtest.h"

#include <csignal>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/backtest/ask.h"
#include "cli/backtest/print.h"
#include "cli/backtest/print_team.h"
#include "cli/rows/byte_output.h"

namespace tidemark::cli {
namespace {

constexpr int kQuiet = 0;

Result<void> check_flags(const BacktestFlags& flags) {
  if (!flags.tag.empty() && flags.tag.find('=') == std::string::npos) {
    return fail(Errc::invalid,
                fmt::format("--tag wants KEY=VALUE, such as team=data, not '{}'", flags.tag));
  }
  if (flags.team) {
    if (!flags.file.empty() ||
        (flags.alarms.empty() && flags.tag.empty() && flags.prefix.empty())) {
      return fail(Errc::invalid, "--team wants --tag KEY=VALUE, --prefix or --alarm; no file");
    }
    if (!flags.alarms_per_week) {
      return fail(Errc::invalid, "--team wants --alarms-per-week, the budget of all of them");
    }
    return {};
  }
  if (!flags.tag.empty() || !flags.prefix.empty() || flags.alarms.size() > 1) {
    return fail(Errc::invalid, "several alarms are a team: add --team");
  }
  if (flags.file.empty() == flags.alarms.empty()) {
    return fail(Errc::invalid, "name an alarm with --alarm, or a file with a rule; not both");
  }
  return {};
}

Result<nlohmann::json> answer_of(const BacktestFlags& flags) {
  TM_TRY_VOID(check_flags(flags));
  std::unique_ptr<rows::ByteInput> rule;
  if (!flags.file.empty()) {
    TM_TRY(rule, rows::open_input(flags.file));
  }
  TM_TRY(const auto body, backtest::make_body(flags, rule.get()));
  TM_TRY(const auto client, remote::make_client(flags.server));
  return backtest::ask(*client, flags, body);
}

}  // namespace

CLI::App* add_backtest(CLI::App* root, BacktestFlags* flags) {
  CLI::App* command = root->add_subcommand(
      "backtest",
      "  tidemark backtest --alarm nightly-rows --alarms-per-week 1\n"
      "  tidemark backtest rule.json --from now-90d -o csv > fired.csv\n"
      "  tidemark backtest --team --tag team=data --alarms-per-week 5\n\n"
      "When an alarm would have fired, had it been put at the beginning of the range: a running\n"
      "server replays its stored history through the code that decides live. Nothing is stored\n"
      "and nobody is told.");
  command->footer(
      "Exit code 0: it would not have fired; 3: it would have; 1: failed; 2: wrong usage, rule or\n"
      "alarm; 4: the server cannot be reached; 5: not allowed. See docs/backtest.md.");
  command->add_option("FILE",
                      flags->file,
                      "Rule as JSON, the fields of POST /alarms; - reads it from standard input");
  command->add_option("--alarm", flags->alarms, "Name of an alarm of the server")
      ->allow_extra_args(false)
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command->add_flag(
      "--team", flags->team, "One width of all bands for the alarms of a team, within a budget");
  command->add_option("--tag", flags->tag, "With --team: alarms with this tag, KEY=VALUE");
  command->add_option("--prefix", flags->prefix, "With --team: alarms whose names begin so");
  command->add_option("--from", flags->from, "RFC 3339 or now-28d (28 days before --to)");
  command->add_option("--to", flags->to, "RFC 3339 or now-1d (now)");
  command->add_option("--alarms-per-week",
                      flags->alarms_per_week,
                      "Names the narrowest band that fires at most so often");
  remote::add_options(command, &flags->server);
  command->add_option(
      "-o,--output", flags->output, "table, tsv, csv or json (table on a terminal, else tsv)");
  command->add_flag("--json", flags->json, "Short for -o json");
  return command;
}

namespace {

Result<backtest::Format> format_of(const BacktestFlags& flags) {
  if (flags.json) return backtest::Format::json;
  if (flags.output.empty()) {
    return isatty(STDOUT_FILENO) == 1 ? backtest::Format::table : backtest::Format::tsv;
  }
  const auto asked = backtest::parse_format(flags.output);
  if (asked) return *asked;
  return fail(Errc::invalid,
              fmt::format("--output must be table, tsv, csv or json, not '{}'", flags.output));
}

/// What is said and written of an answer, and whether anything fired.
struct Told {
  std::string words, data;
  bool fired = false;
};

Told told_of(const BacktestFlags& flags, const nlohmann::json& answer, backtest::Format format) {
  if (flags.team) {
    return {backtest::team_words_text(answer),
            backtest::team_data_text(answer, format),
            backtest::team_fired(answer)};
  }
  return {backtest::words_text(answer),
          backtest::data_text(answer, format),
          answer["firings_total"].get<double>() > 0};
}

}  // namespace

int run_backtest(const BacktestFlags& flags) {
  const auto format = format_of(flags);
  if (!format) return remote::refuse(format.error());
  (void)std::signal(SIGPIPE, SIG_IGN);  // a reader that left is seen as an error of write()
  const auto answer = answer_of(flags);
  if (!answer) return remote::refuse(answer.error());
  const Told told = told_of(flags, *answer, *format);
  fmt::print(stderr, "{}", told.words);
  rows::DescriptorOutput out("standard output", STDOUT_FILENO);
  const auto written = out.write(told.data);
  // A reader that leaves early is no failure.
  if (!written && written.error().code != Errc::unavailable) return remote::refuse(written.error());
  return told.fired ? remote::kFound : kQuiet;
}

}  // namespace tidemark::cli
