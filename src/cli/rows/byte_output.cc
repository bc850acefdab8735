#include "cli/rows/byte_output.h"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>
#include <unistd.h>

namespace tidemark::cli::rows {

Result<void> DescriptorOutput::write(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(fd_, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
      continue;
    }
    if (errno == EINTR) continue;
    return fail(errno == EPIPE ? Errc::unavailable : Errc::io,
                fmt::format("{}: cannot write: {}", name_, std::generic_category().message(errno)));
  }
  return {};
}

}  // namespace tidemark::cli::rows
