#include "cli/detect.h"

#include <csignal>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/detect/run.h"

namespace tidemark::cli {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongInput = 2;

int exit_code_of(const Error& error) {
  return error.code == Errc::invalid ? kWrongInput : kFailed;
}

int refuse(const Error& error) {
  fmt::print(stderr, "tidemark: {}\n", error.what);
  return exit_code_of(error);
}

}  // namespace

CLI::App* add_detect(CLI::App* root, DetectFlags* flags) {
  CLI::App* command = root->add_subcommand(
      "detect", "Bands and scores of a series in a CSV or JSON lines file, without a server");
  command->footer(
      "  tidemark detect rows.csv > judged.csv\n"
      "  zcat rows.csv.gz | tidemark detect - --explain | grep ,1,\n\n"
      "Input: columns (or members) timestamp and value. Output: one CSV row a row read,\n"
      "timestamp,value,lower,expected,upper,score; a score of 0.5 and more is a finding.\n"
      "See docs/detection.md.");
  command->add_option("FILE", flags->file, "CSV or JSON lines; - reads standard input")->required();
  command
      ->add_option("--confidence", flags->confidence, "Central coverage of the band, such as 0.95")
      ->capture_default_str();
  command->add_flag("--explain", flags->explain, "Adds the columns finding (0 or 1) and reason");
  return command;
}

int run_detect(const DetectFlags& flags) {
  if (!(flags.confidence > 0 && flags.confidence < 1)) {
    return refuse({Errc::invalid,
                   fmt::format("--confidence must be above 0 and below 1, such as 0.99, not {}",
                               flags.confidence)});
  }
  (void)std::signal(SIGPIPE, SIG_IGN);  // a reader that left is seen as an error of write()
  const auto input = rows::open_input(flags.file);
  if (!input) return refuse(input.error());
  rows::DescriptorOutput out("standard output", STDOUT_FILENO);
  const std::string name = flags.file == "-" ? "standard input" : flags.file;
  const auto tally = detect::run(**input, name, {flags.confidence, flags.explain}, out);
  if (!tally) {
    if (tally.error().code == Errc::unavailable) return 0;
    return refuse(tally.error());
  }
  if (tally->rows > 0 && tally->values == 0) {
    fmt::print(stderr, "tidemark: {}: no row has a value, so nothing was learned\n", name);
  }
  if (tally->late > 0) {
    fmt::print(stderr,
               "tidemark: {}: {} of {} rows are older than a row before them and were not judged; "
               "sort the file by time\n",
               name,
               tally->late,
               tally->rows);
  }
  return 0;
}

}  // namespace tidemark::cli
