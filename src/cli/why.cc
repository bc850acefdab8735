#include "cli/why.h"

#include <csignal>

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <unistd.h>

#include "cli/rows/byte_output.h"
#include "cli/why/text.h"
#include "net/http.h"

namespace tidemark::cli {

CLI::App* add_why(CLI::App* root, WhyFlags* flags) {
  CLI::App* command = root->add_subcommand(
      "why",
      "  tidemark why\n"
      "  tidemark why 3f2a….3600.1385085600\n\n"
      "Without an id: the newest findings of a running server, one a line with its id.\n"
      "With one: what happened and what is usual, how rare it is, what else moved, what was\n"
      "changed before, how sure the model is, and whether its receipt is computed again.");
  command->footer("See docs/findings.md.");
  command->add_option("FINDING", flags->finding, "Id of a finding");
  remote::add_options(command, &flags->server);
  command->add_flag("--json", flags->json, "All that the server says");
  return command;
}

int run_why(const WhyFlags& flags) {
  (void)std::signal(SIGPIPE, SIG_IGN);  // a reader that left is seen as an error of write()
  const auto client = remote::make_client(flags.server);
  if (!client) return remote::refuse(client.error());
  const bool list = flags.finding.empty();
  const std::string path =
      list ? "/findings" : "/findings/" + net::percent_encode(flags.finding) + "/why";
  const auto answer = remote::ask(**client, flags.server, path);
  if (!answer) return remote::refuse(answer.error());
  if (list) {
    const auto checked = remote::check_list(*answer, "findings");
    if (!checked) return remote::refuse(checked.error());
  }
  std::string text = list ? why::list_text(*answer) : why::explanation_text(*answer);
  if (list && text.empty()) fmt::print(stderr, "tidemark: no findings in the last 7 days\n");
  const bool found = list && !text.empty();
  if (flags.json)
    text = answer->dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  rows::DescriptorOutput out("standard output", STDOUT_FILENO);
  const auto written = out.write(text);
  // A reader that leaves early is no failure.
  if (!written && written.error().code != Errc::unavailable) return remote::refuse(written.error());
  return found ? remote::kFound : 0;
}

}  // namespace tidemark::cli
